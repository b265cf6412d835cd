"""How far to go from the weights that are served to those that corrections made of them.

Of the way between the two, what validation says: the furthest share helps the corrected
handwriting most, a smaller one keeps more of what was known.

Source: Wortsman et al., "Robust fine-tuning of zero-shot models" (CVPR 2022).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.checkpoint import Record

log = logging.getLogger(__name__)

# What corrections are called among the sets that are measured.
FEEDBACK = "feedback"
SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
Weights = Sequence[NDArray[np.float32]]


@dataclass(frozen=True)
class Taught:
    """What the training came to: the blended network, a record of each epoch and each share."""

    model: keras.Model
    epochs: list[Record]
    shares: list[Record]
    minutes: float


def mix(start: Weights, tuned: Weights, share: float) -> list[NDArray[np.float32]]:
    """The weights at a share of the way from `start` to `tuned`."""
    return [(1 - share) * old + share * new for old, new in zip(start, tuned, strict=True)]


def blend(
    network: keras.Model,
    start: Weights,
    tuned: Weights,
    measure: Callable[[], Record],
    tolerance: float,
) -> list[Record]:
    """Measure a network at each share of the way, and leave it at the best.

    Args:
        network: takes the weights.
        start: the weights that are served.
        tuned: what training made of them.
        measure: the record of the network as it is, with `validation` by set, one of them
            `FEEDBACK`, the others of the base.
        tolerance: as of `best_blend`.

    Returns:
        The record of each share, with `share`; the best is `best_blend` of them.
    """
    records = []
    for share in SHARES:
        network.set_weights(mix(start, tuned, share))
        records.append(measure() | {"share": share})
        wrong = ", ".join(f"{n} {one['errors']}" for n, one in records[-1]["validation"].items())
        log.info("%3.0f%% of the way, wrong: %s", 100 * share, wrong)
    best = best_blend(records, tolerance)
    log.info("going %.0f%% of the way", 100 * best["share"])
    network.set_weights(mix(start, tuned, best["share"]))
    return records


def best_blend(records: Sequence[Record], tolerance: float) -> Record:
    """Of those that read the base no worse than the start, the one that reads feedback best.

    Base: the mean loss of its sets is no more than `tolerance` higher. By loss, since of a
    handful of errors most are chance. Feedback: by errors, then by loss.

    Args:
        records: of every share, the start (0) first.
        tolerance: a share of the start's loss.
    """
    most = (1 + tolerance) * _base(records[0])
    kept = [each for each in records if each is records[0] or _base(each) <= most]
    return min(kept, key=_feedback)


def _feedback(record: Record) -> tuple[int, float]:
    told = record["validation"][FEEDBACK]
    return told["errors"], told["loss"]


def _base(record: Record) -> float:
    told = record["validation"].items()
    return float(np.mean([each["loss"] for name, each in told if name != FEEDBACK]))
