"""Where each symbol that the line network read lies: the glyph that shows it, or a cut of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from legible.reader.ink import InkArray
from legible.reader.runs import Glyph, Run
from legible.reader.seam import Columns, find_seam

# A glyph shows a symbol if the middle of the symbol lies in it or this share of the run's height
# beside it: the network's steps are coarse.
_BESIDE = 0.15
# Ink below this share of the darkest is no stroke.
_INKED = 0.3
_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class Piece:
    """The ink of one symbol. `whole`: a glyph that shows nothing else, so nothing was cut."""

    glyph: Glyph
    whole: bool


def place_symbols(run: Run, text: str, middles: Sequence[float]) -> tuple[list[Piece], list[Glyph]]:
    """Find the ink of every symbol of a run.

    Args:
        run: what was read.
        text: what it says.
        middles: about where the middle of each symbol is, in columns of the page.

    Returns:
        A piece for each symbol, left to right, and the glyphs that show none of them.
    """
    high = run.ink.shape[0]
    owners = [
        _owner(run.glyphs, middle, _BESIDE * high) if symbol in _DIGITS else None
        for middle, symbol in zip(middles, text, strict=True)
    ]
    pieces: dict[int, Piece] = {}
    for owner, glyph in enumerate(run.glyphs):
        mine = [place for place, shown in enumerate(owners) if shown == owner]
        if len(mine) == 1:
            pieces[mine[0]] = Piece(glyph, whole=True)
        elif mine:
            parts = _part(glyph, [middles[place] for place in mine])
            pieces |= {
                place: Piece(part, whole=False) for place, part in zip(mine, parts, strict=True)
            }
    if None in owners:
        for place, part in enumerate(_part(Glyph(run.ink, run.left, run.top), middles)):
            pieces.setdefault(place, Piece(part, whole=False))
    unread = [glyph for index, glyph in enumerate(run.glyphs) if index not in owners]
    return [pieces[place] for place in range(len(text))], unread


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


def _part(source: Glyph, middles: Sequence[float]) -> list[Glyph]:
    """A glyph in as many parts as there are symbols in it, each cut to its strokes."""
    height, width = source.ink.shape
    inner = [middle - source.left for middle in middles]
    seams = [
        np.zeros(height, np.intp),
        *(find_seam(source.ink, before, behind) for before, behind in pairwise(inner)),
        np.full(height, width),
    ]
    return [_cut(source, start, stop) for start, stop in pairwise(seams)]


def _cut(source: Glyph, start: Columns, stop: Columns) -> Glyph:
    """The part of a glyph between two seams; at least a pixel wide."""
    left = int(start.min())
    right = max(int(stop.max()), left + 1)
    columns = np.arange(left, right)
    mine = (columns >= start[:, None]) & (columns < stop[:, None])
    return _trim(source.ink[:, left:right] * mine, source.left + left, source.top)


def _trim(ink: InkArray, left: int, top: int) -> Glyph:
    """Cut to the strokes; as it is where there are none."""
    inked = ink > _INKED * float(ink.max(initial=0.0))
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(inked).view(np.uint8))
    if height == 0:
        return Glyph(ink, left, top)
    cut = np.ascontiguousarray(ink[y : y + height, x : x + width])
    return Glyph(cut, left + x, top + y)
