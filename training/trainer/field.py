"""How much of the picture the last convolution looks at: its effective receptive field."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.data import Images

# What the first description of this product claims for its network.
CLAIMED_PX = 22
# Luo et al. count the pixels within two standard deviations of a Gaussian's peak: above 4.55%.
_WITHIN = 1 - 0.9545
_STEP = 1e-2
# Layers that look at one place at a time; all others must say how far they look.
_POINTWISE = (
    keras.layers.InputLayer,
    keras.layers.BatchNormalization,
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.Dropout,
)


def effective_field(model: keras.Model, images: Images) -> dict[str, Any]:
    """Measure how strongly each pixel moves the middle of the last convolution's map.

    The derivative is taken by differences of the output, so that it needs no particular backend.

    Args:
        model: a network with convolutions.
        images: (N, 28, 28, 1) float32, digits to average over; at least one.

    Returns:
        JSON values: `layer`, the last convolution; `side_px`, the side of a square of as many
        pixels as are above 4.55% of the strongest; `theoretical_px`, see `theoretical_field`;
        `claimed_px`; `centre_px`, row and column of the field's middle, counted from the middle
        of the first pixel; `map`, (28, 28) influences, the strongest 1.

    Source: Luo et al., "Understanding the Effective Receptive Field in Deep Convolutional Neural
    Networks" (NeurIPS 2016).
    """
    last = _last_convolution(model)
    side, step, start = _geometry(model)
    features = keras.Model(model.inputs, last.output)
    influence = np.mean([_influence(features, image) for image in images], axis=0)
    influence /= max(float(influence.max()), 1e-12)
    return {
        "layer": last.name,
        "side_px": round(float(np.sqrt((influence > _WITHIN).sum())), 1),
        "theoretical_px": side,
        "claimed_px": CLAIMED_PX,
        "centre_px": start + (last.output.shape[1] // 2) * step,
        "map": influence.round(4).tolist(),
    }


def theoretical_field(model: keras.Model) -> int:
    """The side in pixels of the square that the last convolution can see at all.

    Reckoned from the architecture: each layer widens it by its kernel less one, times the strides
    of all layers before.

    Args:
        model: a chain of layers with square kernels.

    Raises:
        ValueError: a layer before the last convolution is of a kind that is not known here.
    """
    return _geometry(model)[0]


def _geometry(model: keras.Model) -> tuple[int, int, float]:
    """Side, step and the first middle of the fields of the last convolution's map, in pixels."""
    last = _last_convolution(model)
    side, step, start = 1, 1, 0.0
    for layer in model.layers:
        match layer:
            case keras.layers.Conv2D():
                reach = (layer.kernel_size[0] - 1) * layer.dilation_rate[0]
            case keras.layers.MaxPooling2D() | keras.layers.AveragePooling2D():
                reach = layer.pool_size[0] - 1
            case _ if not isinstance(layer, _POINTWISE):
                raise ValueError(
                    f"Layer {layer.name}: how far {type(layer).__name__} looks is not known here. "
                    "Add it to trainer.field."
                )
            case _:
                continue
        stride = layer.strides[0]
        padded = 0
        if layer.padding == "same":
            # As TensorFlow pads: the odd pixel goes behind.
            sides = layer.input.shape[1], layer.output.shape[1]
            padded = max(0, (sides[1] - 1) * stride + reach + 1 - sides[0]) // 2
        start += (reach / 2 - padded) * step
        side += reach * step
        step *= stride
        if layer is last:
            break
    return side, step, start


def _last_convolution(model: keras.Model) -> Any:
    return [each for each in model.layers if isinstance(each, keras.layers.Conv2D)][-1]


def _influence(features: keras.Model, image: NDArray[np.float32]) -> NDArray[np.float64]:
    height, width, _ = image.shape
    moved = np.repeat(image[np.newaxis], height * width, axis=0)
    pixels = np.arange(height * width)
    moved[pixels, pixels // width, pixels % width, 0] += _STEP
    before = np.asarray(features.predict_on_batch(image[np.newaxis]), np.float64)
    after = np.asarray(features.predict_on_batch(moved), np.float64)
    middle = before.shape[1] // 2
    change = after[:, middle, middle].sum(axis=-1) - before[0, middle, middle].sum()
    return np.asarray(np.abs(change / _STEP).reshape(height, width), np.float64)
