"""The figures that say how good readings are: shares, calibration, confusion."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.data import Labels

Confidences = NDArray[np.float32] | NDArray[np.float64]

_ECE_BINS = 15
# Two-sided 95% of the normal distribution.
_Z95 = 1.959964


def share(right: int, total: int) -> dict[str, Any]:
    """JSON values: `n`, `errors`, `accuracy`, `wilson95` [low, high]."""
    return {
        "n": total,
        "errors": total - right,
        "accuracy": round(right / total, 6) if total else None,
        "wilson95": [round(bound, 5) for bound in wilson95(right, total)],
    }


def wilson95(right: int, total: int) -> tuple[float, float]:
    """The 95% score interval of a share; (0, 1) for no trials.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if total == 0:
        return 0.0, 1.0
    fraction, z2 = right / total, _Z95**2
    centre = (fraction + z2 / (2 * total)) / (1 + z2 / total)
    spread = (
        _Z95 * math.sqrt(fraction * (1 - fraction) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    )
    return max(0.0, centre - spread), min(1.0, centre + spread)


def expected_calibration_error(confidence: Confidences, right: NDArray[np.bool_]) -> float:
    """Mean gap between confidence and accuracy over 15 equal bins, weighted by their digits.

    Args:
        confidence: (N,) of the answers given.
        right: (N,) whether they were right.

    Source: Naeini, Cooper & Hauskrecht (AAAI 2015); 15 bins as in Guo et al. (2017).
    """
    bins = _bins(confidence)
    gaps = np.bincount(bins, weights=confidence - right, minlength=_ECE_BINS)
    return float(np.abs(gaps).sum() / len(right))


def confusion(read: Labels, labels: Labels) -> list[list[int]]:
    """A 10 x 10 table of counts: row = label, column = what was read."""
    counts: NDArray[np.int64] = np.zeros((10, 10), np.int64)
    np.add.at(counts, (labels, read), 1)
    return [[int(count) for count in row] for row in counts]


def reliability(confidence: Confidences, right: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """One entry for each of the 15 bins with digits: `n`, mean `confidence` and `accuracy`."""
    bins = _bins(confidence)
    return [
        {
            "n": int((bins == each).sum()),
            "confidence": round(float(confidence[bins == each].mean()), 5),
            "accuracy": round(float(right[bins == each].mean()), 5),
        }
        for each in range(_ECE_BINS)
        if (bins == each).any()
    ]


def per_class(table: list[list[int]]) -> list[dict[str, Any]]:
    """Precision, recall, specificity and F1 of each class of a confusion table, then their mean."""
    counts = np.array(table, float)
    hit, read, written = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)
    total = counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "precision": hit / read,
            "recall": hit / written,
            "specificity": (total - read - written + hit) / (total - written),
            "f1": 2 * hit / (read + written),
        }
    # A class that is neither written nor read has no figures; as zero it would pull the mean down.
    rows = [
        {"class": str(each), **{name: _figure(column[each]) for name, column in columns.items()}}
        for each in range(len(counts))
    ]
    means = {
        name: _figure(column[np.isfinite(column)].mean() if np.isfinite(column).any() else np.nan)
        for name, column in columns.items()
    }
    return [*rows, {"class": "macro", **means}]


def top_confusions(table: list[list[int]], most: int = 10) -> list[dict[str, int]]:
    """The commonest mistakes, most frequent first: `written`, `read`, `n`."""
    mistakes = [
        {"written": row, "read": column, "n": count}
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        if row != column and count
    ]
    return sorted(mistakes, key=lambda mistake: -mistake["n"])[:most]


def _bins(confidence: Confidences) -> NDArray[np.int64]:
    return np.clip(np.ceil(confidence * _ECE_BINS).astype(np.int64) - 1, 0, _ECE_BINS - 1)


def _figure(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None
