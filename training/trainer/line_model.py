"""The line network: a run of symbols to logits of symbols and CTC's blank along its width."""

import keras

from legible.reader.line import LineConvention
from trainer.fused import FusedBatchNormalization
from trainer.line_config import LineConfig

# Digits and the marks of numbers; the blank of CTC comes behind them.
SYMBOLS = tuple("0123456789.,-")
BLANK = "blank"
CLASSES = (*SYMBOLS, BLANK)


def build_line_model(
    config: LineConfig, norm: type[keras.layers.Layer] = keras.layers.BatchNormalization
) -> keras.Model:
    """Build the untrained network.

    Fully convolutional, so any width goes in: seven 3x3 convolutions bring 32 pixels of height
    down to four and four pixels of width to one step; then 4x1 closes the height, 1x5 looks beside.
    Input (N, 32, W, 1) float32, 0 paper .. 1 ink; output `logits` (N, W / 4, 14) float32.

    Args:
        config: widths and dropout.
        norm: the class that normalises behind convolutions, with the weights of Keras' own.

    Source: Shi, Bai & Yao, "An End-to-End Trainable Neural Network for Image-based Sequence
    Recognition" (2015), without its recurrent layers; Graves et al., "Connectionist Temporal
    Classification" (2006).
    """
    first, second, third, fourth = config.channels
    line = keras.Input((LineConvention().height_px, None, 1), name="line")
    x = line
    for name, channels, kernel, pool in (
        ("stage1", first, (3, 3), (2, 2)),
        ("stage2_a", second, (3, 3), None),
        ("stage2_b", second, (3, 3), (2, 2)),
        ("stage3_a", third, (3, 3), None),
        ("stage3_b", third, (3, 3), (2, 1)),
        ("stage4_a", fourth, (3, 3), None),
        ("stage4_b", fourth, (3, 3), None),
        ("close", fourth, (4, 1), None),
        ("context", fourth, (1, 5), None),
    ):
        padding = "valid" if name == "close" else "same"
        x = keras.layers.Conv2D(channels, kernel, padding=padding, use_bias=False, name=name)(x)
        x = norm(name=f"{name}_norm")(x)
        x = keras.layers.ReLU(name=f"{name}_relu")(x)
        if pool is not None:
            x = keras.layers.MaxPooling2D(pool, name=f"{name}_pool")(x)
    x = keras.layers.Dropout(config.dropout, seed=config.seed, name="drop")(x)
    x = keras.layers.Conv2D(len(CLASSES), 1, dtype="float32", name="classes")(x)
    logits = keras.layers.Reshape((-1, len(CLASSES)), dtype="float32", name="logits")(x)
    return keras.Model(line, logits, name="line")


def training_model(config: LineConfig) -> keras.Model:
    """The same network with the faster normalisation of training."""
    return build_line_model(config, FusedBatchNormalization)
