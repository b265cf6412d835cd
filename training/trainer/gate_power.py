"""What a gate can see: how much worse a version must be for a rule to refuse it four times in five.

A rule that never refuses is no rule. Each report says this of its own items, so that whoever reads
"not worse" knows how much worse it may still be.
"""

import math

import numpy as np
from numpy.typing import NDArray

from trainer.mcnemar import mcnemar

CHANCE = 0.8
# Of a normal distribution, the share CHANCE lies below this.
_QUANTILE = 0.8416


def found_loss(only_a_right: int, only_b_right: int, allowed: int, level: float | None) -> int:
    """How many more items must be wrong, of those looked at, to be refused with `CHANCE`.

    Two networks that are as good as each other differ on some items, one way as often as the
    other: on as many as the fewer of the two counts. Those that only the worse one has wrong come
    on top. Both are counted by chance (Poisson).

    Args:
        only_a_right: items that only the served version reads.
        only_b_right: items that only the new one reads.
        allowed: the rule refuses beyond so many more errors ...
        level: ... and where McNemar's test finds more at this level; None = it does not ask.
    """
    churn = max(0.5, min(only_a_right, only_b_right))
    most = math.ceil(churn + 4 * math.sqrt(churn) + 4)
    least = 0
    while True:
        least += 1
        lost = churn + least
        side = math.ceil(lost + 4 * math.sqrt(lost) + 4)
        chance = _poisson(lost, side) @ _refused(side, most, allowed, level) @ _poisson(churn, most)
        if chance >= CHANCE:
            return least


def found_growth(spread: float, margin: float, quantile: float = 1.645) -> float:
    """By how much a calibration error must have grown to be refused with `CHANCE`.

    Args:
        spread: standard deviation of the growth as it is measured.
        margin: growth within it is let through ...
        quantile: ... and growth that is not so many deviations from none.
    """
    return max(margin, quantile * spread) + _QUANTILE * spread


def _refused(side: int, most: int, allowed: int, level: float | None) -> NDArray[np.bool_]:
    """Whether it refuses, by items that only a has right (rows) and only b (columns)."""
    refused = np.subtract.outer(np.arange(side + 1), np.arange(most + 1)) > allowed
    if level is not None:
        for lost in range(side + 1):
            for won in range(min(lost, most + 1)):
                refused[lost, won] |= mcnemar(lost, won) < level
    return refused


def _poisson(mean: float, most: int) -> NDArray[np.float64]:
    """The chances of 0 .. most, the rest in the last."""
    chances = np.array(
        [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(most + 1)]
    )
    chances[-1] += max(0.0, 1 - chances.sum())
    return chances
