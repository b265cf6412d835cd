"""Pages that lie askew by a few degrees: by how much, and their ink straight.

Printed lines tell it best (projection profiles: W. Postl, "Detection of linear oblique structures
and skew scan in digitized documents", ICPR 1986); without them the middles of the written parts do.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.ink import Ink, MaskArray
from legible.reader.parts import (
    Part,
    drop_blocks,
    drop_specks,
    drop_surroundings,
    find_parts,
    labels_of,
)
from legible.reader.shrink import shrink_mask

# Lines are found as they are up to the first angle; beyond the second, pages are not askew but
# written aslant, and rows of one line would be taken for those of the next.
_LEAST_DEG, _MOST_DEG, _STEP_DEG = 1.5, 12.0, 0.5
# Angles are measured on a page of this size.
_SIDE_PX = 1200
# A ruled part is so long for the page, and covers less than this of the box around it.
_LEAST_LENGTH, _MOST_FILL = 0.35, 0.25
_LEAST_RULES = 3
# How much sharper rows must be at an angle than they are upright.
_LEAST_GAIN = 1.25
# Fewer parts than this lie in a row at any angle.
_LEAST_PARTS = 4
_MOST_PARTS = 200
# Parts of a row are at most so far apart, in heights, and scatter so much around its middle. The
# next part of a row is nearer than any of another row that an angle of `_MOST_DEG` could reach.
_REACH, _SCATTER = 6.0, 0.15


@dataclass(frozen=True, slots=True)
class Straight:
    """Ink turned straight. `back` (2, 3) float64 turns its pixels into those it came from; None
    where they are the same."""

    ink: Ink
    back: NDArray[np.float64] | None


def find_skew(strokes: MaskArray) -> float:
    """Tell by how many degrees the lines of a page fall towards the right.

    Args:
        strokes: (H, W) bool.

    Returns:
        -12 .. 12; 0 where they hardly do, or where too little is written to tell.
    """
    shrink = max(1.0, max(strokes.shape) / _SIDE_PX)
    size = (max(1, round(strokes.shape[1] / shrink)), max(1, round(strokes.shape[0] / shrink)))
    small = shrink_mask(strokes, size)
    labels, parts = find_parts(small)
    ruled = [part for part in parts if _is_ruled(part, small.shape)]
    if ruled:
        degrees = _skew_of_rules(np.isin(labels, list(labels_of(ruled))))
        if degrees is not None:
            return degrees
    return _skew_of_writing(drop_blocks(parts, small.shape), max(small.shape))


def straighten(ink: Ink, degrees: float) -> Straight:
    """Turn ink so that lines which fall by some degrees lie level; nothing of it is lost.

    What surrounds the paper is left out: on the larger page it would no longer lie at the edge.
    """
    if degrees == 0:
        return Straight(ink, None)
    ink = _leave_paper(ink)
    height, width = ink.strokes.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
    size = (int(np.ceil(width * cos + height * sin)), int(np.ceil(width * sin + height * cos)))
    turn[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    level = cv2.warpAffine(ink.level, turn, size, flags=cv2.INTER_LINEAR)
    strokes = cv2.warpAffine(ink.strokes.astype(np.uint8) * 255, turn, size, flags=cv2.INTER_LINEAR)
    straight = Ink(np.asarray(level, np.float32), np.asarray(strokes > 127), ink.bright)
    return Straight(straight, np.asarray(cv2.invertAffineTransform(turn), np.float64))


def _leave_paper(ink: Ink) -> Ink:
    """The ink without the surfaces around the paper; rulings that reach the edge stay."""
    labels, parts = find_parts(ink.strokes, ink.parts)
    shape = ink.strokes.shape
    written = drop_blocks(parts, shape)
    sized = drop_specks(written, shape)
    kept = drop_surroundings(sized, shape)
    left_out = labels_of(parts) - labels_of(written) | labels_of(sized) - labels_of(kept)
    around = [
        part.labels[0]
        for part in parts
        if part.labels[0] in left_out
        and part.size >= 0.01 * max(shape)
        and part.area > _MOST_FILL * part.width * part.height
    ]
    if not around:
        return ink
    hidden = np.isin(labels, around)
    soft = cv2.dilate(hidden.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    strokes = ink.strokes & ~hidden
    level = np.where(soft & ~strokes, np.float32(0), ink.level)
    return Ink(np.asarray(level, np.float32), strokes, ink.bright)


def _is_ruled(part: Part, shape: tuple[int, ...]) -> bool:
    return (
        part.size >= _LEAST_LENGTH * max(shape)
        and part.area < _MOST_FILL * part.width * part.height
    ) or (part.size >= _LEAST_LENGTH * max(shape) and min(part.width, part.height) <= 3)


def _angles() -> NDArray[np.float64]:
    return np.arange(-_MOST_DEG, _MOST_DEG + _STEP_DEG / 2, _STEP_DEG)


def _skew_of_rules(ruled: MaskArray) -> float | None:
    """The angle at which printed lines lie level or upright; None where there are none."""
    y, x = np.nonzero(ruled)
    step = max(1, len(x) // 12_000)
    across, down = x[::step].astype(np.float64), y[::step].astype(np.float64)
    angles = _angles()
    profiles = [_profiles(across, down, degrees) for degrees in angles]
    sharpness = np.array([float((each.astype(np.float64) ** 2).sum()) for each in profiles])
    best = int(sharpness.argmax())
    # A line leaves many pixels in one place of the profile: a fold of the paper is a single one.
    least = 0.12 * max(ruled.shape) / step
    lines = np.flatnonzero(profiles[best] >= least)
    if len(lines) == 0 or 1 + int((np.diff(lines) > 3).sum()) < _LEAST_RULES:
        return None
    return _accept(angles, sharpness)


def _profiles(x: NDArray[np.float64], y: NDArray[np.float64], degrees: float) -> NDArray[np.int64]:
    """How many pixels lie in each row, then in each column, of a page turned by an angle."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rows, columns = (y * cos - x * sin) / 2, (x * cos + y * sin) / 2
    return np.concatenate(
        [np.bincount((each - each.min()).astype(np.int64), minlength=1) for each in (rows, columns)]
    )


