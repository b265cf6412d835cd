"""The hand that writes a line: its pen, and a symbol drawn with it.

A canvas is (H, W) float32, 0 paper .. 1 ink, twice as high as the line network's input.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.deform import Points
from trainer.pen import smooth_path

Canvas = NDArray[np.float32]
Strokes = Sequence[Points]

HEIGHT_PX = 64
MARKS = ".,-"
# Fractional bits of OpenCV's coordinates.
_BITS = 4


@dataclass(frozen=True)
class Hand:
    """How one line is written, lengths as shares of the height of its digits."""

    digit_px: float
    pen_px: float
    nib: tuple[float, float]  # ratio of the axes, and angle in degrees
    smoothing: int
    gap: float
    gap_jitter: float
    slope: float
    wobble: float


def draw_hand(rng: np.random.Generator) -> Hand:
    """Choose how a line is written; digits that touch or nearly do are common."""
    digit_px = HEIGHT_PX * float(rng.uniform(0.5, 0.88))
    spacing = rng.choice(4, p=[0.24, 0.36, 0.3, 0.1])
    low, high = ((-0.1, 0.0), (0.0, 0.12), (0.12, 0.45), (0.45, 1.1))[int(spacing)]
    return Hand(
        digit_px=digit_px,
        pen_px=max(1.2, digit_px * float(np.exp(rng.uniform(np.log(0.04), np.log(0.2))))),
        nib=(float(rng.uniform(0.35, 1.0)), float(rng.uniform(0, 180))),
        smoothing=int(rng.integers(1, 5)),
        gap=float(rng.uniform(low, high)),
        gap_jitter=float(rng.uniform(0.0, 0.1)),
        slope=float(rng.normal(0, 0.03)),
        wobble=float(rng.uniform(0.0, 0.07)),
    )


def symbol_height(strokes: Strokes) -> float:
    """The height of one symbol, or the length of a flat one."""
    wide, high = np.ptp(np.concatenate(strokes), axis=0)
    return max(1.0, float(high), float(wide) / 2)


def ink_symbol(symbol: str, strokes: Strokes, hand: Hand, rng: np.random.Generator) -> Canvas:
    """Draw one symbol about as large as the hand writes it: (h, w) float32, cut to its ink."""
    size = hand.digit_px * float(np.exp(rng.normal(0, 0.07)))
    if symbol == ".":
        return _dot(hand, rng)
    size *= {",": float(rng.uniform(0.18, 0.38)), "-": float(rng.uniform(0.25, 0.6))}.get(symbol, 1)
    every = np.concatenate(strokes).astype(np.float32)
    wide, high = np.ptp(every, axis=0)
    # Digits are as high as their line; flat ones, and marks, as long as they are.
    flat = symbol in MARKS or wide > 1.3 * high
    return ink_strokes(strokes, size / max(1.0, float(max(wide, high) if flat else high)), hand)


def ink_strokes(strokes: Strokes, scale: float, hand: Hand) -> Canvas:
    """Draw strokes, each (P, 2) x, y downwards, `scale` pixels for one unit, cut to their ink."""
    every = np.concatenate(strokes).astype(np.float32)
    margin = round(hand.pen_px) + 2
    paths = [
        smooth_path((stroke - every.min(axis=0)) * np.float32(scale), hand.smoothing)
        for stroke in strokes
    ]
    wide, high = np.ceil(np.ptp(every, axis=0) * scale).astype(int) + 2 * margin
    canvas = np.zeros((int(high), int(wide)), np.uint8)
    fixed = [np.round((path + margin) * 2**_BITS).astype(np.int32) for path in paths]
    ratio, angle = hand.nib
    if ratio > 0.75 or hand.pen_px < 3:
        cv2.polylines(canvas, fixed, False, 255, max(1, round(hand.pen_px)), cv2.LINE_AA, _BITS)
    else:
        cv2.polylines(canvas, fixed, False, 255, 1, cv2.LINE_AA, _BITS)
        side = round(hand.pen_px) | 1
        nib = np.zeros((side, side), np.uint8)
        middle = (side - 1) / 2
        cv2.ellipse(nib, ((middle, middle), (side, side * ratio), angle), 1, -1)
        nib[side // 2, side // 2] = 1
        canvas = np.asarray(cv2.dilate(canvas, nib), np.uint8)
    return trim(canvas.astype(np.float32) / 255.0)


def _dot(hand: Hand, rng: np.random.Generator) -> Canvas:
    """A full stop: the pen put down, sometimes dragged a little."""
    pen = hand.pen_px * float(rng.uniform(0.9, 1.6))
    side = int(pen * 4) + 6
    canvas = np.zeros((side, side), np.uint8)
    drag = rng.uniform(-0.6, 0.6, 2) * pen
    ends = [np.full(2, side / 2), np.full(2, side / 2) + drag]
    a, b = (tuple(int(v) for v in np.round(end * 2**_BITS)) for end in ends)
    cv2.line(canvas, a, b, 255, max(1, round(pen)), cv2.LINE_AA, _BITS)
    return trim(canvas.astype(np.float32) / 255.0)


def enlarge(picture: Canvas, high_px: float) -> Canvas:
    """Enlarge a small picture of a digit to a height in pixels: (h, w) float32, cut to its ink."""
    cut = trim(picture)
    scale = high_px / max(cut.shape[0], cut.shape[1] / 1.3)
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    return np.asarray(
        np.clip(cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC), 0, 1), np.float32
    )


def trim(canvas: Canvas) -> Canvas:
    """Cut to the ink; without any, as it is."""
    inked = canvas > 0.2
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if len(rows) == 0:
        return canvas
    return np.ascontiguousarray(canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
