from pathlib import Path

import numpy as np
import pytest

from legible.reader.bundle import Bundle, BundleError
from legible.reader.digit import NO_DIGIT, DigitModel
from tests.reader.tiny_bundle import DIGITS, change_manifest, expected_logits, write_bundle


def open_model(models_dir: Path, temperature: float = 2.0) -> DigitModel:
    write_bundle(models_dir, temperature=temperature)
    return DigitModel(Bundle.open(models_dir, "digit"))


def test_rows_are_probabilities_when_digits_are_given(tmp_path: Path) -> None:
    batch = np.random.default_rng(1).random((5, 28, 28, 1), np.float32)

    rows = open_model(tmp_path).probabilities(batch)

    assert rows.shape == (5, 10)
    assert rows.dtype == np.float32
    assert (rows > 0).all()
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(rows.argmax(axis=1), expected_logits(batch).argmax(axis=1))


def test_nothing_is_read_when_there_are_no_digits(tmp_path: Path) -> None:
    rows = open_model(tmp_path).probabilities(np.empty((0, 28, 28, 1), np.float32))

    assert rows.shape == (0, 10)
    assert rows.dtype == np.float32


def test_log_odds_are_divided_by_the_temperature(tmp_path: Path) -> None:
    batch = np.random.default_rng(2).random((1, 28, 28, 1), np.float32)

    rows = open_model(tmp_path, temperature=2.5).probabilities(batch)

    logits = expected_logits(batch)[0]
    log_odds = np.log(rows[0, 3] / rows[0, 7])
    assert log_odds == pytest.approx((logits[3] - logits[7]) / 2.5, abs=1e-3)


def test_probabilities_stay_finite_when_logits_are_huge(tmp_path: Path) -> None:
    batch = np.full((1, 28, 28, 1), 1e4, np.float32)

    rows = open_model(tmp_path, temperature=0.01).probabilities(batch)

    assert np.isfinite(rows).all()
    assert rows.sum() == pytest.approx(1)


def test_a_network_of_eleven_classes_says_how_likely_there_is_no_digit(tmp_path: Path) -> None:
    write_bundle(tmp_path, temperature=2.0, classes=(*DIGITS, NO_DIGIT), no_digit=0.6)
    model = DigitModel(Bundle.open(tmp_path, "digit"))
    batch = np.random.default_rng(3).random((6, 28, 28, 1), np.float32)

    answers = model.answer(batch)

    likelihoods = np.exp(expected_logits(batch, 11) / 2.0)
    shares = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(answers.no_digit, shares[:, 10], atol=1e-4)
    joint = answers.digits * (1 - answers.no_digit)[:, None]
    np.testing.assert_allclose(joint, shares[:, :10], atol=1e-4)
    np.testing.assert_allclose(answers.digits.sum(axis=1), 1, atol=1e-5)
    assert model.manifest.thresholds.no_digit == 0.6


def test_the_odds_of_no_digit_are_moved_as_the_manifest_says(tmp_path: Path) -> None:
    odds = []
    for version, calibration in (
        ("1.0.0", {"temperature": 2.0}),
        ("1.0.1", {"temperature": 2.0, "no_digit_shift": -1.5}),
    ):
        folder = write_bundle(tmp_path, version=version, classes=(*DIGITS, NO_DIGIT))
        change_manifest(folder, calibration=calibration)
        batch = np.random.default_rng(4).random((6, 28, 28, 1), np.float32)
        answers = DigitModel(Bundle.open(tmp_path, "digit")).answer(batch)
        odds.append(np.log(answers.no_digit / (1 - answers.no_digit)))

    np.testing.assert_allclose(odds[1] - odds[0], -1.5, atol=1e-3)


def test_a_network_of_ten_classes_never_speaks_of_no_digit(tmp_path: Path) -> None:
    model = open_model(tmp_path)

    answers = model.answer(np.ones((4, 28, 28, 1), np.float32))

    np.testing.assert_array_equal(answers.no_digit, np.zeros(4, np.float32))
    assert model.manifest.thresholds.no_digit == 1.0


def test_a_network_of_other_classes_is_refused(tmp_path: Path) -> None:
    write_bundle(tmp_path, classes="abcdefghij")

    with pytest.raises(BundleError, match="expected the classes 0 to 9"):
        DigitModel(Bundle.open(tmp_path, "digit"))
