import numpy as np
import pytest

from trainer.scores import (
    confusion,
    expected_calibration_error,
    per_class,
    reliability,
    top_confusions,
    wilson95,
)


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
    seven_right = np.array([True] * 7 + [False] * 3)

    assert expected_calibration_error(np.full(10, 0.9), seven_right) == pytest.approx(0.2)


def test_gaps_of_opposite_sign_do_not_cancel_between_bins() -> None:
    confidence = np.array([0.95, 0.55])

    assert expected_calibration_error(confidence, np.array([False, True])) == pytest.approx(0.7)


def test_confusion_counts_labels_down_and_readings_across() -> None:
    table = confusion(np.array([1, 1, 7]), np.array([1, 7, 7]))

    assert (table[1][1], table[7][1], table[7][7], table[1][7]) == (1, 1, 1, 0)
    assert sum(map(sum, table)) == 3


def test_the_figures_of_a_class_are_those_of_its_row_and_column() -> None:
    table = [[8, 2, 0], [1, 9, 0], [0, 0, 10]]

    first, *_, mean = per_class(table)

    assert first["precision"] == pytest.approx(8 / 9, abs=1e-5)
    assert first["recall"] == 0.8
    assert first["specificity"] == 0.95
    assert first["f1"] == pytest.approx(16 / 19, abs=1e-5)
    assert mean["recall"] == 0.9
    assert mean["class"] == "macro"


def test_a_class_nobody_wrote_does_not_pull_the_mean_down() -> None:
    *_, mean = per_class([[5, 0], [0, 0]])

    assert mean["recall"] == 1.0


def test_the_commonest_mistake_comes_first() -> None:
    assert top_confusions([[9, 1], [3, 7]])[0] == {"written": 1, "read": 0, "n": 3}


def test_bins_say_how_many_digits_they_hold() -> None:
    bins = reliability(np.array([0.99, 0.98, 0.5]), np.array([True, False, True]))

    assert [(each["n"], each["accuracy"]) for each in bins] == [(1, 1.0), (2, 0.5)]
