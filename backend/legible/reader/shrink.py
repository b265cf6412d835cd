"""Pages reduced to look at them as a whole, quickly also where they have many megapixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.grey import GreyArray

# Pages of so many pixels are reduced once, and thumbnails made of that.
_LARGE_PX = 4_000_000


def thumbnail(grey: GreyArray, side_px: int) -> GreyArray:
    """A page whose longer side has at most so many pixels, averaged; itself if it has no more."""
    height, width = grey.shape
    scale = side_px / max(height, width)
    if scale >= 1:
        return grey
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def reduce_large(grey: GreyArray) -> GreyArray:
    """A large page at a quarter of its sides, to make thumbnails of; others as they are.

    Whole blocks are averaged quickly. At most three rows and columns at the end are left out.
    """
    if grey.size < _LARGE_PX or min(grey.shape) < 4:
        return grey
    height, width = grey.shape[0] // 4, grey.shape[1] // 4
    blocks = grey[: 4 * height, : 4 * width]
    return np.asarray(cv2.resize(blocks, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def shrink_mask(mask: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Reduce a mask so that nothing of it is lost: averaged, the thinnest line leaves something.

    Args:
        mask: (H, W) bool.
        size: width and height of what is wanted, none larger than the mask.
    """
    drawn = mask.view(np.uint8) * np.uint8(255)
    while min(drawn.shape[0] / size[1], drawn.shape[1] / size[0]) >= 2:
        # Halving is quick, and may leave the last row or column out.
        height, width = drawn.shape[0] // 2, drawn.shape[1] // 2
        even = drawn[: 2 * height, : 2 * width]
        drawn = np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA) > 0)
