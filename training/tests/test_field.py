import keras
import numpy as np
import pytest

from trainer.config import PRESETS
from trainer.field import effective_field, theoretical_field
from trainer.model import build_model


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
    assert field["centre_px"] == 14


def test_strides_widen_what_the_layers_behind_them_can_see() -> None:
    picture = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(2, 5)(picture)  # 5 px
    x = keras.layers.MaxPooling2D(2)(x)  # 5 + 1 = 6 px, steps of 2
    x = keras.layers.Conv2D(2, 3, strides=2)(x)  # 6 + 2 * 2 = 10 px, steps of 4
    x = keras.layers.ReLU()(x)
    x = keras.layers.Conv2D(2, 3)(x)  # 10 + 2 * 4 = 18 px
    model = keras.Model(picture, keras.layers.Dense(10)(keras.layers.Flatten()(x)))

    assert theoretical_field(model) == 18


def test_nothing_outside_the_theoretical_field_has_influence() -> None:
    model = build_model(PRESETS["smoke"])
    images = np.random.default_rng(2).random((1, 28, 28, 1), np.float32)

    field = effective_field(model, images)

    reached = np.argwhere(np.array(field["map"]) > 1e-3)
    assert np.abs(reached - field["centre_px"]).max() <= (field["theoretical_px"] - 1) / 2
    assert 1 <= field["side_px"] <= field["theoretical_px"]


def test_a_layer_of_unknown_reach_is_named() -> None:
    picture = keras.Input((28, 28, 1))
    x = keras.layers.UpSampling2D(name="larger")(picture)
    model = keras.Model(picture, keras.layers.Conv2D(1, 3)(x))

    with pytest.raises(ValueError, match="Layer larger"):
        theoretical_field(model)
