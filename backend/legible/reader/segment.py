"""Where each symbol that the line network read lies: the glyph that shows it, or a cut of one."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from legible.reader.ink import InkArray
from legible.reader.line import LineConvention
from legible.reader.runs import Glyph, Run

# A glyph shows a symbol if the middle of the symbol lies in it or this share of the run's height
# beside it: the network's steps are coarse.
_BESIDE = 0.15
# Digits that touch are cut where the least ink lies in this middle part between their middles.
_MIDDLE = 0.7
# Ink below this share of the darkest is no stroke.
_INKED = 0.3
_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Piece:
    """The ink of one symbol. `whole`: a glyph that shows nothing else, so nothing was cut."""

    glyph: Glyph
    whole: bool


def place_symbols(
    run: Run, text: str, spans: Sequence[tuple[int, int]], convention: LineConvention
) -> tuple[list[Piece], list[Glyph]]:
    """Find the ink of every symbol of a run.

    Args:
        run: what was read.
        text: what it says.
        spans: for each symbol the steps [start, stop) of the network in which it was seen.
        convention: how the run was drawn for the network.

    Returns:
        A piece for each symbol, left to right, and the glyphs that show none of them.
    """
    high = run.ink.shape[0]
    scale = convention.height_px / high
    middles = [
        ((start + stop) / 2 * convention.step_px - convention.margin_px) / scale + run.left
        for start, stop in spans
    ]
    owners = [
        _owner(run.glyphs, middle, _BESIDE * high) if symbol in _DIGITS else None
        for middle, symbol in zip(middles, text, strict=True)
    ]
    pieces = []
    for place, owner in enumerate(owners):
        mine = [other for other, shown in enumerate(owners) if shown == owner]
        if owner is not None and len(mine) == 1:
            pieces.append(Piece(run.glyphs[owner], whole=True))
            continue
        source = Glyph(run.ink, run.left, run.top) if owner is None else run.glyphs[owner]
        neighbours = range(len(middles)) if owner is None else mine
        pieces.append(Piece(_cut(source, middles, place, neighbours), whole=False))
    return pieces, [glyph for index, glyph in enumerate(run.glyphs) if index not in owners]


def _owner(glyphs: Sequence[Glyph], middle: float, beside: float) -> int | None:
    """The glyph at a place along the run; None where there is none near."""
    gaps = [max(glyph.left - middle, middle - glyph.right, 0.0) for glyph in glyphs]
    if not gaps or min(gaps) > beside:
        return None
    # Slanted neighbours lie over each other: the one whose own middle is nearest.
    return min(
        (index for index, gap in enumerate(gaps) if gap <= min(gaps)),
        key=lambda index: abs((glyphs[index].left + glyphs[index].right) / 2 - middle),
    )


def _cut(source: Glyph, middles: Sequence[float], place: int, among: Sequence[int]) -> Glyph:
    """The part of a glyph between the symbols before and behind; at least a pixel wide."""
    at = among.index(place)
    columns = np.asarray(source.ink.sum(axis=0))
    start, stop = 0, len(columns)
    if at > 0:
        start = _seam(columns, middles[among[at - 1]] - source.left, middles[place] - source.left)
    if at < len(among) - 1:
        stop = _seam(columns, middles[place] - source.left, middles[among[at + 1]] - source.left)
    start = min(start, len(columns) - 1)
    stop = max(stop, start + 1)
    return _trim(source.ink[:, start:stop], source.left + start, source.top)


def _seam(columns: InkArray, before: float, behind: float) -> int:
    """The column with the least ink between two middles, the most central of several."""
    middle, reach = (before + behind) / 2, _MIDDLE * (behind - before) / 2
    low = min(max(round(middle - reach), 0), len(columns) - 1)
    high = min(max(round(middle + reach), low), len(columns) - 1) + 1
    part = columns[low:high]
    best = np.flatnonzero(part <= part.min() + 1e-6) + low
    return int(best[np.abs(best - middle).argmin()])


def _trim(ink: InkArray, left: int, top: int) -> Glyph:
    """Cut to the strokes; as it is where there are none."""
    inked = ink > _INKED * float(ink.max(initial=0.0))
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(inked).view(np.uint8))
    if height == 0:
        return Glyph(ink, left, top)
    cut = np.ascontiguousarray(ink[y : y + height, x : x + width])
    return Glyph(cut, left + x, top + y)
