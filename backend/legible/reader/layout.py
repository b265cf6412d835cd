"""Ink to lines of glyphs in reading order, by connected components.

Touching digits stay one glyph here: cutting needs to know what is read. Runs of glyphs keep what
lies between them, for the network that reads without cutting.
"""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.ink import Ink, InkArray, MaskArray
from legible.reader.rules import remove_rules
from legible.reader.runs import FREE, OUTSIDE, Glyph, Run, Sheet, cut_runs

# Three millimetres of writing are 1% of a page of A4; nobody reads half of that.
_LEAST_SHARE = 0.005
# A part of so much of the page's area, along a whole side, is no writing where there is other.
_LEAST_BLOCK = 0.03
# A part lower than this share of its line is a speck, a dot or a scrap, no digit.
_LEAST_HEIGHT = 0.35
# Parts of one digit (the bar of a 5, a broken stroke) lie over each other by this share of the
# narrower one. Slanted neighbours also do, but each of those is as high as its line.
_SAME_SYMBOL_OVERLAP = 0.35


@dataclass(frozen=True, slots=True)
class GlyphLine:
    """Glyphs on one base line, left to right, and the runs that they form."""

    glyphs: Sequence[Glyph]
    runs: Sequence[Run]


@dataclass(slots=True)
class _Part:
    """Connected strokes: box and component labels."""

    left: int
    top: int
    right: int
    bottom: int
    area: int
    labels: list[int]

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def size(self) -> int:
        return max(self.width, self.height)

    def absorb(self, other: "_Part") -> None:
        self.left, self.top = min(self.left, other.left), min(self.top, other.top)
        self.right, self.bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        self.area += other.area
        self.labels += other.labels


def find_lines(ink: Ink, *, uncut: bool = True) -> list[GlyphLine]:
    """Find the written symbols of a page.

    Specks, ruled and squared paper, and whatever lies around the paper are left out.

    Args:
        ink: what `find_ink` gave.
        uncut: whether to cut the runs out as well; without them lines have none.

    Returns:
        Lines from top to bottom, glyphs from left to right; empty for a blank page.
    """
    strokes = remove_rules(ink.strokes)
    ruled = None if strokes is ink.strokes else np.asarray(ink.strokes & ~strokes)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        strokes.astype(np.uint8), connectivity=8
    )
    parts = [
        _Part(int(x), int(y), int(x + w), int(y + h), int(area), [label])
        for label, (x, y, w, h, area) in enumerate(stats[:count].tolist())
        if label > 0
    ]
    written = _drop_blocks(parts, strokes.shape)
    sized = _drop_specks(written, strokes.shape)
    large = _drop_surroundings(sized, strokes.shape)
    outside = _labels_of(parts) - _labels_of(written) | _labels_of(sized) - _labels_of(large)
    rows = [_join_symbols(row) for row in _find_rows(large)]
    rows = [row for row in (_drop_scraps(row) for row in rows) if row]
    typical = statistics.median([part.height for row in rows for part in row]) if rows else 0.0
    rows = [row for row in rows if max(part.size for part in row) >= _LEAST_HEIGHT * typical]
    _gather_crumbs([part for row in rows for part in row], parts)
    owners = np.asarray(labels, dtype=np.int32)
    sheet = Sheet(ink.level, owners, _number_rows(rows, outside, count), ruled)
    mine = np.zeros(count, np.bool_)
    lines = []
    for number, row in enumerate(rows):
        glyphs = [_cut(part, ink.level, owners, mine) for part in row]
        lines.append(GlyphLine(glyphs, cut_runs(glyphs, number, sheet) if uncut else []))
    return lines


def _labels_of(parts: Iterable[_Part]) -> set[int]:
    return {label for part in parts for label in part.labels}


def _number_rows(rows: list[list[_Part]], outside: set[int], count: int) -> NDArray[np.int32]:
    """The row of each component: (count,) int32."""
    numbers = np.full(count, FREE, np.int32)
    numbers[list(outside)] = OUTSIDE
    for number, row in enumerate(rows):
        numbers[list(_labels_of(row))] = number
    return numbers


def _drop_blocks(parts: list[_Part], shape: tuple[int, ...]) -> list[_Part]:
    """Leave out the table that the paper lies on: a great part along a whole side of the page.

    It must not tell how large writing is. Where nothing else could be writing it stays: the 1 of
    a tight crop looks like it too.
    """
    height, width = shape
    rest = [
        part
        for part in parts
        if part.area < _LEAST_BLOCK * height * width
        or not _leans(part, height, width)
        or (part.width < 0.95 * width and part.height < 0.95 * height)
    ]
    return rest if any(part.size > 0.03 * max(shape) for part in rest) else parts


