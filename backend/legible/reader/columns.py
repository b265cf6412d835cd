"""Columns of writing, read one after the other, told from the columns of a table, read in rows.

A page is cut at white bands, as in a recursive XY-cut (G. Nagy and S. Seth, "Hierarchical
representation of optically scanned documents", ICPR 1984). A gutter parts columns where the lines
beside it do not go on across it: in a table each cell has its neighbour at the same height.
"""

import statistics
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from legible.reader.parts import Part
from legible.reader.rows import find_rows

# A gutter is so wide, in heights of writing, and so much wider than the gaps between digits.
_LEAST_GUTTER, _LEAST_RATIO = 1.5, 2.0
# A column has so many lines: one number beside another is a line of both.
_LEAST_LINES = 2
# Two lines are one row where their middles are so near, in heights; a table has such a neighbour
# for so many lines of its shorter side.
_SAME_ROW, _ROW_SHARE = 0.35, 0.75
# The gutters of a page are alike: at least by this share as wide as one that was found.
_ALIKE = 0.6
# Parts beside the gutter that tell how high a line is there: lines may climb.
_NEAREST = 3


def find_columns(parts: Sequence[Part]) -> list[list[Part]]:
    """Part the writing of a page into columns.

    Args:
        parts: of the writing.

    Returns:
        The parts of each column, or of what stands above, between or below columns, in the order
        in which they are read: from top to bottom on the left, then on the right. All parts as
        one where there are no columns.
    """
    if len(parts) < 2 * _LEAST_LINES:
        return [list(parts)]
    high = float(statistics.median([part.height for part in parts]))
    return _cut(list(parts), high)


def _cut(parts: list[Part], high: float, known: float = np.inf) -> list[list[Part]]:
    """Cut at gutters; one as wide as a `known` one is one too, however the lines lie beside it."""
    found = _find_gutter(parts, high, known)
    if found is not None:
        gutter, width = found
        known = min(known, _ALIKE * width)
        left = [part for part in parts if part.right <= gutter]
        right = [part for part in parts if part.right > gutter]
        return _cut(left, high, known) + _cut(right, high, known)
    # Where something stands across both columns: above or below it the gutter is free.
    whole = len(_gaps(parts, high))
    for band, _ in _bands([(part.top, part.bottom) for part in parts], 0.3 * high):
        above = [part for part in parts if part.bottom <= band]
        below = [part for part in parts if part.bottom > band]
        # Only where white of some width is new; looking for rows in every part takes long.
        if any(
            len(_gaps(half, high)) > whole and _find_gutter(half, high, known) is not None
            for half in (above, below)
        ):
            return _cut(above, high, known) + _cut(below, high, known)
    return [parts]


def _gaps(parts: Sequence[Part], high: float) -> list[tuple[float, float]]:
    """White from top to bottom that is wide enough for a gutter."""
    return _bands([(part.left, part.right) for part in parts], _LEAST_GUTTER * high)


def _bands(spans: Sequence[tuple[int, int]], least: float) -> list[tuple[float, float]]:
    """White between spans: the middle and width of each band, the first ones first."""
    bands = []
    end = None
    for start, stop in sorted(spans):
        if end is not None and start - end >= least:
            bands.append(((start + end) / 2, float(start - end)))
        end = stop if end is None else max(end, stop)
    return bands


def _find_gutter(parts: list[Part], high: float, known: float) -> tuple[float, float] | None:
    """Middle and width of the widest gutter between columns; None where there is none."""
    bands = _gaps(parts, high)
    if not bands:
        return None
    edges = [-np.inf, *(middle for middle, _ in bands), np.inf]
    strips = [
        find_rows([part for part in parts if start < part.right <= stop])
        for start, stop in pairwise(edges)
    ]
    gutters = sorted(zip(bands, pairwise(strips), strict=True), key=lambda each: -each[0][1])
    for (middle, width), (left, right) in gutters:
        if min(len(left), len(right)) < _LEAST_LINES:
            continue
        if width < known and _are_rows(left, right, high):
            continue
        sides = [
            find_rows([part for part in parts if (part.right > middle) == side])
            for side in (False, True)
        ]
        if width >= _LEAST_RATIO * _typical_gap([*sides[0], *sides[1]]):
            return middle, width
    return None


def _typical_gap(rows: Sequence[Sequence[Part]]) -> float:
    gaps = [
        behind.left - before.right
        for row in rows
        for before, behind in pairwise(sorted(row, key=lambda part: part.left))
    ]
    return float(statistics.median(gaps)) if gaps else 0.0


def _are_rows(left: Sequence[Sequence[Part]], right: Sequence[Sequence[Part]], high: float) -> bool:
    """Whether the lines on both sides of a gutter are the rows of a table."""
    here = np.array([_middle(sorted(row, key=lambda p: -p.right)) for row in left])
    there = np.array([_middle(sorted(row, key=lambda p: p.left)) for row in right])
    gaps = np.abs(here[:, None] - there[None, :])
    nearest = gaps.min(axis=int(len(here) < len(there)))
    return float((nearest <= _SAME_ROW * high).mean()) >= _ROW_SHARE


def _middle(row: Sequence[Part]) -> float:
    """How high a line lies at the first of its parts."""
    return float(np.mean([(part.top + part.bottom) / 2 for part in row[:_NEAREST]]))
