"""Printed lines: found and taken out of the strokes without cutting what crosses them."""

import statistics

import cv2
import numpy as np

from legible.reader.ink import MaskArray, percentile

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
    if not _may_have_lines(strokes):
        return strokes
    horizontal, high = _long_lines(strokes)
    turned, wide = _long_lines(strokes.T)
    vertical = turned.T
    if not (horizontal.any() or vertical.any()):
        return strokes
    rest = strokes & ~(horizontal | vertical)
    whole = (
        rest
        | _bridge(rest, strokes & horizontal, high)
        | _bridge(rest.T, strokes.T & turned, wide).T
    )
    return whole if _has_writing(whole, strokes) else strokes


def _may_have_lines(strokes: MaskArray) -> bool:
    """A quick look at a large page, reduced so that no line is lost: most have none."""
    height, width = strokes.shape
    shrink = min(height, width) // 400
    if shrink < 2:
        return True
    size = (width // shrink, height // shrink)
    # Averaged, the thinnest line leaves 255 / shrink.
    coarse = cv2.resize(strokes.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 0
    return any(_long_lines(np.asarray(each))[0].any() for each in (coarse, coarse.T))


def _long_lines(strokes: MaskArray) -> tuple[MaskArray, int]:
    """Pixels of nearly horizontal lines, a small slope or wobble allowed, and their thickness."""
    height, width = strokes.shape
    if min(height, width) < 32:
        return np.zeros_like(strokes), 0
    thick = max(1, round(_MOST_THICKNESS * min(height, width)))
    wobble = max(1, round(0.003 * min(height, width)))
    length = max(15, round(width / 6))
    # Fatten against wobble, keep runs, and only where strokes are thin.
    fat = cv2.dilate(strokes.astype(np.uint8), np.ones((2 * wobble + 1, 3), np.uint8))
    runs = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if not runs.any():
        return np.zeros_like(strokes), 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    lines: list[tuple[slice, slice, MaskArray]] = []
    thicknesses: list[float] = []
    crossing = False
    for label in range(1, count):
        left, top, wide, high, _ = stats[label].tolist()
        if wide < _LEAST_LENGTH * width or high > max(4 * thick, 0.12 * wide):
            continue
        box = labels[top : top + high, left : left + wide] == label
        # Strokes lie along and across it; its thin stretches show the line itself.
        thickness = percentile(box.sum(axis=0), 20)
        if thickness > thick + 2 * wobble:
            continue
        lines.append((slice(top, top + high), slice(left, left + wide), box))
        thicknesses.append(thickness)
        crossing |= left <= _EDGE * width and left + wide >= (1 - _EDGE) * width
    found = np.zeros_like(strokes)
    if not crossing and len(thicknesses) < 3:
        return found, 0
    for (rows, columns, box), thickness in zip(lines, thicknesses, strict=True):
        found[rows, columns] |= _follow(box, thickness)
    return found, round(statistics.median(thicknesses))


def _follow(box: MaskArray, thickness: float) -> MaskArray:
    """The line alone: where a stroke runs along it, go on as its thin stretches tell."""
    counts = box.sum(axis=0)
    rows = np.arange(box.shape[0])
    thin = np.flatnonzero((counts > 0) & (counts <= 1.5 * thickness))
    middles = (box * rows[:, None]).sum(axis=0)[thin] / counts[thin]
    middle = np.interp(np.arange(box.shape[1]), thin, middles)
    return np.asarray(box & (np.abs(rows[:, None] - middle) <= thickness / 2 + 0.5))


def _bridge(rest: MaskArray, line: MaskArray, thick: int) -> MaskArray:
    """Pixels of horizontal lines where a stroke goes on above and below, so belongs to both."""
    if not line.any():
        return line
    kernel = np.ones((2 * thick + 1, 1), np.uint8)
    bridged = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return np.asarray(bridged.astype(np.bool_) & line)


def _has_writing(rest: MaskArray, strokes: MaskArray) -> bool:
    """Whether what is left is writing and not the crumbs of a line that was writing itself."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8), connectivity=8)
    if count < 2:
        return False
    sides = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    return bool(sides.max() >= 0.03 * max(strokes.shape) and rest.sum() >= 0.1 * strokes.sum())
