"""Pictures of one set that descend from pictures of another: copies, not look-alikes.

Two people's plain 1s look as alike at 28 px as two scans of one 1 do; two people's 8s never do. So
nearness is measured where it is sharpest, on the edges of the ink, and held against a control: how
near digits of *different* writers come, label by label.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.data import SIDE_PX, Digits, Images
from trainer.scores import wilson95

# Nearer than this is a copy or a plain 1. See `find_nearest` for what was measured.
COPY = 0.02
# Blur in pixels before edges are taken: copies differ by resampling at this scale.
_BLUR_PX = 0.8
# Ink fainter than this is noise and does not move the centre of mass.
_FAINT = 0.1
# The search goes over a picture of 14 x 14 first, and looks at this many candidates closely.
_CANDIDATES = 8
# Pictures searched for and searched among at once: bounds the memory, 200 MB.
_PART, _SLAB = 250, 15_000
# Digits of the control, and the seed that chooses them.
_CONTROL, _SEED = 10_000, 20260131


@dataclass(frozen=True)
class Nearest:
    """For each picture the distance to the nearest of the others, and that one's place."""

    distance: NDArray[np.float32]
    place: NDArray[np.int64]


def find_nearest(
    images: Images,
    among: Images,
    writers: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
) -> Nearest:
    """Find the nearest picture of another set for each picture.

    The distance is one minus the cosine between the edges (differences of neighbouring pixels,
    after a blur of 0.8 px) of both pictures, each moved so that its centre of mass is in the
    middle: 0 for the same picture at any brightness and place, about 1 for strangers. It grows
    with every part of an outline that runs elsewhere, however much ink both share.

    Measured on the 53,997 digits that learn: the nearest digit of another writer is at 0.143 for
    half of them and nearer than 0.02, `COPY`, for 403 of 1,136 1s and none of 8,864 others, whose
    nearest is at 0.0211. Of 3,000 copies of digits these are found, nearer than `COPY` to what
    they were made of: half a pixel's shift 99.9%, JPEG of quality 60 100% and 30 99%, gamma 1.6
    99%, noise of sigma 0.05 99% (0.1: 35%), shrunk to 20 px and back 92%. Not found are copies
    turned or enlarged by 5%. Pixels instead of edges do not part the two: of 10,000 test digits
    595 are within a mean squared difference of 0.004 of a digit to learn from, and all are 1s.

    Args:
        images: (N, 28, 28, 1) float32.
        among: (M, 28, 28, 1) float32.
        writers: (N,) and (M,); pictures of the same writer are not compared.

    Returns:
        Distances (N,), infinite where there is nothing to compare with, and places in `among`.
    """
    best = np.full(len(images), np.inf, np.float32)
    place = np.full(len(images), -1, np.int64)
    coarse, fine = _describe(images)
    for slab in range(0, len(among), _SLAB):
        coarse_among, fine_among = _describe(among[slab : slab + _SLAB])
        count = min(_CANDIDATES, len(coarse_among))
        for start in range(0, len(images), _PART):
            part = slice(start, start + _PART)
            alike = coarse[part] @ coarse_among.T
            if writers is not None:
                theirs = writers[1][slab : slab + _SLAB]
                alike[writers[0][part, None] == theirs[None]] = -np.inf
            chosen = np.argpartition(-alike, count - 1, axis=1)[:, :count]
            near = 1 - np.einsum("nd,nkd->nk", fine[part], fine_among[chosen])
            near[np.isinf(np.take_along_axis(alike, chosen, axis=1))] = np.inf
            rows, nearest = np.arange(len(near)), near.argmin(axis=1)
            better = near[rows, nearest] < best[part]
            best[part][better] = near[rows, nearest][better]
            place[part][better] = slab + chosen[rows, nearest][better]
    return Nearest(best, place)


def stranger_rates(digits: Digits, classes: int) -> list[tuple[int, int]]:
    """The control: how many digits of each label are nearer than `COPY` to another writer's.

    Args:
        digits: of many writers, none of them copies.
        classes: how many labels there are.

    Returns:
        (near, compared) by label.
    """
    rng = np.random.default_rng(_SEED)
    chosen = digits.take(np.sort(rng.permutation(len(digits))[:_CONTROL]))
    nearest = find_nearest(chosen.images, digits.images, (chosen.writers, digits.writers))
    near = np.bincount(chosen.labels[nearest.distance < COPY], minlength=classes)
    compared = np.bincount(chosen.labels, minlength=classes)
    return list(zip(near.tolist(), compared.tolist(), strict=True))


def describe_nearest(
    labels: NDArray[np.int64], nearest: Nearest, control: list[tuple[int, int]]
) -> dict[str, Any]:
    """What the nearest pictures say about copies, as JSON values.

    Returns:
        `near`: pictures nearer than `COPY`, by label; `strangers`: the range of that number which
        the control lets expect without copies (Wilson's 95% interval of its share); `suspects`:
        how many of `near` have a label whose strangers never come so near; `closest` and
        `closest_other`: the smallest distance, of all pictures and of these labels; `median`.
    """
    near = np.bincount(labels[nearest.distance < COPY], minlength=len(control))
    compared = np.bincount(labels, minlength=len(control))
    expected = [
        [round(float(count * share), 1) for share in wilson95(right, total)]
        for count, (right, total) in zip(compared, control, strict=True)
    ]
    telling = np.array([right == 0 for right, _ in control])
    others = nearest.distance[telling[labels]]
    return {
        "n": len(labels),
        "near": near.tolist(),
        "strangers": expected,
        "suspects": int(near[telling].sum()),
        "closest": _figure(nearest.distance, np.min),
        "closest_other": _figure(others, np.min),
        "median": _figure(nearest.distance, np.median),
    }


def _figure(
    distances: NDArray[np.float32], reduce: Callable[[NDArray[np.float32]], Any]
) -> float | None:
    finite = distances[np.isfinite(distances)]
    return round(float(reduce(finite)), 4) if len(finite) else None


def _describe(images: Images) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Unit vectors of the pictures made coarse (N, 196), and of their edges (N, 1512)."""
    middle = np.arange(SIDE_PX, dtype=np.float32) - (SIDE_PX - 1) / 2
    coarse = np.zeros((len(images), (SIDE_PX // 2) ** 2), np.float32)
    edges = np.zeros((len(images), 2 * SIDE_PX * (SIDE_PX - 1)), np.float32)
    for place, image in enumerate(images[..., 0]):
        ink = np.where(image < _FAINT * image.max(), 0, image)
        mass = max(1e-6, float(ink.sum()))
        x, y = float(ink.sum(axis=0) @ middle) / mass, float(ink.sum(axis=1) @ middle) / mass
        blurred = cv2.GaussianBlur(image, (0, 0), _BLUR_PX)
        move = np.array([[1, 0, x], [0, 1, y]], np.float32)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        still = cv2.warpAffine(blurred, move, (SIDE_PX, SIDE_PX), flags=flags)
        coarse[place] = cv2.resize(
            still, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA
        ).ravel()
        edges[place] = np.concatenate([np.diff(still, axis=0).ravel(), np.diff(still).ravel()])
    return _unit(coarse), _unit(edges)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(1e-6, lengths), np.float32)
