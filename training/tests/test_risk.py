from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.risk import certify, risk_coverage, round_up

ErrorChance = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@pytest.mark.parametrize(("digits", "coverage"), [(2994, 0.0), (2995, 1.0)])
def test_no_error_certifies_999_of_1000_from_2995_digits_on(digits: int, coverage: float) -> None:
    # 0.999 ** 2995 is the first power below 5%: the exact bound of Clopper and Pearson.
    certified = certify(np.linspace(0.5, 1, digits), np.ones(digits, bool))

    assert certified["coverage"] == coverage


def test_certified_digits_end_before_the_doubtful_ones_that_are_wrong() -> None:
    confidence = np.concatenate([np.linspace(0.9, 1, 8000), np.linspace(0.1, 0.2, 100)])
    right = np.concatenate([np.ones(8000, bool), np.zeros(100, bool)])

    certified = certify(confidence, right)

    assert 8000 / 8100 <= certified["coverage"] <= 8004 / 8100
    assert 0.19 < certified["threshold"] <= 0.9


def test_digits_of_one_confidence_are_taken_together_or_not_at_all() -> None:
    right = np.ones(6000, bool)
    right[3000:] = False

    assert certify(np.full(6000, 0.9), right)["coverage"] == 0.0


# Chance of an error by doubt, a digit's place 0..1 among all from the surest down. All cross or
# skirt 0.1% slowly, which is where a certificate is easily given in error.
def even(doubt: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.full_like(doubt, 0.00101)


def rising(doubt: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.0025 * doubt


def with_a_step(doubt: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(doubt < 0.7, 0.0009, 0.0014)


def true_risk(chance: NDArray[np.float64], coverage: float) -> float:
    """The share that is truly wrong of all digits up to a doubt; `chance` on an even grid."""
    return float(chance[: max(1, round(coverage * len(chance)))].mean())


@pytest.mark.parametrize("error_chance", [even, rising, with_a_step])
def test_at_most_one_certificate_in_twenty_is_false(error_chance: ErrorChance) -> None:
    rng = np.random.default_rng(11)
    repetitions, digits = 600, 8000
    grid = error_chance(np.linspace(0, 1, 20_001))
    false = 0
    for _ in range(repetitions):
        doubt = rng.random(digits)
        right = rng.random(digits) >= error_chance(doubt)
        threshold = certify(1 - doubt, right)["threshold"]
        # Digits less doubtful than the first that was left out: a little more than the certified.
        false += threshold is not None and true_risk(grid, 1 - threshold) > 0.001

    # Three standard deviations of chance above 5%.
    assert false / repetitions <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / repetitions)


def test_a_network_with_few_errors_among_the_doubtful_is_certified_for_nearly_all() -> None:
    rng = np.random.default_rng(12)
    coverages = []
    for _ in range(50):
        doubt = rng.random(10_000)
        right = rng.random(10_000) >= 0.2 * (doubt > 0.98)
        coverages.append(certify(1 - doubt, right)["coverage"])

    assert np.median(coverages) >= 0.97


def test_an_error_among_the_surest_stops_no_certificate_that_digits_make_up_for() -> None:
    right = np.ones(10_000, bool)
    right[0] = False

    assert certify(np.linspace(1, 0.5, 10_000), right)["coverage"] == 1.0


def test_the_sequence_ends_at_its_first_failure_though_later_ones_would_pass() -> None:
    right = np.ones(10_000, bool)
    right[5500:5504] = False

    certified = certify(np.linspace(1, 0.5, 10_000), right)

    # Two wrong need 6,294 digits, four 9,151: all ten thousand would pass on their own.
    assert certified["coverage"] == pytest.approx(0.5501, abs=1e-4)


@pytest.mark.parametrize(
    ("exact", "told"),
    [(0.912012, "0.9121"), (0.9, "0.9000"), (0.7001, "0.7001"), (0.999999, "1.0000")],
)
def test_a_threshold_is_rounded_so_that_none_passes_who_should_not(exact: float, told: str) -> None:
    assert round_up(exact) == told
    assert float(told) >= exact


def test_the_curve_counts_errors_from_the_surest_down() -> None:
    curve = risk_coverage(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]))

    assert curve["coverage"] == [0.25, 0.5, 0.75, 1.0]
    assert curve["risk"] == [0.0, 0.0, pytest.approx(1 / 3, abs=1e-5), 0.25]
