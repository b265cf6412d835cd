from pathlib import Path

import numpy as np
import pytest

from legible.reader.bundle import Bundle
from legible.reader.digit import DigitModel
from tests.reader.tiny_bundle import expected_logits, write_bundle


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
