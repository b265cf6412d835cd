"""Glyphs drawn the way MNIST drew its digits, for training and serving alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.ink import InkArray, MaskArray, percentile

# Strokes are measured and corrected on a drawing this much larger than the final one.
_OVERSAMPLE = 4
# A pixel and its eight neighbours.
_AROUND = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Convention:
    """The numbers of the drawing, kept in each network's manifest.

    The glyph's longer side becomes `box_px`, its centre of mass the middle of a square of
    `side_px`. Strokes thinner or thicker than `stroke_px` (least, most) are drawn at that limit.
    """

    side_px: int = 28
    box_px: int = 20
    stroke_px: tuple[float, float] = (1.8, 4.2)


def normalise(
    glyphs: Sequence[InkArray], convention: Convention = Convention()
) -> NDArray[np.float32]:
    """Draw each glyph the way MNIST drew its digits.

    Args:
        glyphs: cut-outs of shape (h, w), float32, 0 = paper, 1 = ink; h and w may differ.
        convention: the numbers of the drawing.

    Returns:
        (N, side_px, side_px, 1) float32, same ink convention. N = 0 gives an empty batch.

    Raises:
        ValueError: a glyph has no ink.

    Source: LeCun, Cortes & Burges, "The MNIST database": 20 px box, aspect kept, anti-aliased,
    centre of mass in the middle of 28 x 28. The limits of the stroke are ours.
    """
    batch = np.zeros((len(glyphs), convention.side_px, convention.side_px, 1), np.float32)
    for index, glyph in enumerate(glyphs):
        batch[index, :, :, 0] = _centre(_draw(_trim(glyph), convention), convention.side_px)
    return batch


def _trim(glyph: InkArray) -> InkArray:
    """Cut to the ink and stretch it to 1: a faint pencil becomes as dark as a pen."""
    inked = glyph[glyph > 0]
    peak = percentile(inked, 90) if inked.size else 0.0
    if peak <= 0:
        raise ValueError("expected a glyph with ink, got one without; leave blank glyphs out")
    level = np.minimum(glyph / np.float32(peak), np.float32(1))
    left, top, width, height = cv2.boundingRect((level > 0.3).view(np.uint8))
    return np.asarray(level[top : top + height, left : left + width])


def _draw(glyph: InkArray, convention: Convention) -> InkArray:
    """Scale the longer side to the box, with strokes within their limits."""
    height, width = glyph.shape
    scale = convention.box_px / max(height, width)
    fine = scale * _OVERSAMPLE
    size = (max(1, round(width * fine)), max(1, round(height * fine)))
    # Averaging is right when shrinking; when enlarging, a smooth curve between pixels is.
    way = cv2.INTER_AREA if fine < 1 else cv2.INTER_CUBIC
    large = np.asarray(cv2.resize(glyph, size, interpolation=way), dtype=np.float32).clip(0, 1)
    large = _limit_strokes(large, convention)
    height, width = large.shape
    longer = max(height, width)
    size = (
        max(1, round(width * convention.box_px / longer)),
        max(1, round(height * convention.box_px / longer)),
    )
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def stroke_width(level: InkArray) -> float:
    """Mean width of the strokes in pixels; 0 without ink.

    Area over length: the ridge of the distance transform is as long as the strokes are. Its mean
    height is half the width, whatever the ends and crossings.
    """
    mask = pad_mask(level > 0.5)
    if not mask.any():
        return 0.0
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    ridge = (distance >= cv2.dilate(distance, _AROUND) - 1e-3) & mask.view(np.bool_)
    return max(1.0, 2 * float(distance[ridge].mean()) - 1)


def pad_mask(mask: MaskArray) -> NDArray[np.uint8]:
    """A pixel of nothing around a mask: (H + 2, W + 2) uint8, 0 or 1."""
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), np.uint8)
    padded[1:-1, 1:-1] = mask
    return padded


def _limit_strokes(large: InkArray, convention: Convention) -> InkArray:
    """Thicken or thin strokes that no pen of MNIST's made; the drawing may grow by a margin."""
    width = stroke_width(large) / _OVERSAMPLE
    least, most = convention.stroke_px
    if least <= width <= most or width == 0:
        return large
    change = (least - width if width < least else most - width) * _OVERSAMPLE
    radius = abs(change) / 2
    reach = int(np.ceil(radius))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    if change > 0:
        height, width = large.shape
        wider = np.zeros((height + 2 * reach, width + 2 * reach), np.float32)
        wider[reach : reach + height, reach : reach + width] = large
        grown = cv2.dilate(wider, kernel)
    else:
        grown = cv2.erode(large, kernel)
        if grown.max() < 0.5:  # a dot or a blot has no stroke to keep
            return large
    return np.asarray(grown, dtype=np.float32)


def _centre(drawn: InkArray, side_px: int) -> InkArray:
    """Lay a drawing on a square so that its centre of mass is in the middle, whole pixels."""
    height, width = drawn.shape
    total = max(float(drawn.sum()), 1e-6)
    y = float((drawn.sum(axis=1) * np.arange(height)).sum()) / total
    x = float((drawn.sum(axis=0) * np.arange(width)).sum()) / total
    top = min(max(round(side_px / 2 - y - 0.5), 0), side_px - height)
    left = min(max(round(side_px / 2 - x - 0.5), 0), side_px - width)
    square = np.zeros((side_px, side_px), np.float32)
    square[top : top + height, left : left + width] = drawn
    return square
