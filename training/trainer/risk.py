"""Selective reading: how many digits may be accepted unseen, and how few of those are wrong."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.scores import Confidences

# Accuracy to be certified, and how sure the certificate is.
CERTIFIED_ACCURACY, CERTIFIED_SURE = 0.999, 0.95
# The fewest digits that can certify it, when none of them is wrong: 0.999 ** 2995 < 5%.
_FEWEST = math.ceil(math.log(1 - CERTIFIED_SURE) / math.log(CERTIFIED_ACCURACY))
_CURVE_POINTS = 200


def risk_coverage(confidence: Confidences, right: NDArray[np.bool_]) -> dict[str, Any]:
    """How many digits may be accepted unseen, surest first, and how many of those are wrong.

    Args:
        confidence: (N,) of the answers given; N at least 1.
        right: (N,) whether they were right.

    Returns:
        `coverage` and `risk`, points of the curve; `aurc`, the area below it; `certified`, see
        `certify`.
    """
    order = np.argsort(-confidence, kind="stable")
    risk = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    # Closer together towards the doubtful digits, where the errors are.
    shares = 1 - np.linspace(1, 0, _CURVE_POINTS) ** 2
    points = np.unique((shares * (len(order) - 1)).astype(int))
    return {
        "coverage": [round(float((point + 1) / len(order)), 4) for point in points],
        "risk": [round(float(risk[point]), 6) for point in points],
        "aurc": round(float(risk.mean()), 7),
        "certified": certify(confidence, right),
    }


def certify(confidence: Confidences, right: NDArray[np.bool_]) -> dict[str, Any]:
    """The largest share of digits, surest first, that is certified to be 99.9% right.

    Testing every threshold at 5% and taking the best would be wrong far more often than in 5% of
    cases. Here the thresholds are tested in an order fixed beforehand: first the surest half of
    the digits (2,995 if that is more), then one digit more at a time, until the first that fails.
    The certified digits are those before it. A false certificate needs a false pass at one single
    place, the first threshold that is truly too low, whose chance is at most 5%: no correction for
    the number of tests is due. This holds for digits drawn independently, as long as less sure
    digits are not more often right. It says nothing of digits of other kinds.

    Each test is exact: given the surest digit left out, those before it are independent draws, so
    that the number of wrong ones is binomial (Clopper & Pearson 1934).

    Args:
        confidence: (N,) of the answers given; N at least 1.
        right: (N,) whether they were right.

    Returns:
        `accuracy` and `sure`, what is certified; `coverage`, the share of digits; `errors` among
        them; `threshold`, the least confidence of a digit that belongs to them (None for none).

    Source: fixed sequence testing as in Angelopoulos et al., "Learn then Test" (2021), section 3;
    the question is that of Geifman & El-Yaniv, "Selective Classification for Deep Neural Networks"
    (NeurIPS 2017).
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order], dtype=np.int64)
    taken = np.arange(1, len(order) + 1)
    # Equal confidences cannot be parted by a threshold.
    apart = np.append(np.diff(confidence[order]) < 0, True)
    sequence = np.flatnonzero(apart & (taken >= max(len(order) // 2, _FEWEST)))
    passed = _passes(wrong[sequence], taken[sequence])
    failed = np.flatnonzero(~passed)
    last = len(sequence) if len(failed) == 0 else int(failed[0])
    certificate = {"accuracy": CERTIFIED_ACCURACY, "sure": CERTIFIED_SURE}
    if last == 0:
        return {**certificate, "coverage": 0.0, "errors": 0, "threshold": None}
    place = int(sequence[last - 1])
    threshold = math.ceil(float(confidence[order[place]]) * 1e6) / 1e6
    return {
        **certificate,
        "coverage": round(float(taken[place] / len(order)), 4),
        "errors": int(wrong[place]),
        "threshold": min(1.0, threshold),
    }


def round_up(threshold: float) -> str:
    """A threshold in four digits that lets no digit pass which the exact one keeps out."""
    # The little less undoes what binary fractions add.
    return f"{min(1.0, math.ceil(threshold * 1e4 - 1e-6) / 1e4):.4f}"


def _passes(wrong: NDArray[np.int64], taken: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether so few errors would be seen in at most 5% of cases, were 99.9% not reached."""
    passes = np.zeros(len(taken), bool)
    # At the risk itself or above, about half of all cases have as few: no need to reckon.
    low = wrong < (1 - CERTIFIED_ACCURACY) * taken
    if low.any():
        chance = _at_most(wrong[low], taken[low], 1 - CERTIFIED_ACCURACY)
        passes[low] = chance <= 1 - CERTIFIED_SURE
    return passes


def _at_most(
    wrong: NDArray[np.int64], taken: NDArray[np.int64], chance: float
) -> NDArray[np.float64]:
    """The chance of at most `wrong` errors in `taken` trials (both (N,)), each with `chance`."""
    log_factorials = np.array([math.lgamma(each + 1) for each in range(int(taken.max()) + 1)])
    total = np.zeros(len(taken))
    for errors in range(int(wrong.max()) + 1):
        held = (wrong >= errors) & (taken >= errors)
        n = taken[held]
        logs = log_factorials[n] - log_factorials[errors] - log_factorials[n - errors]
        logs += errors * math.log(chance) + (n - errors) * math.log1p(-chance)
        total[held] += np.exp(logs)
    return total
