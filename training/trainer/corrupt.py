"""MNIST-C's fifteen corruptions, made here: what goes wrong between paper and file, or is meant to.

The strengths follow the description in the paper; the pictures are our own, so that figures can be
compared with each other and only roughly with published ones.

Source: Mu & Gilmer, "MNIST-C: A Robustness Benchmark for Computer Vision" (2019).
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]  # (28, 28), 0 paper .. 1 ink
Corruption = Callable[[Picture, np.random.Generator], Picture]

_SIDE = 28
_CENTRE = ((_SIDE - 1) / 2, (_SIDE - 1) / 2)


def corrupt(
    images: NDArray[np.float32], name: str, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Spoil every picture in one way.

    Args:
        images: (N, 28, 28, 1) float32, 0 paper .. 1 ink.
        name: a key of `CORRUPTIONS`.
        rng: the only source of chance.
    """
    spoiled = [CORRUPTIONS[name](image, rng) for image in images[..., 0]]
    return np.clip(np.stack(spoiled), 0.0, 1.0).astype(np.float32)[..., np.newaxis]


def _shot_noise(picture: Picture, rng: np.random.Generator) -> Picture:
    return (rng.poisson(picture * 5.0) / 5.0).astype(np.float32)


def _impulse_noise(picture: Picture, rng: np.random.Generator) -> Picture:
    chance = rng.random(picture.shape)
    return np.where(chance < 0.085, 1.0, np.where(chance < 0.17, 0.0, picture)).astype(np.float32)


def _glass_blur(picture: Picture, rng: np.random.Generator) -> Picture:
    soft = cv2.GaussianBlur(picture, (0, 0), 0.5)
    rows, columns = np.mgrid[:_SIDE, :_SIDE].astype(np.float32)
    for _ in range(2):
        shift = rng.integers(-1, 2, (2, _SIDE, _SIDE)).astype(np.float32)
        soft = cv2.remap(soft, columns + shift[0], rows + shift[1], cv2.INTER_NEAREST)
    return np.asarray(cv2.GaussianBlur(soft, (0, 0), 0.5), np.float32)


def _motion_blur(picture: Picture, rng: np.random.Generator) -> Picture:
    kernel = np.zeros((9, 9), np.float32)
    angle = np.deg2rad(rng.uniform(-45, 45))
    reach = 4 * np.array([np.cos(angle), np.sin(angle)])
    ends = [tuple(map(int, np.round(4 + sign * reach))) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)


def _affine(picture: Picture, matrix: NDArray[Any]) -> Picture:
    return np.asarray(cv2.warpAffine(picture, matrix, (_SIDE, _SIDE)), np.float32)


def _shear(picture: Picture, rng: np.random.Generator) -> Picture:
    slope = rng.choice([-1, 1]) * 0.6
    return _affine(picture, np.array([[1, slope, -slope * _CENTRE[1]], [0, 1, 0]], float))


def _scale(picture: Picture, _: np.random.Generator) -> Picture:
    return _affine(picture, cv2.getRotationMatrix2D(_CENTRE, 0, 0.6))


def _rotate(picture: Picture, rng: np.random.Generator) -> Picture:
    angle = float(rng.choice([-1, 1]) * rng.uniform(25, 35))
    return _affine(picture, cv2.getRotationMatrix2D(_CENTRE, angle, 1.0))


def _translate(picture: Picture, rng: np.random.Generator) -> Picture:
    right, down = rng.integers(-5, 6, 2)
    return _affine(picture, np.array([[1, 0, right], [0, 1, down]], float))


def _brightness(picture: Picture, _: np.random.Generator) -> Picture:
    return picture + np.float32(0.4)


def _stripe(picture: Picture, _: np.random.Generator) -> Picture:
    inverted = picture.copy()
    inverted[:, :7] = 1 - inverted[:, :7]
    inverted[:, 21:] = 1 - inverted[:, 21:]
    return inverted


def _cloud(rng: np.random.Generator) -> Picture:
    """Fractal noise in 0..1: octaves of ever finer random grids."""
    cloud = np.zeros((_SIDE, _SIDE), np.float32)
    for octave, weight in ((3, 1.0), (5, 0.6), (9, 0.35), (17, 0.2)):
        grid = rng.random((octave, octave), np.float32)
        cloud += weight * cv2.resize(grid, (_SIDE, _SIDE), interpolation=cv2.INTER_CUBIC)
    return np.asarray((cloud - cloud.min()) / max(1e-6, float(np.ptp(cloud))), np.float32)


def _fog(picture: Picture, rng: np.random.Generator) -> Picture:
    return np.asarray((picture + 0.8 * _cloud(rng)) / 1.4, np.float32)


def _spatter(picture: Picture, rng: np.random.Generator) -> Picture:
    drops = cv2.GaussianBlur(rng.normal(0.65, 0.3, (_SIDE, _SIDE)), (0, 0), 1.0)
    return np.asarray(picture + (drops > 0.8) * 0.8, np.float32)


def _line(points: NDArray[np.float64], canvas: Picture, dots: bool) -> Picture:
    for place, (start, end) in enumerate(pairwise(points)):
        if not dots or place % 2 == 0:
            ends = [tuple(map(int, np.round(end_point))) for end_point in (start, end)]
            cv2.line(canvas, ends[0], ends[1], 1.0, 1)
    return canvas


def _dotted_line(picture: Picture, rng: np.random.Generator) -> Picture:
    start, end = rng.uniform(0, _SIDE, 2), rng.uniform(0, _SIDE, 2)
    points = np.stack([np.linspace(0, _SIDE - 1, 11), np.linspace(start[0], end[0], 11)], axis=1)
    return _line(points, picture.copy(), dots=True)


def _zigzag(picture: Picture, rng: np.random.Generator) -> Picture:
    start, end = rng.uniform(4, _SIDE - 4, 2)
    y = np.linspace(start, end, 11) + 2.5 * (-1.0) ** np.arange(11)
    return _line(np.stack([np.linspace(0, _SIDE - 1, 11), y], axis=1), picture.copy(), dots=False)


def _canny_edges(picture: Picture, _: np.random.Generator) -> Picture:
    edges = cv2.Canny(np.round(255 * picture).astype(np.uint8), 100, 200)
    return edges.astype(np.float32) / 255.0


CORRUPTIONS: Mapping[str, Corruption] = {
    "shot_noise": _shot_noise,
    "impulse_noise": _impulse_noise,
    "glass_blur": _glass_blur,
    "motion_blur": _motion_blur,
    "shear": _shear,
    "scale": _scale,
    "rotate": _rotate,
    "brightness": _brightness,
    "translate": _translate,
    "stripe": _stripe,
    "fog": _fog,
    "spatter": _spatter,
    "dotted_line": _dotted_line,
    "zigzag": _zigzag,
    "canny_edges": _canny_edges,
}
