"""Printed lines: found and taken out of the strokes without cutting what crosses them."""

import cv2
import numpy as np

from legible.reader.ink import MaskArray

# A printed line crosses most of the picture and is far thinner than long. So may a written 1 or
# the upright of a 4, but those neither run from edge to edge nor come in threes.
_LEAST_LENGTH = 0.55
_MOST_THICKNESS = 0.03
_EDGE = 0.02


def remove_rules(strokes: MaskArray) -> MaskArray:
    """Take long straight horizontal and vertical lines out.

    Lines are taken only if they run from edge to edge or are three or more, and only if writing is
    left without them.

    Args:
        strokes: (H, W) bool.

    Returns:
        (H, W) bool, the strokes without the lines; gaps that this cut into strokes are closed.
    """
    horizontal = _long_lines(strokes)
    vertical = _long_lines(strokes.T).T
    if not (horizontal.any() or vertical.any()):
        return strokes
    rest = _repair(strokes, strokes & ~(horizontal | vertical), horizontal, vertical)
    return rest if _has_writing(rest, strokes) else strokes


def _long_lines(strokes: MaskArray) -> MaskArray:
    """Pixels of nearly horizontal lines; a small slope or wobble is allowed."""
    height, width = strokes.shape
    if min(height, width) < 32:
        return np.zeros_like(strokes)
    thick = max(1, round(_MOST_THICKNESS * height))
    wobble = max(1, round(0.004 * height))
    length = max(15, round(width / 8))
    # Fatten against wobble, keep runs, and only where strokes are thin.
    fat = cv2.dilate(strokes.astype(np.uint8), np.ones((2 * wobble + 1, 3), np.uint8))
    runs = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    lines: list[int] = []
    crossing = False
    for label in range(1, count):
        left, _, wide, high, area = stats[label].tolist()
        if wide < _LEAST_LENGTH * width or area / wide > thick + 2 * wobble:
            continue
        if high > max(4 * thick, 0.12 * wide):
            continue
        lines.append(label)
        crossing |= left <= _EDGE * width and left + wide >= (1 - _EDGE) * width
    if not crossing and len(lines) < 3:
        return np.zeros_like(strokes)
    return np.isin(labels, lines)


def _repair(
    strokes: MaskArray, rest: MaskArray, horizontal: MaskArray, vertical: MaskArray
) -> MaskArray:
    """Put back line pixels where a stroke crosses: it goes on at both sides of the line."""
    repaired = rest.copy()
    for lines, kernel in ((horizontal, _tall(horizontal)), (vertical, _tall(vertical.T).T)):
        if lines.any():
            bridged = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
            repaired |= bridged.astype(np.bool_) & lines & strokes
    return repaired


def _tall(horizontal: MaskArray) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    """A vertical bar a little higher than the lines are thick."""
    columns = horizontal.sum(axis=0)
    thick = int(np.median(columns[columns > 0])) if (columns > 0).any() else 1
    return np.ones((2 * thick + 3, 1), np.uint8)


def _has_writing(rest: MaskArray, strokes: MaskArray) -> bool:
    """Whether what is left is writing and not the crumbs of a line that was writing itself."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8), connectivity=8)
    if count < 2:
        return False
    sides = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    return bool(sides.max() >= 0.1 * max(strokes.shape) and rest.sum() >= 0.1 * strokes.sum())
