"""How well a shipped network reads digits, measured through the code that serves it."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legible.reader.digit import DigitModel
from trainer.augment import add_noise
from trainer.data import Digits, Labels

# Standard deviation of the noise line, of a picture in 0..1.
NOISE_SIGMA = 0.5
_NOISE_SEED = 5
_ECE_BINS = 15
# Two-sided 95% of the normal distribution.
_Z95 = 1.959964


def evaluate(model: DigitModel, digits: Digits) -> dict[str, Any]:
    """Measure accuracy and calibration, on the digits as they are and with noise.

    Args:
        model: a loaded bundle.
        digits: labelled digits; at least one.

    Returns:
        JSON values: `n`, `errors`, `accuracy`, `wilson95` [low, high], `ece`, `confusion` (row =
        label, column = reading), `noise` (`sigma`, `errors`, `accuracy`, `wilson95`).
    """
    rows = model.probabilities(digits.images)
    noisy = add_noise(digits.images, NOISE_SIGMA, np.random.default_rng(_NOISE_SEED))
    noisy_rows = model.probabilities(noisy)
    return {
        "n": len(digits),
        **_score(rows, digits.labels),
        "ece": round(expected_calibration_error(rows, digits.labels), 5),
        "confusion": confusion(rows.argmax(axis=1), digits.labels),
        "noise": {"sigma": NOISE_SIGMA, **_score(noisy_rows, digits.labels)},
    }


def wilson95(right: int, total: int) -> tuple[float, float]:
    """The 95% score interval of a share; (0, 1) for no trials.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if total == 0:
        return 0.0, 1.0
    share, z2 = right / total, _Z95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    spread = _Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return max(0.0, centre - spread), min(1.0, centre + spread)


def expected_calibration_error(rows: NDArray[np.float32], labels: Labels) -> float:
    """Mean gap between confidence and accuracy over 15 equal bins, weighted by their digits.

    Args:
        rows: (N, K) probabilities.
        labels: (N,) the right columns.

    Source: Naeini, Cooper & Hauskrecht (AAAI 2015); 15 bins as in Guo et al. (2017).
    """
    confidence, right = rows.max(axis=1), rows.argmax(axis=1) == labels
    bins = np.clip(np.ceil(confidence * _ECE_BINS).astype(int) - 1, 0, _ECE_BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=_ECE_BINS)
    return float(np.abs(gaps).sum() / len(labels))


def confusion(read: Labels, labels: Labels) -> list[list[int]]:
    """A 10 x 10 table of counts: row = label, column = what was read."""
    counts: NDArray[np.int64] = np.zeros((10, 10), np.int64)
    np.add.at(counts, (labels, read), 1)
    return [[int(count) for count in row] for row in counts]


def _score(rows: NDArray[np.float32], labels: Labels) -> dict[str, Any]:
    right = int((rows.argmax(axis=1) == labels).sum())
    interval = wilson95(right, len(labels))
    return {
        "errors": len(labels) - right,
        "accuracy": right / len(labels),
        "wilson95": [round(bound, 5) for bound in interval],
    }
