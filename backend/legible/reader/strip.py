"""Pages so low that they are one line as a whole: a cell or a field cut out of a form."""

from collections.abc import Sequence

from legible.reader.ink import LOW_PX, InkArray
from legible.reader.layout import GlyphLine
from legible.reader.runs import Glyph, Run


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
    return width >= 1.15 * height and (height <= 64 or (lines == 1 and height <= LOW_PX))


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
