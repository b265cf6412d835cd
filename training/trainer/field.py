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
# Differences of float32 outputs are never quite zero.
_ROUNDING = 1e-3


def effective_field(model: keras.Model, images: Images) -> dict[str, Any]:
    """Measure how strongly each pixel moves the middle of the last convolution's map.

    The derivative is taken by differences of the output, so that it needs no particular backend.

    Args:
        model: a network with convolutions.
        images: (N, 28, 28, 1) float32, digits to average over; at least one.

    Returns:
        JSON values: `side_px`, the side of a square of as many pixels as are above 4.55% of the
        strongest; `theoretical_px`, the side of the pixels that have any influence; `claimed_px`;
        `map`, (28, 28) influences, the strongest 1.

    Source: Luo et al., "Understanding the Effective Receptive Field in Deep Convolutional Neural
    Networks" (NeurIPS 2016).
    """
    last = [each for each in model.layers if isinstance(each, keras.layers.Conv2D)][-1]
    features = keras.Model(model.inputs, last.output)
    influence = np.mean([_influence(features, image) for image in images], axis=0)
    influence /= max(float(influence.max()), 1e-12)
    reached = np.argwhere(influence > _ROUNDING)
    return {
        "layer": last.name,
        "side_px": round(float(np.sqrt((influence > _WITHIN).sum())), 1),
        "theoretical_px": int((np.ptp(reached, axis=0) + 1).max()),
        "claimed_px": CLAIMED_PX,
        "map": influence.round(4).tolist(),
    }


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