def _skew_of_writing(parts: Sequence[Part], side_px: int) -> float:
    """The angle at which the middles of the parts best lie in rows."""
    large = [part for part in parts if part.size >= 0.01 * side_px]
    if len(large) < _LEAST_PARTS:
        return 0.0
    high = float(statistics.median([part.height for part in large]))
    digits = [part for part in large if 0.5 * high <= part.height <= 2 * high]
    digits = sorted(digits, key=lambda part: -part.area)[:_MOST_PARTS]
    if len(digits) < _LEAST_PARTS:
        return 0.0
    middles = np.array([(p.left + p.right, p.top + p.bottom) for p in digits]) / (2 * high)
    gaps = middles[None, :] - middles[:, None]
    gaps = gaps[(gaps[..., 0] > 0) & (gaps[..., 0] <= _REACH)]
    angles = np.radians(_angles())[:, None]
    off = gaps[:, 1] * np.cos(angles) - gaps[:, 0] * np.sin(angles)
    sharpness = np.exp(-((off / _SCATTER) ** 2) / 2).sum(axis=1)
    # Rows, and not two or three parts that happen to lie so.
    return _accept(_angles(), sharpness) if sharpness.max() >= 0.5 * len(digits) else 0.0


def _accept(angles: NDArray[np.float64], sharpness: NDArray[np.float64]) -> float:
    """The sharpest angle, 0 where it is at the end of what was tried or hardly better than 0."""
    best = int(sharpness.argmax())
    upright = float(sharpness[len(angles) // 2])
    if best in (0, len(angles) - 1) or sharpness[best] < _LEAST_GAIN * upright:
        return 0.0
    return float(angles[best]) if abs(angles[best]) >= _LEAST_DEG else 0.0
