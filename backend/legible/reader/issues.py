"""What is odd about what was read, from measured facts, and what a person is to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from legible.reader.grey import GreyArray
from legible.reader.ink import MaskArray, percentile
from legible.reader.pattern import Pattern
from legible.reader.runs import Glyph
from legible.reader.types import Issue, IssueCode, Line, Page, Symbol

# Strokes that take less of the paper's light than this are faint. Half of the pencils in clinic
# log books take twice as much; a ballpoint takes five times as much.
_FAINT = 0.12
# In deeper shade than this, of 255, a few grey levels of noise would pass for contrast.
_DARKEST_PAPER = 24.0
# Pixels of a glyph that are strokes, as a share of its darkest; the paper beside it, as a share of
# its height; how light the paper is, as a percentile of the pixels there.
_INKED, _BESIDE, _PAPER_PERCENTILE = 0.5, 0.2, 80

Edge = Literal["top", "bottom", "left", "right"]

_MESSAGES: Mapping[IssueCode, str] = {
    IssueCode.FAINT: "The ink hardly stands out from the paper here. Compare this digit with the "
    "picture; a darker pen or more light would help.",
    IssueCode.CUT_OFF: "This digit touches the edge of the picture, so part of it may be missing. "
    "Compare it; a picture with some paper around the number would help.",
    IssueCode.TOUCHING: "Digits touch here and may have been parted wrongly. Compare them.",
    IssueCode.NOT_A_DIGIT: "This may not be a digit; the one given is only the closest. "
    "If it should be one, write it again more clearly.",
    IssueCode.LOW_CONFIDENCE: "This digit is uncertain. Compare it with the picture.",
    IssueCode.DISAGREEMENT: "Two networks read this differently. Compare it with the picture.",
    IssueCode.TOO_SMALL: "This digit is very small. A closer or sharper picture would help.",
    IssueCode.UNREAD: "Something here could not be read as a number and was left out. Compare it.",
    IssueCode.BLANK: "Nothing is written here, or it is too faint to see. If there should be a "
    "number, send a sharper picture with more light.",
}
_LINE_CUT = (
    "The edge of the picture runs through this line, so part of it may be missing. Compare it; a "
    "picture with some paper around the number would help."
)


@dataclass(frozen=True, slots=True)
class Paper:
    """The page that glyphs were cut out of: `grey` (H, W) uint8; `bright` ink is lighter."""

    grey: GreyArray
    bright: bool


def is_faint(glyph: Glyph, paper: Paper) -> bool:
    """Whether the strokes of a glyph hardly stand out from the paper around them."""
    high, wide = glyph.ink.shape
    beside = max(2, round(_BESIDE * high))
    top, left = max(0, glyph.top - beside), max(0, glyph.left - beside)
    around = paper.grey[top : glyph.bottom + beside, left : glyph.right + beside]
    light = (255 - around if paper.bright else around).astype(np.float32)
    inside = light[glyph.top - top :, glyph.left - left :][:high, :wide]
    strokes = inside[_strokes(glyph)]
    if strokes.size == 0:
        return False
    bare = max(percentile(light, _PAPER_PERCENTILE), _DARKEST_PAPER)
    return 1 - percentile(strokes, 50) / bare < _FAINT


def cut_edges(glyph: Glyph, paper: Paper) -> frozenset[Edge]:
    """The edges of the picture that strokes of a glyph run into."""
    high, wide = paper.grey.shape
    strokes = _strokes(glyph)
    reached: dict[Edge, bool] = {
        "top": glyph.top <= 0 and bool(strokes[0].any()),
        "bottom": glyph.bottom >= high and bool(strokes[-1].any()),
        "left": glyph.left <= 0 and bool(strokes[:, 0].any()),
        "right": glyph.right >= wide and bool(strokes[:, -1].any()),
    }
    return frozenset(edge for edge, cut in reached.items() if cut)


def is_line_cut(glyphs: Sequence[Glyph], paper: Paper) -> bool:
    """Whether an edge of the picture cuts through a line: two digits or more, and all reach it."""
    if len(glyphs) < 2:
        return False
    return bool(frozenset.intersection(*(cut_edges(glyph, paper) for glyph in glyphs)))


def _strokes(glyph: Glyph) -> MaskArray:
    strokes: MaskArray = glyph.ink > _INKED * float(glyph.ink.max(initial=0))
    return strokes


def list_issues(pages: Sequence[Page], pattern: Pattern | None) -> list[Issue]:
    """All issues of the pages of one file, in reading order; `blank` where there is nothing.

    Args:
        pages: at least one.
        pattern: what each line should look like; None = anything.
    """
    if not any(page.lines or page.unread for page in pages):
        return [Issue(IssueCode.BLANK, _MESSAGES[IssueCode.BLANK])]
    issues = []
    for number, page in enumerate(pages):
        for row, line in enumerate(page.lines):
            issues += [
                Issue(symbol.issue, _say(symbol.issue, symbol), number, row, place)
                for place, symbol in enumerate(line.symbols)
                if symbol.issue
            ]
            if line.issue:
                issues.append(Issue(line.issue, _say_of_line(line.issue, line), number, row))
            if pattern is not None and _breaks(line, pattern):
                issues.append(Issue(IssueCode.PATTERN, _say_broken(line, pattern), number, row))
        if page.unread:
            issues.append(Issue(IssueCode.UNREAD, _MESSAGES[IssueCode.UNREAD], number))
    return issues


def _say(code: IssueCode, symbol: Symbol) -> str:
    if code is not IssueCode.DISAGREEMENT or symbol.opinions is None:
        return _MESSAGES[code]
    return _say_texts(*symbol.opinions)


def _say_of_line(code: IssueCode, line: Line) -> str:
    if code is IssueCode.DISAGREEMENT and line.opinions is not None:
        return _say_texts(*line.opinions)
    return _LINE_CUT if code is IssueCode.CUT_OFF else _MESSAGES[code]


def _say_texts(by_line: str, by_digit: str) -> str:
    seen = by_line or "nothing"
    return (
        f"Two networks read this differently: one sees {seen}, the other {by_digit}. "
        "Compare it with the picture."
    )


def _breaks(line: Line, pattern: Pattern) -> bool:
    return line.instead_of is not None or not pattern.matches(line.text)


def _say_broken(line: Line, pattern: Pattern) -> str:
    if line.instead_of is not None:
        return (
            f"'{line.instead_of}' is likelier than '{line.text}', but is not of the form "
            f"{pattern.source} that was asked for. Compare the line."
        )
    return f"'{line.text}' is not of the form {pattern.source} that was asked for. Compare it."
