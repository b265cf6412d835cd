"""The digit network: one picture to the logits of ten digits and of no digit."""

import keras

from legible.reader.digit import NO_DIGIT
from trainer.config import Config

INPUT_SHAPE = (28, 28, 1)
DIGITS = tuple("0123456789")
# The last answer: this is no digit. The reader knows it by this name.
CLASSES = (*DIGITS, NO_DIGIT)


def build_model(config: Config) -> keras.Model:
    """Build the untrained network.

    Three stages of 3x3 convolutions, each but the last closed by a 5x5 one of stride 2 instead of
    pooling, so that nothing is thrown away unlearned; then one hidden dense layer. Convolutions
    have no bias, since the batch normalisation behind them brings its own; at export it is folded
    into them. Input (N, 28, 28, 1) float32 0 paper .. 1 ink, output `logits` (N, 11).

    Source: the shape follows Simard, Steinkraus & Platt (ICDAR 2003) and Springenberg et al.,
    "Striving for Simplicity" (2015).
    """
    first, second, third = config.channels
    picture = keras.Input(INPUT_SHAPE, name="picture")
    x = _convolve(picture, first, 3, name="stage1_a")  # 26 px
    x = _convolve(x, first, 3, name="stage1_b")  # 24 px
    x = _convolve(x, 2 * first, 5, name="stage1_down", strides=2)  # 12 px
    x = _convolve(x, second, 3, name="stage2_a")  # 10 px
    x = _convolve(x, second, 3, name="stage2_b")  # 8 px
    x = _convolve(x, third, 5, name="stage2_down", strides=2)  # 4 px
    x = keras.layers.Flatten(name="flat")(x)
    x = keras.layers.Dropout(config.dropout, seed=config.seed, name="drop1")(x)
    x = keras.layers.Dense(config.hidden, use_bias=False, name="hidden")(x)
    x = keras.layers.BatchNormalization(name="hidden_norm")(x)
    x = keras.layers.ReLU(name="hidden_relu")(x)
    x = keras.layers.Dropout(config.dropout, seed=config.seed + 1, name="drop2")(x)
    return keras.Model(picture, keras.layers.Dense(len(CLASSES), name="logits")(x), name="digit")


def _convolve(
    x: keras.KerasTensor, channels: int, size_px: int, *, name: str, strides: int = 1
) -> keras.KerasTensor:
    # A stride keeps the border ("same"), a plain convolution drops it: 28, 26, 24, 12, 10, 8, 4 px.
    padding = "valid" if strides == 1 else "same"
    x = keras.layers.Conv2D(
        channels, size_px, strides=strides, padding=padding, use_bias=False, name=name
    )(x)
    x = keras.layers.BatchNormalization(name=f"{name}_norm")(x)
    return keras.layers.ReLU(name=f"{name}_relu")(x)