def _drop_specks(parts: list[_Part], shape: tuple[int, ...]) -> list[_Part]:
    """Leave out what is tiny against the page or the writing, whose size the larger parts tell."""
    least = max(3, _LEAST_SHARE * max(shape))
    parts = [part for part in parts if part.size >= least]
    if not parts:
        return parts
    sizes = np.array([part.size for part in parts], np.float64)
    areas = np.array([part.area for part in parts], np.float64)
    # The mean weighted by area: ten digits outweigh ten thousand specks.
    typical = float((sizes * areas).sum() / areas.sum())
    return [part for part in parts if part.size >= 0.12 * typical]


def _drop_surroundings(parts: list[_Part], shape: tuple[int, ...]) -> list[_Part]:
    """Leave out the table beside the paper, shadows and torn edges: what leans on the page's edge
    and is not shaped like the writing inside. A lone part always stays."""
    height, width = shape
    inside = [part for part in parts if not _leans(part, height, width)]
    if not inside:
        return parts
    typical = statistics.median(part.size for part in inside)
    kept = []
    for part in parts:
        if _leans(part, height, width):
            corner = len(inside) >= 3 and _edges(part, height, width) >= 2
            along = part.size > 2.2 * typical or min(part.width, part.height) < 0.15 * typical
            filled = part.area > 0.75 * part.width * part.height and part.size > typical
            if corner or along or filled:
                continue
        kept.append(part)
    return kept


def _leans(part: _Part, height: int, width: int) -> bool:
    return _edges(part, height, width) > 0


def _edges(part: _Part, height: int, width: int) -> int:
    """How many edges of the page a part touches."""
    gaps = (part.left, part.top, width - part.right, height - part.bottom)
    return sum(gap <= 1 for gap in gaps)


def _find_rows(parts: list[_Part]) -> list[list[_Part]]:
    """Group parts whose heights overlap; the highest parts found the rows, the rest join them."""
    rows: list[list[_Part]] = []
    spans: list[tuple[float, float]] = []
    for part in sorted(parts, key=lambda part: -part.height):
        overlaps = [min(part.bottom, bottom) - max(part.top, top) for top, bottom in spans]
        best = overlaps.index(max(overlaps)) if overlaps else -1
        if best >= 0 and overlaps[best] > 0.5 * min(part.height, spans[best][1] - spans[best][0]):
            rows[best].append(part)
            large = [p for p in rows[best] if p.height >= 0.6 * rows[best][0].height]
            spans[best] = (
                statistics.median(p.top for p in large),
                statistics.median(p.bottom for p in large),
            )
        else:
            rows.append([part])
            spans.append((part.top, part.bottom))
    order = np.argsort([top + bottom for top, bottom in spans])
    return _attach_scraps([rows[i] for i in order])


def _attach_scraps(rows: list[list[_Part]]) -> list[list[_Part]]:
    """Give a row of scraps (the bars of some 5s) to the row right below or above it."""
    if len(rows) < 2:
        return rows
    heights = [max(part.height for part in row) for row in rows]
    typical = statistics.median(heights) if len(rows) > 2 else max(heights)
    solid = [row for row, high in zip(rows, heights, strict=True) if high >= 0.5 * typical]
    for row, high in zip(rows, heights, strict=True):
        if high >= 0.5 * typical:
            continue
        for part in row:
            near = [
                (max(p.top - part.bottom, part.top - p.bottom), index)
                for index, other in enumerate(solid)
                for p in other
                if min(part.right, p.right) - max(part.left, p.left) > 0.3 * part.width
            ]
            gap, index = min(near, default=(typical, -1))
            if gap < 0.3 * typical:
                solid[index].append(part)
    return solid


def _join_symbols(row: list[_Part]) -> list[_Part]:
    """Join the parts of each symbol; the result runs from left to right."""
    line_height = max(part.height for part in row)
    symbols: list[_Part] = []
    for part in sorted(row, key=lambda part: -part.height):
        best, most = None, 0.0
        for symbol in symbols:
            overlap = min(part.right, symbol.right) - max(part.left, symbol.left)
            share = overlap / min(part.width, symbol.width)
            whole = part.height > 0.7 * min(line_height, symbol.height)
            if share > (0.8 if whole else _SAME_SYMBOL_OVERLAP) and share > most:
                best, most = symbol, share
        if best is None:
            symbols.append(part)
        else:
            best.absorb(part)
    return sorted(symbols, key=lambda part: part.left + part.right)


def _drop_scraps(row: list[_Part]) -> list[_Part]:
    """Leave out symbols too low to be digits of this line."""
    typical = statistics.median(part.height for part in row)
    highest = max(part.height for part in row)
    least = _LEAST_HEIGHT * (highest if len(row) < 4 else max(typical, 0.6 * highest))
    return [part for part in row if part.height >= least]


def _gather_crumbs(symbols: list[_Part], parts: list[_Part]) -> None:
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


def _cut(part: _Part, level: InkArray, labels: NDArray[np.int32], mine: MaskArray) -> Glyph:
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
