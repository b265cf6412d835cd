"""Pages that lie on a side or upside down though nothing in the file says so.

Single digits tell: the digit network is asked about the same glyphs turned four ways. That is only
done where the page as it is leaves a doubt, and never on the word of one or two glyphs: a 6 and a
9, or a lone 1, are right either way.
"""

from collections.abc import Sequence

import numpy as np

from legible.reader.alone import Answer
from legible.reader.decode import DecodedPage
from legible.reader.ink import Ink
from legible.reader.layout import GlyphLine
from legible.reader.runs import Glyph
from legible.reader.types import Page

LEAST_GLYPHS = 3
# More glyphs than this add nothing.
_MOST_GLYPHS = 24
# Chances are kept off zero: one blot must not outweigh a page.
_LEAST = 0.02
# How much likelier glyphs must be for a turn: the odds of all of them (e ** 2.3 = 10) and the
# logarithm of a single one's on average; and how likely at least: letters are none either way.
_LEAST_GAIN, _LEAST_MEAN_GAIN, _LEAST_MEAN = 2.3, 0.15, -0.9
# What is hardly a digit whichever way (digits that touch, blots) has no vote.
_LEAST_VOTE = 0.5
# Turns whose glyphs are nearly as likely are read as well; all such, where glyphs are so few that
# they cannot tell: how they stand in lines has to.
_NEAR, _FEW, _NO_WORSE = 0.4, 8, 0.05
# How much better a turned page must read, as the mean logarithm of a symbol's chance.
_LEAST_BETTER = 0.1
# Digits that upside down are digits as well: 66666 is a fine 99999.
_BOTH_WAYS, _UPSIDE_DOWN = frozenset("01689"), 180
# A symbol this likely is sure. Printed words are as much digits one way as another, so that they
# would turn a form over; what is written beside them is sure one way only.
_SURE = 0.95
# What a piece of writing that no digit was read in counts for, as a logarithm.
_UNREAD = -1.0


def sample_glyphs(lines: Sequence[GlyphLine]) -> list[Glyph]:
    """Glyphs from all over a page, in pieces that do not touch each other; few are enough."""
    glyphs = [glyph for line in lines for glyph in line.glyphs]
    if len(glyphs) <= _MOST_GLYPHS:
        return glyphs
    places = np.linspace(0, len(glyphs) - 1, _MOST_GLYPHS)
    return [glyphs[round(float(place))] for place in places]


def turn_glyph(glyph: Glyph, quarters: int) -> Glyph:
    """A glyph turned clockwise by quarters of a circle; it lies nowhere."""
    return Glyph(np.ascontiguousarray(np.rot90(glyph.ink, -quarters)), 0, 0)


def turn_page(ink: Ink, page: DecodedPage, quarters: int) -> tuple[Ink, DecodedPage]:
    """A page and its ink turned clockwise by quarters of a circle."""
    faint = None if ink.faint is None else np.ascontiguousarray(np.rot90(ink.faint, -quarters))
    turned = Ink(
        np.ascontiguousarray(np.rot90(ink.level, -quarters)),
        np.ascontiguousarray(np.rot90(ink.strokes, -quarters)),
        ink.bright,
        faint,
    )
    width, height = (page.width, page.height)[:: -1 if quarters % 2 else 1]
    return turned, DecodedPage(np.rot90(page.grey, -quarters), width, height)


def likelier_turns(answers: Sequence[Sequence[Answer]]) -> list[int]:
    """Quarters of a circle by which glyphs are likelier digits than as they are.

    Args:
        answers: of the digit network for the same glyphs turned by 0, 1, 2 and 3 quarters.

    Returns:
        1, 2 or 3, the likeliest first; none where the page may well be upright.
    """
    every = [[float(a.digits.max()) * (1 - a.no_digit) for a in turned] for turned in answers]
    chances = np.array(every)[:, np.max(every, axis=0, initial=0.0) >= _LEAST_VOTE]
    count = chances.shape[1]
    if count < LEAST_GLYPHS:
        return []
    means = np.log(np.maximum(chances, _LEAST)).mean(axis=1)
    best = int(means.argmax())
    if means[best] < _LEAST_MEAN:
        return []
    if means[best] - means[0] >= max(_LEAST_MEAN_GAIN, _LEAST_GAIN / count):
        near = [turn for turn in (1, 2, 3) if means[turn] >= max(means[best] - _NEAR, means[0])]
    else:
        few = count < _FEW
        near = [turn for turn in (1, 2, 3) if few and means[turn] >= means[0] - _NO_WORSE]
    return sorted(near, key=lambda turn: -means[turn])


def rate_page(page: Page) -> float:
    """How likely what was read on a page is: the mean logarithm for each symbol and each piece of
    writing that is left."""
    symbols = sum(len(line.symbols) for line in page.lines)
    total = sum(float(np.log(max(line.confidence, 1e-6))) for line in page.lines)
    pieces = symbols + len(page.unread)
    return (total + _UNREAD * len(page.unread)) / pieces if pieces else _UNREAD


def best_page(pages: Sequence[Page]) -> int:
    """The place of the likeliest of a page as it is, the first, and turned; else 0.

    None is taken on which less is sure than on the page as it is.
    """
    ratings = [-np.inf if _reads_both_ways(page) else rate_page(page) for page in pages]
    sure = [_count_sure(page) for page in pages]
    ratings = [
        rating if count >= sure[0] else -np.inf for rating, count in zip(ratings, sure, strict=True)
    ]
    ratings[0] = rate_page(pages[0])
    best = int(np.argmax(ratings))
    return best if ratings[best] >= ratings[0] + _LEAST_BETTER else 0


def _count_sure(page: Page) -> int:
    return sum(symbol.confidence >= _SURE for line in page.lines for symbol in line.symbols)


def _reads_both_ways(page: Page) -> bool:
    """Whether a page that was turned upside down has only digits that are digits either way."""
    symbols = {symbol.text for line in page.lines for symbol in line.symbols}
    return page.turned_deg == _UPSIDE_DOWN and symbols <= _BOTH_WAYS
