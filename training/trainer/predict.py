"""Running a network outside training: logits, and probabilities from them."""

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.data import Images

# Bounds the memory of a forward pass; larger ones are no faster.
_BATCH = 500


def predict_logits(model: keras.Model, images: Images) -> Images:
    """Logits (N, classes) float32 for images (N, 28, 28, 1); N = 0 gives (0, classes)."""
    parts = [
        np.asarray(model.predict_on_batch(images[start : start + _BATCH]))
        for start in range(0, len(images), _BATCH)
    ]
    return np.concatenate([np.empty((0, model.output_shape[-1]), np.float32), *parts])


def probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """Softmax of logits (N, K) divided by the temperature; rows sum to 1."""
    scaled = logits.astype(np.float64) / temperature
    likelihoods = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(likelihoods / likelihoods.sum(axis=1, keepdims=True))
