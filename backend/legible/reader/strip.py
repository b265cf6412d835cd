"""Pages that are one line as a whole: a cell or a field cut out of a form, small or large."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from legible.reader.decode import DecodedPage
from legible.reader.ink import LOW_PX, InkArray, find_ink
from legible.reader.layout import GlyphLine, find_lines
from legible.reader.look import Look
from legible.reader.runs import Glyph, Run

# A page that is one line is read at this height: four times what the line network is shown.
_HEIGHT_PX = 128
# Narrower for its height than this, a page holds no line; from the second on it holds nothing else.
_LEAST_ASPECT, _WIDE = 0.5, 1.15
# Where the highest line takes less of the height, the page is more than that line.
_LEAST_SHARE = 0.25
# Borders and neighbours of one line look like so many lines at most.
_MOST_LINES = 3


def is_strip(shape: tuple[int, ...], lines: int) -> bool:
    """Whether a page is so low that it is one line as a whole: a cell or a field cut out of a form.

    What surrounds the writing there (borders, neighbours cut off) is no row of its own. So is a
    low page of any shape on which no line stands out from the paper: there may be a faint one.

    Args:
        shape: (H, W) of the page.
        lines: how many `find_lines` found.
    """
    height, width = shape
    if lines == 0:
        return height <= LOW_PX
    return width >= _WIDE * height and (height <= 64 or (lines == 1 and height <= LOW_PX))


def one_line(lines: Sequence[GlyphLine], ink: InkArray) -> GlyphLine:
    """A strip as one line of one run: its glyphs, and the ink of the whole page.

    What is shaped like the border of a cell is no glyph of it.
    """
    glyphs = sorted(
        (glyph for line in lines for glyph in line.glyphs if not _is_border(glyph, ink.shape)),
        key=lambda glyph: glyph.left + glyph.right,
    )
    return GlyphLine(glyphs, [Run(ink, 0, 0, glyphs, strip=True)])


def _is_border(glyph: Glyph, shape: tuple[int, ...]) -> bool:
    """Whether a glyph runs along most of a strip, or upright along its left or right edge."""
    height, width = shape
    wide = glyph.right - glyph.left
    at_side = glyph.left <= 2 or glyph.right >= width - 2
    return wide > 0.7 * width or (
        at_side and wide < 0.15 * width and glyph.bottom - glyph.top > 0.6 * height
    )


def may_be_line(look: Look) -> bool:
    """Whether a page of any size may be one line as a whole, after what was found on it."""
    height, width = look.page.grey.shape
    return width >= _LEAST_ASPECT * height and (
        len(look.lines) <= _MOST_LINES or is_high_line(look)
    )


def is_high_line(look: Look) -> bool:
    """Whether the highest line of a page takes so much of it that there is hardly room for more.

    So does nothing at all.
    """
    high = [
        max(glyph.bottom for glyph in line.glyphs) - min(glyph.top for glyph in line.glyphs)
        for line in look.lines
        if line.glyphs
    ]
    height = look.straight.level.shape[0]
    return bool(max(high, default=height) >= _LEAST_SHARE * height)


def is_wide_line(look: Look) -> bool:
    """Whether a page is as wide as a line, and one was found on it."""
    height, width = look.page.grey.shape
    return width >= _WIDE * height and len(look.lines) == 1 and is_high_line(look)


def look_at_strip(page: DecodedPage, *, bright: bool) -> Look:
    """See a page as one line, its borders and neighbours included."""
    height, width = page.grey.shape
    if height > _HEIGHT_PX:
        size = (max(1, round(width * _HEIGHT_PX / height)), _HEIGHT_PX)
        grey = np.asarray(cv2.resize(page.grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        page = replace(page, grey=grey)
    ink = find_ink(page.grey, bright=bright)
    faint = ink.level if ink.faint is None else ink.faint
    return Look(page, ink, ink, None, [one_line(find_lines(ink, uncut=False), faint)])
