"""The digit network: one picture to the logits of ten digits and of no digit."""

import keras

from legible.reader.digit import NO_DIGIT
from trainer.config import Config

INPUT_SHAPE = (28, 28, 1)
DIGITS = tuple("0123456789")
# The last answer: this is no digit. The reader knows it by this name.
CLASSES = (*DIGITS, NO_DIGIT)


def build_model(
    config: Config, norm: type[keras.layers.Layer] = keras.layers.BatchNormalization
) -> keras.Model:
    """Build the untrained network.

    Two stages of convolutions, each closed by a 5x5 one of stride 2 instead of pooling, so that
    nothing is thrown away unlearned; then one hidden dense layer. Convolutions
    have no bias, since the batch normalisation behind them brings its own; at export it is folded
    into them. Input (N, 28, 28, 1) float32 0 paper .. 1 ink, output `logits` (N, 11) float32.

    Args:
        config: widths and dropout.
        norm: the class that normalises behind convolutions, with the weights of Keras' own.

    Source: the shape follows Simard, Steinkraus & Platt (ICDAR 2003) and Springenberg et al.,
    "Striving for Simplicity" (2015).
    """
    first, down, second, third = config.channels
    picture = keras.Input(INPUT_SHAPE, name="picture")
    # A plain convolution drops the border, a stride keeps it: with 5 px first, the sides are
    # 24, 22, 11, 9, 7 and 4 px.
    x = picture
    for name, channels, side_px, strides in (
        ("stage1_a", first, config.first_px, 1),
        ("stage1_b", first, 3, 1),
        ("stage1_down", down, 5, 2),
        ("stage2_a", second, 3, 1),
        ("stage2_b", second, 3, 1),
        ("stage2_down", third, 5, 2),
    ):
        padding = "valid" if strides == 1 else "same"
        x = keras.layers.Conv2D(
            channels, side_px, strides=strides, padding=padding, use_bias=False, name=name
        )(x)
        x = norm(name=f"{name}_norm")(x)
        x = keras.layers.ReLU(name=f"{name}_relu")(x)
    x = keras.layers.Flatten(name="flat")(x)
    x = keras.layers.Dropout(config.dropout, seed=config.seed, name="drop1")(x)
    x = keras.layers.Dense(config.hidden, use_bias=False, name="hidden")(x)
    x = keras.layers.BatchNormalization(name="hidden_norm")(x)
    x = keras.layers.ReLU(name="hidden_relu")(x)
    x = keras.layers.Dropout(config.dropout, seed=config.seed + 1, name="drop2")(x)
    logits = keras.layers.Dense(len(CLASSES), dtype="float32", name="logits")(x)
    return keras.Model(picture, logits, name="digit")
