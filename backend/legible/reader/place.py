"""Where what was found on a page's ink lies on the page itself."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.runs import Glyph
from legible.reader.types import Box

# Ink below this share of a glyph's darkest does not make its box larger.
_INKED = 0.3


@dataclass(frozen=True, slots=True)
class Placement:
    """From pixels of the ink to pixels of the upright page.

    `scale_x`, `scale_y`: pixels of the page for one of the ink. `back` (2, 3) float64 undoes
    before that what made the ink of a page straight; None where nothing had to.
    """

    scale_x: float
    scale_y: float
    back: NDArray[np.float64] | None = None

    def box_of(self, glyph: Glyph) -> Box:
        """The box around a glyph in pixels of the page, each side at least one."""
        if self.back is None:
            left, top, right, bottom = map(
                float, (glyph.left, glyph.top, glyph.right, glyph.bottom)
            )
        else:
            turned = _corners(glyph) @ self.back[:, :2].T + self.back[:, 2]
            left, top, right, bottom = _bounds(np.asarray(turned))
        x, y = max(0, round(left * self.scale_x)), max(0, round(top * self.scale_y))
        wide, high = (right - left) * self.scale_x, (bottom - top) * self.scale_y
        return (x, y, max(1, round(wide)), max(1, round(high)))


def _corners(glyph: Glyph) -> NDArray[np.float64]:
    """Points (N, 2) that the ink of a glyph lies between: a turned box would be too large."""
    inked = (glyph.ink > _INKED * glyph.ink.max(initial=0)).astype(np.uint8)
    points = cv2.findNonZero(inked)
    if points is None:
        height, width = glyph.ink.shape
        points = np.array([[[0, 0]], [[width, height]]], np.int32)
    hull = cv2.convexHull(np.asarray(points, np.int32)).reshape(-1, 2)
    # A pixel reaches to the next one.
    return np.concatenate([hull, hull + 1]) + np.array([glyph.left, glyph.top], np.float64)


def _bounds(points: NDArray[np.float64]) -> tuple[float, float, float, float]:
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
