import numpy as np
import pytest

from trainer.evaluate import confusion, expected_calibration_error, wilson95


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(right: int, total: int, low: float, high: float) -> None:
    assert wilson95(right, total) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_says_nothing_when_nothing_was_tried() -> None:
    assert wilson95(0, 0) == (0.0, 1.0)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    rows = np.array([[0.9, 0.1]] * 10, np.float32)
    seven_right = np.array([0] * 7 + [1] * 3)

    assert expected_calibration_error(rows, seven_right) == pytest.approx(0.2, abs=1e-6)


def test_gaps_of_opposite_sign_do_not_cancel_between_bins() -> None:
    rows = np.array([[0.95, 0.05], [0.55, 0.45]], np.float32)

    assert expected_calibration_error(rows, np.array([1, 0])) == pytest.approx(0.7, abs=1e-6)


def test_confusion_counts_labels_down_and_readings_across() -> None:
    table = confusion(np.array([1, 1, 7]), np.array([1, 7, 7]))

    assert (table[1][1], table[7][1], table[7][7], table[1][7]) == (1, 1, 1, 0)
    assert sum(map(sum, table)) == 3
