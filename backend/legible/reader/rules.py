"""Printed lines: found and taken out of the strokes without cutting what crosses them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from legible.reader.ink import MaskArray, percentile
from legible.reader.shrink import shrink_mask

# A printed line crosses most of the picture and is far thinner than long. So may a written 1 or
# the upright of a 4, but those neither run from edge to edge nor come in threes.
_LEAST_LENGTH = 0.55
_MOST_THICKNESS = 0.03
_EDGE = 0.02
# Uprights no longer than what else is written, over this, are written as well.
_AS_HIGH = 0.7
# In a smaller picture a line is no longer than the strokes of a digit.
LEAST_SIDE_PX = 32


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
        rest | bridge(rest, strokes & horizontal, high) | bridge(rest.T, strokes.T & turned, wide).T
    )
    # Uprights alone, hardly longer than what is beside them, are digits: 11127.
    if not horizontal.any() and highest(whole) >= _AS_HIGH * highest(strokes & vertical):
        return strokes
    return whole if _has_writing(whole, strokes) else strokes


def highest(strokes: MaskArray) -> int:
    """The height of the highest of what hangs together."""
    stats = cv2.connectedComponentsWithStats(strokes.astype(np.uint8), connectivity=8)[2]
    return int(stats[1:, cv2.CC_STAT_HEIGHT].max(initial=0))


def _may_have_lines(strokes: MaskArray) -> bool:
    """A quick look at a large page, reduced so that no line is lost: most have none."""
    height, width = strokes.shape
    shrink = min(height, width) // 400
    if shrink < 2:
        return True
    size = (width // shrink, height // shrink)
    coarse = shrink_mask(strokes, size)
    return any(_long_lines(each)[0].any() for each in (coarse, coarse.T))


def _long_lines(strokes: MaskArray) -> tuple[MaskArray, int]:
    """Pixels of nearly horizontal lines of a page, and their thickness."""
    found = find_rules(strokes, _MOST_THICKNESS, _LEAST_LENGTH)
    if len(found) < 3 and not any(rule.crosses(strokes.shape[1]) for rule in found):
        return np.zeros_like(strokes), 0
    return draw_rules(found, strokes.shape), round(
        float(statistics.median([r.thickness for r in found]))
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """A nearly horizontal line: `pixels` (h, w) bool, whose corner is at `left`, `top`."""

    pixels: MaskArray
    left: int
    top: int
    thickness: float

    def crosses(self, width: int) -> bool:
        """Whether it runs from edge to edge of a picture so wide."""
        right = self.left + self.pixels.shape[1]
        return self.left <= _EDGE * width and right >= (1 - _EDGE) * width


def draw_rules(rules: Sequence[Rule], shape: tuple[int, ...]) -> MaskArray:
    """The pixels of all of them: `shape` bool."""
    drawn = np.zeros(shape, np.bool_)
    for rule in rules:
        high, wide = rule.pixels.shape
        drawn[rule.top : rule.top + high, rule.left : rule.left + wide] |= rule.pixels
    return drawn


def find_rules(strokes: MaskArray, most_thickness: float, least_length: float) -> list[Rule]:
    """Nearly horizontal thin lines, a small slope or wobble allowed.

    Args:
        strokes: (H, W) bool; nothing is found where a side is below 32 pixels.
        most_thickness: of a line, as a share of the shorter side.
        least_length: as a share of the width.
    """
    height, width = strokes.shape
    if min(height, width) < LEAST_SIDE_PX:
        return []
    thick = max(1, round(most_thickness * min(height, width)))
    wobble = max(1, round(0.003 * min(height, width)))
    length = max(15, round(width / 6))
    # Fatten against wobble, keep runs, and only where strokes are thin.
    fat = cv2.dilate(strokes.astype(np.uint8), np.ones((2 * wobble + 1, 3), np.uint8))
    runs = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    if not runs.any():
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found = []
    for label in range(1, count):
        left, top, wide, high, _ = stats[label].tolist()
        if wide < least_length * width or high > max(4 * thick, 0.12 * wide):
            continue
        box = labels[top : top + high, left : left + wide] == label
        # Strokes lie along and across it; its thin stretches show the line itself.
        thickness = percentile(box.sum(axis=0), 20)
        if thickness <= thick + 2 * wobble:
            found.append(Rule(_follow(box, thickness), left, top, thickness))
    return found


def _follow(box: MaskArray, thickness: float) -> MaskArray:
    """The line alone: where a stroke runs along it, go on as its thin stretches tell."""
    counts = box.sum(axis=0)
    rows = np.arange(box.shape[0])
    thin = np.flatnonzero((counts > 0) & (counts <= 1.5 * thickness))
    middles = (box * rows[:, None]).sum(axis=0)[thin] / counts[thin]
    middle = np.interp(np.arange(box.shape[1]), thin, middles)
    return np.asarray(box & (np.abs(rows[:, None] - middle) <= thickness / 2 + 0.5))


def bridge(rest: MaskArray, line: MaskArray, thick: int) -> MaskArray:
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
