"""The network that is served, measured through the code that serves it."""

from itertools import islice
from pathlib import Path

import keras
import numpy as np
import pytest

from legible.reader.bundle import Bundle
from legible.reader.digit import DigitModel
from legible.reader.reader import Reader
from legible.reader.types import Status
from trainer.data import load_mnist
from trainer.evaluate import evaluate
from trainer.golden import draw_digits
from trainer.line_calibrate import wanted
from trainer.line_export import draw_numbers
from trainer.line_pictures import cell_pictures
from trainer.predict import predict_logits

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle.open(MODELS, "digit")


@pytest.mark.model
@pytest.mark.data
def test_the_served_network_reads_mnist_as_well_as_promised(
    bundle: Bundle, real_mnist: Path
) -> None:
    metrics = evaluate(DigitModel(bundle), load_mnist("test", real_mnist))

    assert metrics["n"] == 10_000
    assert metrics["accuracy"] >= 0.996
    assert metrics["ece"] <= 0.01
    assert metrics["noise"]["accuracy"] >= 0.95


@pytest.mark.model
def test_the_served_file_computes_what_the_shipped_keras_network_does(bundle: Bundle) -> None:
    shipped = MODELS / "digit" / bundle.version / "model.keras"
    model = keras.saving.load_model(shipped, compile=False)
    rng = np.random.default_rng(2)
    batch = np.concatenate([draw_digits(), rng.random((70, 28, 28, 1), np.float32)])

    np.testing.assert_allclose(bundle.run(batch), predict_logits(model, batch), atol=1e-3)


@pytest.mark.model
def test_drawn_digits_are_read_by_the_served_network(bundle: Bundle) -> None:
    # Ten plain digits of a plotter's typeface: nobody's handwriting, but nobody would misread them.
    rows = DigitModel(bundle).probabilities(draw_digits()[:10])

    assert "".join(str(digit) for digit in rows.argmax(axis=1)) == "0123456789"


@pytest.mark.model
def test_no_shipped_file_is_too_big_for_the_repository() -> None:
    assert max(path.stat().st_size for path in MODELS.rglob("*")) < 5 * 1024 * 1024


@pytest.mark.model
def test_the_served_line_file_computes_what_the_shipped_keras_network_does() -> None:
    bundle = Bundle.open(MODELS, "line")
    shipped = MODELS / "line" / bundle.version / "model.keras"
    model = keras.saving.load_model(shipped, compile=False)
    numbers = draw_numbers()
    noise = np.random.default_rng(3).random((3, *numbers.shape[1:]), np.float32)
    batch = np.concatenate([numbers, noise])

    np.testing.assert_allclose(bundle.run(batch), model.predict_on_batch(batch), atol=1e-3)


@pytest.mark.model
@pytest.mark.data
def test_the_served_networks_read_cells_that_training_never_saw(real_mnist: Path) -> None:
    reader = Reader.open(MODELS)
    cells = list(islice(cell_pictures("test"), 300))

    readings = [reader.read(cell.data) for cell in cells]

    right = [
        reading.text == wanted(cell.text, "digits")
        for reading, cell in zip(readings, cells, strict=True)
    ]
    read = [reading.status is Status.READ for reading in readings]
    wrong = sum(r and not ok for r, ok in zip(read, right, strict=True))
    assert sum(right) >= 0.91 * len(cells)
    assert sum(read) >= 0.55 * len(cells)
    assert wrong <= 0.02 * sum(read)
