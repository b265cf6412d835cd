"""Ink to lines of glyphs in reading order, by connected components.

Touching digits stay one glyph here: cutting needs to know what is read. Runs of glyphs keep what
lies between them, for the network that reads without cutting.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.columns import find_columns
from legible.reader.frames import remove_frames
from legible.reader.ink import Ink, InkArray, MaskArray, percentile
from legible.reader.normalise import stroke_width
from legible.reader.parts import (
    Part,
    drop_blocks,
    drop_specks,
    drop_strays,
    drop_surroundings,
    find_parts,
    labels_of,
)
from legible.reader.rows import LEAST_HEIGHT, drop_scraps, find_rows, join_symbols
from legible.reader.rules import remove_rules
from legible.reader.runs import FREE, OUTSIDE, Glyph, Run, Sheet, cut_runs

# A line of one or two glyphs so faint and so thin against those of the page is none, where there
# are enough to compare it with; more of them are a number in pencil.
_LEAST_DARKNESS, _LEAST_STROKE, _LEAST_COMPARED, _MOST_HAIRS = 0.6, 0.3, 4, 2
# Ink below this is the soft edge of a stroke.
_INKED = 0.3


@dataclass(frozen=True, slots=True)
class GlyphLine:
    """Glyphs on one base line, left to right, and the runs that they form."""

    glyphs: Sequence[Glyph]
    runs: Sequence[Run]


def find_lines(ink: Ink, *, uncut: bool = True) -> list[GlyphLine]:
    """Find the written symbols of a page.

    Specks, ruled and squared paper, and whatever lies around the paper are left out.

    Args:
        ink: what `find_ink` gave.
        uncut: whether to cut the runs out as well; without them lines have none.

    Returns:
        Lines from top to bottom, column by column; glyphs from left to right; empty for a blank
        page.
    """
    labels, parts = find_parts(ink.strokes, ink.parts)
    # Frames first: where a long rule is a side of one, the shorter sides have to go with it.
    strokes = remove_rules(remove_frames(ink.strokes, labels, parts))
    if strokes is not ink.strokes:
        labels, parts = find_parts(strokes)
    ruled = None if strokes is ink.strokes else np.asarray(ink.strokes & ~strokes)
    written = drop_blocks(parts, strokes.shape)
    sized = drop_specks(written, strokes.shape)
    large = drop_strays(drop_surroundings(sized, strokes.shape))
    outside = labels_of(parts) - labels_of(written) | labels_of(sized) - labels_of(large)
    rows = [join_symbols(row) for column in find_columns(large) for row in find_rows(column)]
    rows = [row for row in (drop_scraps(row) for row in rows) if row]
    typical = statistics.median([part.height for row in rows for part in row]) if rows else 0.0
    rows = [row for row in rows if max(part.size for part in row) >= LEAST_HEIGHT * typical]
    _gather_crumbs([part for row in rows for part in row], parts)
    count = int(labels.max(initial=0)) + 1
    sheet = Sheet(ink.level, labels, _number_rows(rows, outside, count), ruled)
    mine = np.zeros(count, np.bool_)
    lines = []
    for number, row in enumerate(rows):
        glyphs = [_cut(part, ink.level, labels, mine) for part in row]
        lines.append(GlyphLine(glyphs, cut_runs(glyphs, number, sheet) if uncut else []))
    return _drop_hairs(lines)


def _drop_hairs(lines: list[GlyphLine]) -> list[GlyphLine]:
    """Leave out lines much fainter and thinner than the others: a tear, a fold, a hair."""
    if sum(len(line.glyphs) for line in lines) < _LEAST_COMPARED:
        return lines
    dark = [[_darkness(glyph.ink) for glyph in line.glyphs] for line in lines]
    typical = float(statistics.median([each for line in dark for each in line]))
    faint = [max(line) < _LEAST_DARKNESS * typical for line in dark]
    if not any(faint):
        return lines
    widths = [[stroke_width(glyph.ink) for glyph in line.glyphs] for line in lines]
    least = _LEAST_STROKE * float(statistics.median([each for line in widths for each in line]))
    return [
        line
        for line, thin, wide in zip(lines, faint, widths, strict=True)
        if not (thin and max(wide) < least and len(line.glyphs) <= _MOST_HAIRS)
    ]


def _darkness(ink: InkArray) -> float:
    inked = ink[ink > _INKED]
    return percentile(inked, 75) if len(inked) else 0.0


def _number_rows(rows: list[list[Part]], outside: set[int], count: int) -> NDArray[np.int32]:
    """The row of each component: (count,) int32."""
    numbers = np.full(count, FREE, np.int32)
    numbers[list(outside)] = OUTSIDE
    for number, row in enumerate(rows):
        numbers[list(labels_of(row))] = number
    return numbers


def _gather_crumbs(symbols: list[Part], parts: list[Part]) -> None:
    """Give each symbol the small pieces within its box: a dry pen leaves strokes in crumbs."""
    taken = {label for symbol in symbols for label in symbol.labels}
    crumbs = [part for part in parts if part.labels[0] not in taken and part.size >= 3]
    if not crumbs:
        return
    boxes = np.array([(c.left, c.top, c.right, c.bottom) for c in crumbs])
    for symbol in symbols:
        inside = (boxes[:, :2] >= (symbol.left, symbol.top)).all(axis=1)
        inside &= (boxes[:, 2:] <= (symbol.right, symbol.bottom)).all(axis=1)
        for index in np.flatnonzero(inside):
            symbol.labels += crumbs[index].labels


def _cut(part: Part, level: InkArray, labels: NDArray[np.int32], mine: MaskArray) -> Glyph:
    """Cut a part out with the soft edge of its strokes and without its neighbours.

    `mine` (labels,) bool, all false, is room to work in that all parts share.
    """
    margin = max(1, round(0.02 * part.size))
    height, width = level.shape
    top, bottom = max(0, part.top - margin), min(height, part.bottom + margin)
    left, right = max(0, part.left - margin), min(width, part.right + margin)
    mine[part.labels] = True
    strokes = mine[labels[top:bottom, left:right]].view(np.uint8)
    mine[part.labels] = False
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1, 2 * margin + 1))
    reach = cv2.dilate(strokes, kernel)
    return Glyph(np.multiply(level[top:bottom, left:right], reach, dtype=np.float32), left, top)
