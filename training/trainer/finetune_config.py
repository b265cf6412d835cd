"""How far a served network may move on corrections: every number once, with its reason."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.feedback import FeedbackSet


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
    # The shipped weights lie between the start and what was learned (`trainer.blend`), where the
    # mean loss on the base's validation sets is at most so much higher than the start's. Nearly all
    # of it is of letters and symbols; MNIST's clean digits have less than before.
    tolerance: float = 0.05
    # Pictures of each kind; None = all. Only tests limit them.
    limit: int | None = None

    def is_late(self, started: float) -> bool:
        """Whether no epoch may begin any more, `started` by `time.monotonic`."""
        return self.minutes is not None and time.monotonic() - started > 60 * self.minutes

    def to_dict(self) -> dict[str, Any]:
        """The numbers as plain JSON values."""
        return asdict(self)


# Lines are longer than digits, so an epoch takes as long. Their base is strings as people write
# them, which is what would be lost.
LINE_TUNING = FineTuning(epochs=4, base=6_000, learning_rate=3e-4, tolerance=0.02)


@dataclass(frozen=True)
class Request:
    """What is to be learned from, and what the result is called.

    `folder` is that of the set. `start` and `version` are three numbers, None = the version that
    is served and the next one that is free; `beside` is the version of the digit network that a
    line network is to stand beside, None = the served one.
    """

    folder: Path
    models: Path
    start: str | None = None
    version: str | None = None
    beside: str | None = None


def check_parts(folder: Path, kind: str, learned: int, judged: int) -> None:
    """Check that a set has something to learn from and something to judge by.

    Raises:
        FineTuneError: it has not.
    """
    if learned == 0 or judged == 0:
        raise FineTuneError(
            f"Expected corrected {kind} in the parts train and validation of set {folder.name}, "
            f"got {learned} and {judged}. Collect again when more accounts have corrected readings."
        )


def nothing_gained(name: str, start: str) -> str:
    """Why nothing is exported, and what to do."""
    return (
        f"Nothing between {name} {start} and what the corrections made of it reads the validation "
        "accounts better and the base no worse. Nothing was exported. Collect more corrections, "
        "and look at those of the set: contact.png."
    )


def epoch_record(epoch: int, losses: Sequence[float], began: float) -> dict[str, Any]:
    """What is told of an epoch, from 0, that began at this moment of `time.monotonic`."""
    return {
        "epoch": epoch + 1,
        "training_loss": round(float(np.mean(losses)), 5),
        "seconds": round(time.monotonic() - began, 1),
    }


def describe_feedback(
    request: Request, start: str, tuning: FineTuning, feedback: FeedbackSet
) -> dict[str, Any]:
    """What a manifest says under `training` of the corrections that were learned."""
    told = (request.folder / "manifest.json").read_bytes()
    return {
        "from": start,
        "fine_tuning": tuning.to_dict(),
        "feedback": {
            "set": feedback.number,
            "manifest_sha256": hashlib.sha256(told).hexdigest(),
            "files": dict(feedback.manifest["files"]),
        },
    }


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
