"""How far a served network may move on corrections: every number once, with its reason."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class FineTuneError(Exception):
    """Nothing could be learned from a set of corrections, and what to do."""


@dataclass(frozen=True)
class FineTuning:
    """One fine-tuning."""

    epochs: int = 3
    # Stops after the epoch in which so many minutes are over; None = never. Calibration and
    # export come on top.
    minutes: float | None = None
    # MNIST digits an epoch sees, and pen strokes and no digits in the shares of training: enough
    # that nothing is forgotten, few enough that an epoch takes half a minute on two cores.
    base: int = 12_000
    # Corrections are drawn again and again until they are this share of what an epoch sees ...
    share: float = 0.2
    # ... but none more often than this an epoch, so that a handful is not learned by heart, ...
    most_repeats: int = 12
    # ... and no account's more than this share of the base: one account alone moves nothing.
    account_share: float = 0.04
    # A sixth of the rate that the digit network was trained with.
    learning_rate: float = 5e-4
    # The shipped weights are a moving average that begins with those of the start, of which this
    # share is still in it at the end: what both agree on stays (Wortsman et al., "Robust
    # fine-tuning of zero-shot models", CVPR 2022).
    start_share: float = 0.3
    # It follows every so many steps, in one longer stride.
    ema_every: int = 5

    def decay(self, steps: int) -> float:
        """What share of the average stays at each of so many steps in all."""
        return float(self.start_share ** (1 / max(1, steps)))

    def to_dict(self) -> dict[str, Any]:
        """The numbers as plain JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Request:
    """What is to be learned from, and what the result is called.

    `folder` is that of the set. `start` and `version` are three numbers, None = the version that
    is served and the next one that is free.
    """

    folder: Path
    models: Path
    start: str | None = None
    version: str | None = None


def corrections_drawn(
    writers: Sequence[Any] | NDArray[Any], base: int, tuning: FineTuning
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """How many pictures of each account an epoch draws.

    Args:
        writers: the account of each correction.
        base: base pictures of an epoch.
        tuning: the share, and the caps.

    Returns:
        The accounts, and so many draws of each.
    """
    accounts, counts = np.unique(np.asarray(writers, object), return_counts=True)
    wanted = tuning.share / (1 - tuning.share) * base * counts / max(1, counts.sum())
    caps = np.minimum(tuning.most_repeats * counts, tuning.account_share * base)
    return accounts, np.minimum(wanted, caps).astype(np.int64)


def draw_corrections(
    writers: Sequence[Any] | NDArray[Any],
    base: int,
    tuning: FineTuning,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Places of corrections for one epoch, each account's as often as `corrections_drawn` says."""
    named = np.asarray(writers, object)
    accounts, draws = corrections_drawn(named, base, tuning)
    drawn = [
        rng.choice(np.flatnonzero(named == account), count)
        for account, count in zip(accounts, draws.tolist(), strict=True)
    ]
    return np.concatenate([np.empty(0, np.int64), *drawn])


def next_version(models_dir: Path, name: str, start: str) -> str:
    """The least version above `start` and all that share its first two numbers."""
    major, minor, patch = start.split(".")
    there = [int(patch)]
    for folder in (models_dir / name).glob(f"{major}.{minor}.*"):
        last = folder.name.rpartition(".")[2]
        there += [int(last)] if last.isdecimal() else []
    return f"{major}.{minor}.{max(there) + 1}"
