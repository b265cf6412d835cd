"""How a symbol is written: what the report of a reading says beside the text."""

import math
import statistics
from collections.abc import Sequence

import cv2
import numpy as np

from legible.reader.ink import InkArray, MaskArray
from legible.reader.normalise import pad_mask, stroke_width
from legible.reader.types import Style

# Share of a symbol's box that a hole has at least.
_LEAST_LOOP = 0.01


def describe(ink: InkArray, scale: float) -> Style:
    """Measure a glyph.

    Args:
        ink: (h, w) float32, 0 paper .. 1 ink, with some ink.
        scale: pixels of the upright page for one pixel of `ink`.

    Returns:
        Slant in degrees, positive to the right and None where the glyph is too low to have one;
        mean width of the strokes and height of the ink, both in pixels of the upright page; width
        over height; closed loops.
    """
    _, _, width, height = cv2.boundingRect((ink > 0.3).view(np.uint8))
    return Style(
        slant_deg=_slant(ink) if height >= 6 else None,
        stroke_width_px=round(stroke_width(ink) * scale, 1),
        height_px=round(height * scale),
        aspect=round(width / height, 2) if height else None,
        loops=_count_loops(ink > 0.5, height * width),
    )


def describe_line(styles: Sequence[Style]) -> Style:
    """The medians of a line's symbols; at least one."""

    def median(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return round(float(statistics.median(known)), 2) if known else None

    return Style(
        slant_deg=median([style.slant_deg for style in styles]),
        stroke_width_px=median([style.stroke_width_px for style in styles]) or 0.0,
        height_px=round(median([style.height_px for style in styles]) or 0),
        aspect=median([style.aspect for style in styles]),
        loops=round(sum(style.loops or 0 for style in styles) / len(styles), 2),
    )


def _count_loops(inked: MaskArray, box_px: int) -> int:
    """Holes in the ink; a pinhole is a gap between strokes, not a loop that somebody drew."""
    if not inked.any():
        return 0
    contours, levels = cv2.findContours(pad_mask(inked), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    return sum(
        int(level[3]) >= 0 and cv2.contourArea(contour) >= _LEAST_LOOP * box_px
        for contour, level in zip(contours, levels[0], strict=True)
    )


def _slant(ink: InkArray) -> float:
    """Angle of the shear that makes x and y of the ink independent (second central moments)."""
    total = float(ink.sum())
    y, x = np.arange(ink.shape[0]), np.arange(ink.shape[1])
    rows = ink.sum(axis=1)
    off_y, off_x = y - float(rows @ y) / total, x - float(ink.sum(axis=0) @ x) / total
    xy, yy = float(off_y @ ink @ off_x), float(rows @ off_y**2)
    return round(-math.degrees(math.atan2(xy, yy)), 1) if yy > 0 else 0.0
