"""Runs: neighbouring glyphs of a line with what lies between them, cut out of the page uncut.

The line network reads a run as a whole, so nothing in it has to be parted first. Only what surely
belongs to something else is taken out: other lines, printed rulings, the table beside the paper.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.ink import InkArray, MaskArray

# Row numbers of components that are in no row: marks and crumbs that may be part of any, and
# what must not be read at all.
FREE, OUTSIDE = -1, -2
# Glyphs further apart than this many heights are read on their own: between them is only paper.
_MOST_GAP = 1.3
# Paper around a run, in heights: above and below as much as training lines have, at the sides
# enough for a sign or a mark that no glyph was made of.
_MARGIN_Y, _MARGIN_X = 0.14, 0.45


@dataclass(frozen=True, slots=True)
class Glyph:
    """One symbol cut out of the page.

    `ink` is (h, w) float32, 0 paper .. 1 ink, neighbours removed; `left` and `top` say where it
    lies among the page's pixels (of the ink array, not of the upright page).
    """

    ink: InkArray
    left: int
    top: int

    @property
    def right(self) -> int:
        """The first column behind it."""
        return self.left + int(self.ink.shape[1])

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.top + int(self.ink.shape[0])


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs that stand close together, and the ink of all of them: places as in `Glyph`.

    `strip`: the run is a whole low page, on which glyphs are less surely one symbol each.
    """

    ink: InkArray
    left: int
    top: int
    glyphs: Sequence[Glyph]
    strip: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's ink by component: `rows[labels]` says which row each pixel belongs to.

    `level` (H, W) float32, `labels` (H, W) int32, `ruled` (H, W) bool the printed lines, None
    where there are none.
    """

    level: InkArray
    labels: NDArray[np.int32]
    rows: NDArray[np.int32]
    ruled: MaskArray | None


def cut_runs(glyphs: Sequence[Glyph], row: int, sheet: Sheet) -> list[Run]:
    """Part the glyphs of one row at wide gaps, and cut each run out.

    Args:
        glyphs: of the row, left to right; at least one.
        row: its number in `sheet.rows`.
        sheet: the page.

    Returns:
        Runs from left to right; every glyph is in one of them.
    """
    high = statistics.median(glyph.ink.shape[0] for glyph in glyphs)
    groups = [[glyphs[0]]]
    for glyph in glyphs[1:]:
        end = max(each.right for each in groups[-1])
        if glyph.left - end > _MOST_GAP * high:
            groups.append([])
        groups[-1].append(glyph)
    ends = [0, *(max(each.right for each in group) for group in groups)]
    starts = [*(min(each.left for each in group) for group in groups), sheet.level.shape[1]]
    return [
        # Half of the gap to the next run is the next run's.
        _cut(group, row, sheet, ((ends[i] + starts[i]) // 2 if i else 0, _half(ends, starts, i)))
        for i, group in enumerate(groups)
    ]


def _half(ends: Sequence[int], starts: Sequence[int], index: int) -> int:
    last = index == len(starts) - 2
    return starts[-1] if last else (ends[index + 1] + starts[index + 1]) // 2


def _cut(group: Sequence[Glyph], row: int, sheet: Sheet, room: tuple[int, int]) -> Run:
    top, bottom = min(each.top for each in group), max(each.bottom for each in group)
    margin_y = max(1, round(_MARGIN_Y * (bottom - top)))
    margin_x = max(1, round(_MARGIN_X * (bottom - top)))
    left = max(room[0], min(each.left for each in group) - margin_x)
    right = min(room[1], max(each.right for each in group) + margin_x)
    top, bottom = max(0, top - margin_y), min(sheet.level.shape[0], bottom + margin_y)
    window = (slice(top, bottom), slice(left, right))
    rows = sheet.rows[sheet.labels[window]]
    hidden = (rows != row) & (rows != FREE)
    if sheet.ruled is not None:
        hidden |= sheet.ruled[window]
    level = sheet.level[window]
    if hidden.any():
        # With the soft edge of what is hidden, but not over what belongs here.
        around = cv2.dilate(hidden.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        level = np.where(around & (rows != row), np.float32(0), level)
    return Run(np.asarray(level, np.float32), left, top, group)
