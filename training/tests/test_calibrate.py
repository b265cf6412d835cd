import numpy as np
import pytest

from trainer.calibrate import accept_from, fit_temperature, keep_up_to
from trainer.predict import probabilities


def test_the_temperature_is_found_again_when_labels_are_drawn_from_it() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 4, (20_000, 10)).astype(np.float32)
    chances = probabilities(logits, 2.0).cumsum(axis=1)
    labels = (rng.random((len(logits), 1)) > chances).sum(axis=1)

    assert fit_temperature(logits, labels) == pytest.approx(2.0, rel=0.05)


def test_the_temperature_is_found_again_when_one_class_was_seen_too_often() -> None:
    rng = np.random.default_rng(2)
    logits = rng.normal(0, 4, (20_000, 11)).astype(np.float32)
    shifted = logits.copy()
    shifted[:, -1] += 2.0 * -1.5
    chances = probabilities(shifted, 2.0).cumsum(axis=1)
    labels = (rng.random((len(logits), 1)) > chances).sum(axis=1)

    assert fit_temperature(logits, labels, shift=-1.5) == pytest.approx(2.0, rel=0.05)


def test_the_threshold_is_where_one_in_a_hundred_is_wrong() -> None:
    confidence = np.linspace(0.001, 1.0, 1000)
    right = confidence > 0.505

    read = accept_from(confidence, right, 0.01)

    assert (~right[confidence >= read]).mean() <= 0.01
    assert read == pytest.approx(0.501, abs=0.002)


@pytest.mark.parametrize("seed", range(20))
def test_no_more_is_wrong_above_the_threshold_than_was_asked_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    confidence = rng.beta(5, 1, 700).round(2)
    right = rng.random(700) < confidence

    read = accept_from(confidence, right, 0.05)

    accepted = confidence >= read
    assert accepted.any()
    assert (~right[accepted]).mean() <= 0.05


@pytest.mark.parametrize("seed", range(20))
def test_what_counts_more_weighs_more_among_the_wrong(seed: int) -> None:
    rng = np.random.default_rng(seed)
    confidence = rng.beta(5, 1, 700).round(2)
    right = rng.random(700) < confidence
    importance = rng.choice([0.2, 3.0], 700)

    read = accept_from(confidence, right, 0.05, importance)

    accepted = confidence >= read
    assert np.average(~right[accepted], weights=importance[accepted]) <= 0.05
    # As if each stood there as often as it counts.
    often = np.rint(importance * 5).astype(int)
    assert read == accept_from(np.repeat(confidence, often), np.repeat(right, often), 0.05)


def test_everything_is_accepted_when_everything_is_right() -> None:
    assert accept_from(np.array([0.3, 0.9]), np.array([True, True]), 0.01) <= 0.3


def test_nothing_is_accepted_when_the_surest_are_wrong() -> None:
    assert accept_from(np.array([0.3, 0.9]), np.array([True, False]), 0.01) == 1.0


@pytest.mark.parametrize("share", [0.99, 0.995, 1.0])
def test_the_asked_share_is_kept_below_the_threshold(share: float) -> None:
    chances = np.random.default_rng(5).random(3001)

    threshold = keep_up_to(chances, share)

    assert (chances <= threshold).mean() >= share
    assert (chances <= threshold - 0.01).mean() < share
