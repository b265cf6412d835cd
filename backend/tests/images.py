"""Pictures that the tests draw themselves: digits of a plain hand, on many kinds of paper."""

import io
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]

# Pen strokes on a grid 10 wide and 16 high, y downwards; "o" arcs are drawn as polygons.
_STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "1": [[(2.5, 3.5), (5.5, 0), (5.5, 16)]],
    "2": [[(0.5, 4), (2, 1), (5, 0), (8, 1), (9, 4), (7.5, 7.5), (0, 16), (10, 16)]],
    "3": [
        [(0.5, 1.5), (4, 0), (8, 1), (9, 4), (7, 7), (4, 7.7)],
        [(4, 7.7), (8, 8.7), (9.7, 12), (8, 15), (4, 16), (0, 14.5)],
    ],
    "4": [[(6.5, 0), (0, 10.5), (10, 10.5)], [(7.5, 6), (7.5, 16)]],
    "5": [[(9, 0), (1.5, 0), (1, 7)], [(1, 7), (5, 6), (9, 8.5), (9, 13), (5, 16), (0, 15)]],
    "6": [
        [(8, 0), (4, 2), (1, 7), (0.5, 12), (3, 16), (7, 16), (9.5, 13), (8.5, 9.5), (5, 8.5)],
        [(5, 8.5), (1.5, 10), (0.7, 12)],
    ],
    "7": [[(0, 0), (10, 0), (4, 16)]],
    "9": [
        [(9, 4), (7, 0.5), (3.5, 0.3), (0.7, 3), (1.5, 7), (5, 8), (8.5, 6), (9, 3)],
        [(9, 3), (9, 9), (7.5, 16)],
    ],
}


def _ellipse(x: float, y: float, rx: float, ry: float) -> list[tuple[float, float]]:
    angles = np.linspace(0, 2 * np.pi, 33)
    return [(x + rx * np.cos(a), y + ry * np.sin(a)) for a in angles]


_STROKES["0"] = [_ellipse(5, 8, 4.5, 8)]
_STROKES["8"] = [_ellipse(5, 4, 3.6, 4), _ellipse(5, 12, 4.5, 4)]


def draw_text(
    text: str, *, height_px: int = 100, pen_px: int = 9, margin_px: int = 40, gap: float = 0.55
) -> Grey:
    """Write lines of digits, dark (30) on light (240) paper.

    Args:
        text: digits, lines separated by a line feed.
        height_px, pen_px, margin_px: of a digit, the stroke, the paper around.
        gap: between digits, as a share of their height.
    """
    unit = height_px / 16
    step = 10 * unit + gap * height_px
    rows = text.split("\n")
    width = round(max(len(row) for row in rows) * step - gap * height_px + 2 * margin_px)
    line_px = round(height_px * 1.7)
    page = np.full((line_px * len(rows) - (line_px - height_px) + 2 * margin_px, width), 240, "u1")
    for number, row in enumerate(rows):
        for place, digit in enumerate(row):
            origin = np.array([margin_px + place * step, margin_px + number * line_px])
            for stroke in _STROKES[digit]:
                points = np.rint((np.array(stroke) * unit + origin) * 16).astype(np.int32)
                cv2.polylines(page, [points], False, 30, pen_px, cv2.LINE_AA, 4)
    return page


def encode(picture: Grey | Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """Make a file of a picture."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def shade(page: Grey, strength: float = 0.6) -> Grey:
    """Darken towards the corners, as a lens and a lamp do."""
    height, width = page.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -0.7 : 1.3 : width * 1j]
    light = 1 - strength * (x * x + y * y) / 2.7
    shaded: Grey = np.clip(page * light, 0, 255).astype(np.uint8)
    return shaded


def add_grain(page: Grey, sigma: float, seed: int = 1) -> Grey:
    """Add Gaussian noise of `sigma` grey levels."""
    noise = np.random.default_rng(seed).normal(0, sigma, page.shape)
    grainy: Grey = np.clip(page + noise, 0, 255).astype(np.uint8)
    return grainy


def rule(page: Grey, step_px: int, *, squared: bool = False, level: int = 170) -> Grey:
    """Print thin lines under the writing."""
    ruled = page.copy()
    ruled[step_px // 2 :: step_px] = np.minimum(ruled[step_px // 2 :: step_px], level)
    if squared:
        ruled[:, step_px // 2 :: step_px] = np.minimum(ruled[:, step_px // 2 :: step_px], level)
    return ruled


def turn_by(page: Grey, degrees: float) -> Grey:
    """Turn a page counterclockwise on a larger sheet of the same paper."""
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = (int(width * cos + height * sin), int(width * sin + height * cos))
    turn[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    return np.asarray(cv2.warpAffine(page, turn, size, borderValue=(240,)), np.uint8)
