import re
from pathlib import Path

import keras
import numpy as np
import pytest

from trainer.data import load_mnist
from trainer.evaluate import measure
from trainer.export import export
from trainer.field import effective_field
from trainer.report import write_report


def one_convolution(size_px: int) -> keras.Model:
    picture = keras.Input((28, 28, 1))
    layer = keras.layers.Conv2D(1, size_px, padding="same", kernel_initializer="ones")
    return keras.Model(picture, layer(picture))


@pytest.mark.parametrize("size_px", [3, 7])
def test_the_field_of_one_even_convolution_is_its_kernel(size_px: int) -> None:
    images = np.random.default_rng(1).random((2, 28, 28, 1), np.float32)

    field = effective_field(one_convolution(size_px), images)

    assert field["side_px"] == field["theoretical_px"] == size_px
    influence = np.array(field["map"])
    assert influence[14, 14] == pytest.approx(1, abs=0.01)
    assert influence[14, 14 + size_px // 2 + 1] < 1e-3


def test_the_report_holds_every_table_and_plot(run: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    export(run, "1.0.0", models, serve=True)

    metrics = measure(models, load_mnist("test"))
    write_report(tmp_path / "report.html", "1.0.0", metrics)

    page = (tmp_path / "report.html").read_text("utf-8")
    assert len(re.findall(r'<img src="data:image/png;base64,[\w+/=]{1000,}"', page)) == 5
    for word in ("glass_blur", "Wrong", "test writers", "scribbles", "claims 22 px", "macro"):
        assert word in page
    assert "http" not in page
    assert "nan" not in re.sub(r'src="[^"]*"', "", page)
