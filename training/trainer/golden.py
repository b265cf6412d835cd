"""Drawn digits whose outputs are shipped with a network, to prove that it still computes the same.

Drawn by code, so that no picture of a data set leaves its folder.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.data import SIDE_PX

_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX)
# Drawn this much larger and reduced, for grey edges like those of a scan.
_ENLARGED = 8


def draw_digits() -> NDArray[np.float32]:
    """Draw each digit in three typefaces, and one empty picture: (31, 28, 28, 1) float32."""
    drawn = [_draw(str(digit), font) for font in _FONTS for digit in range(10)]
    return np.stack([*drawn, np.zeros((SIDE_PX, SIDE_PX), np.float32)])[..., np.newaxis]


def _draw(digit: str, font: int) -> NDArray[np.float32]:
    side, thickness = SIDE_PX * _ENLARGED, 2 * _ENLARGED
    (width, height), _ = cv2.getTextSize(digit, font, 6.0, thickness)
    canvas = np.zeros((side, side), np.uint8)
    origin = ((side - width) // 2, (side + height) // 2)
    cv2.putText(canvas, digit, origin, font, 6.0, 255, thickness, cv2.LINE_AA)
    small = cv2.resize(canvas, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255.0
