"""How a symbol is written: what the report of a reading says beside the text."""

import math

import numpy as np

from legible.reader.ink import InkArray
from legible.reader.normalise import stroke_width
from legible.reader.types import Style


def describe(ink: InkArray, scale: float) -> Style:
    """Measure a glyph.

    Args:
        ink: (h, w) float32, 0 paper .. 1 ink, with some ink.
        scale: pixels of the upright page for one pixel of `ink`.

    Returns:
        Slant in degrees, positive to the right and None where the glyph is too low to have one;
        mean width of the strokes and height of the ink, both in pixels of the upright page.
    """
    rows = np.flatnonzero((ink > 0.3).any(axis=1))
    height = int(rows[-1] - rows[0] + 1) if len(rows) else 0
    return Style(
        slant_deg=_slant(ink) if height >= 6 else None,
        stroke_width_px=round(stroke_width(ink) * scale, 1),
        height_px=round(height * scale),
    )


def _slant(ink: InkArray) -> float:
    """Angle of the shear that makes x and y of the ink independent (second central moments)."""
    total = float(ink.sum())
    y, x = np.arange(ink.shape[0]), np.arange(ink.shape[1])
    mean_y = float(ink.sum(axis=1) @ y) / total
    mean_x = float(ink.sum(axis=0) @ x) / total
    xy = float((y - mean_y) @ ink @ (x - mean_x))
    yy = float(ink.sum(axis=1) @ (y - mean_y) ** 2)
    return round(-math.degrees(math.atan2(xy, yy)), 1) if yy > 0 else 0.0
