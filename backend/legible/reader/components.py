"""What hangs together in a mask: numbered and measured, also on a page of many megapixels."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

# From so many pixels on, measuring the runs of the rows beats OpenCV's count of every pixel.
_LARGE_PX = 250_000


@dataclass(frozen=True, slots=True)
class Components:
    """Numbered components of a mask, each pixel with its eight neighbours.

    `labels` is (H, W) int32, 0 where there is none. `stats` is (count, 5): left, top, width,
    height and area of each number. Its row 0 tells nothing, and an area of 0 that a number is none.
    """

    labels: NDArray[np.int32]
    stats: NDArray[np.int32]


def find_components(mask: NDArray[np.bool_]) -> Components:
    """Number what hangs together.

    Args:
        mask: (H, W) bool.
    """
    seen = np.ascontiguousarray(mask).view(np.uint8)
    if mask.size < _LARGE_PX:
        _, found, stats, _ = cv2.connectedComponentsWithStats(seen, connectivity=8)
        return Components(np.asarray(found, np.int32), np.asarray(stats, np.int32))
    count, found = cv2.connectedComponents(seen, connectivity=8)
    labels = np.asarray(found, np.int32)
    return Components(labels, _measure(mask, labels, count))


def labels_at(mask: NDArray[np.bool_], labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """The numbers of the components that a mask lies in, some of them often.

    Args:
        mask: (H, W) bool, true only where there are components.
        labels: as of `Components`.
    """
    if mask.size < _LARGE_PX:
        return np.asarray(labels[mask])
    rows, starts, _ = _runs(mask)
    return np.asarray(labels[rows, starts])


def _runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The rows of the runs of a mask, and their columns [start, stop); row by row."""
    height, width = mask.shape
    edges = np.empty((height, width + 1), np.bool_)
    np.not_equal(mask[:, 1:], mask[:, :-1], out=edges[:, 1:-1])
    edges[:, 0], edges[:, -1] = mask[:, 0], mask[:, -1]
    rows, columns = np.divmod(np.flatnonzero(edges), width + 1)
    return rows[::2], columns[::2], columns[1::2]


def _measure(mask: NDArray[np.bool_], labels: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Boxes and areas: (count, 5) int32."""
    rows, starts, stops = _runs(mask)
    mine = labels[rows, starts]
    left, top = np.full(count, mask.shape[1]), np.full(count, mask.shape[0])
    right, bottom = np.zeros(count, np.intp), np.zeros(count, np.intp)
    np.minimum.at(left, mine, starts)
    np.minimum.at(top, mine, rows)
    np.maximum.at(right, mine, stops)
    np.maximum.at(bottom, mine, rows + 1)
    areas = np.bincount(mine, stops - starts, minlength=count)
    return np.stack([left, top, right - left, bottom - top, areas], axis=1).astype(np.int32)
