"""Probabilities to texts, confidences, statuses, and what a person should know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from legible.reader.digit import Answers
from legible.reader.layout import GlyphLine
from legible.reader.pattern import Pattern
from legible.reader.style import describe
from legible.reader.types import Alternative, Box, Issue, Line, Page, Status, Symbol

_MAX_ALTERNATIVES = 5
_LEAST_ALTERNATIVE = 0.001
# Below this height on the page a digit has too few pixels to be told from another.
_LEAST_HEIGHT_PX = 8
# A glyph so wide for its height is rather several digits that touch: 3 in 1,000 single digits of
# real people are. In a line it need not be so wide, if it is against the others.
_MOST_ASPECT, _MOST_ASPECT_IN_LINE, _MOST_WIDTH = 1.2, 1.05, 1.6
# The network only knows single digits and is sure of some in any glyph. Whether a wide one is one
# digit at all is not measured yet, so it counts as a coin's toss.
_SINGLE_IF_WIDE = 0.5

_MESSAGES = {
    "low_confidence": "This digit is uncertain. Compare it with the picture.",
    "touching": "This looks like digits that touch; they are read as one. Compare it.",
    "not_a_digit": "This may not be a digit; the one given is only the closest. "
    "If it should be one, write it again more clearly.",
    "too_small": "This digit is very small. A closer or sharper picture would help.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Least calibrated confidence of a text that is `read`, of a symbol that is not hopeless.

    `no_digit`: the probability of being none up to which a glyph passes without asking a person.
    """

    read: float
    unreadable: float
    no_digit: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the pages say together."""

    text: str
    status: Status
    confidence: float
    alternatives: Sequence[Alternative]
    issues: Sequence[Issue]


def interpret_page(
    size: tuple[int, int],
    scale: tuple[float, float],
    lines: Sequence[GlyphLine],
    answers: Answers,
    limits: Limits,
) -> Page:
    """Put the network's answers where the glyphs are.

    Args:
        size: width and height of the upright page in pixels.
        scale: pixels of the page for one pixel of the glyphs, along x and y.
        lines: the page's glyphs.
        answers: the network's, one for each glyph in order.
        limits: from the network's manifest.

    Returns:
        The page with texts, boxes in page pixels, confidences and styles.
    """
    rows = zip(answers.digits, answers.no_digit, strict=True)
    found = []
    for line in lines:
        widths = [glyph.ink.shape[1] for glyph in line.glyphs]
        typical = float(np.median(widths)) if len(widths) >= 2 else np.inf
        symbols = []
        for glyph in line.glyphs:
            row, none = next(rows)
            best = int(row.argmax())
            height, width = glyph.ink.shape
            wide = width > _MOST_ASPECT * height or (
                width > _MOST_ASPECT_IN_LINE * height and width > _MOST_WIDTH * typical
            )
            symbol = Symbol(
                text=str(best),
                # That it is one digit at all, and this one.
                confidence=float(row[best] * (1 - none)) * (_SINGLE_IF_WIDE if wide else 1),
                box=_box(glyph.left, glyph.top, width, height, scale),
                probabilities=tuple(row.astype(float).tolist()),
                style=describe(glyph.ink, scale[1]),
            )
            refused = bool(none > limits.no_digit)
            symbols.append(replace(symbol, issue=_find_issue(symbol, wide, refused, limits)))
        found.append(_join(symbols))
    return Page(size[0], size[1], found)


def _box(left: int, top: int, width: int, height: int, scale: tuple[float, float]) -> Box:
    x, y = round(left * scale[0]), round(top * scale[1])
    return (x, y, max(1, round(width * scale[0])), max(1, round(height * scale[1])))


def _find_issue(symbol: Symbol, wide: bool, refused: bool, limits: Limits) -> str | None:
    # What explains most comes first: digits that touch, and specks, look like no digit as well.
    if wide:
        return "touching"
    if symbol.style.height_px < _LEAST_HEIGHT_PX:
        return "too_small"
    if refused:
        return "not_a_digit"
    return "low_confidence" if symbol.confidence < limits.read else None


def _join(symbols: Sequence[Symbol]) -> Line:
    left = min(symbol.box[0] for symbol in symbols)
    top = min(symbol.box[1] for symbol in symbols)
    right = max(symbol.box[0] + symbol.box[2] for symbol in symbols)
    bottom = max(symbol.box[1] + symbol.box[3] for symbol in symbols)
    return Line(
        text="".join(symbol.text for symbol in symbols),
        confidence=_product(symbols),
        box=(left, top, right - left, bottom - top),
        symbols=symbols,
    )


def _product(symbols: Sequence[Symbol]) -> float:
    """Symbols are read apart from each other, so their chances multiply."""
    return float(np.prod([symbol.confidence for symbol in symbols]))


def interpret(pages: Sequence[Page], limits: Limits, pattern: Pattern | None = None) -> Verdict:
    """Sum up the pages of one file.

    Args:
        pages: at least one.
        limits: from the network's manifest.
        pattern: what each line should look like. A line that does not is reported and makes the
            reading one to review; it is never changed to fit.

    Returns:
        The verdict. A file without writing is `blank` with an empty text and confidence 1.
    """
    lines = list(chain.from_iterable(page.lines for page in pages))
    if not lines:
        return Verdict("", Status.BLANK, 1.0, [], [_blank_issue()])
    symbols = list(chain.from_iterable(line.symbols for line in lines))
    confidence = _product(symbols)
    issues = [*_symbol_issues(pages), *_pattern_issues(pages, pattern)]
    hopeless = sum(symbol.confidence < limits.unreadable for symbol in symbols)
    if hopeless * 2 >= len(symbols):
        status = Status.UNREADABLE
    elif confidence < limits.read or issues:
        status = Status.REVIEW
    else:
        status = Status.READ
    return Verdict(
        text="\n".join(line.text for line in lines),
        status=status,
        confidence=confidence,
        alternatives=_find_alternatives(lines, confidence),
        issues=issues,
    )


def _blank_issue() -> Issue:
    return Issue(
        "blank",
        "Nothing is written here, or it is too faint to see. If there should be a number, send "
        "a sharper picture with more light.",
    )


def _symbol_issues(pages: Sequence[Page]) -> list[Issue]:
    return [
        Issue(symbol.issue, _MESSAGES[symbol.issue], page_index, line_index, symbol_index)
        for page_index, page in enumerate(pages)
        for line_index, line in enumerate(page.lines)
        for symbol_index, symbol in enumerate(line.symbols)
        if symbol.issue
    ]


def _pattern_issues(pages: Sequence[Page], pattern: Pattern | None) -> list[Issue]:
    if pattern is None:
        return []
    return [
        Issue(
            "pattern",
            f"'{line.text}' is not of the form {pattern.source} that was asked for.",
            page_index,
            line_index,
        )
        for page_index, page in enumerate(pages)
        for line_index, line in enumerate(page.lines)
        if not pattern.matches(line.text)
    ]


def _find_alternatives(lines: Sequence[Line], confidence: float) -> list[Alternative]:
    """The likeliest other texts in which a single symbol is another."""
    texts = [[symbol.text for symbol in line.symbols] for line in lines]
    found = []
    for row, line in enumerate(lines):
        for column, symbol in enumerate(line.symbols):
            for digit, probability in enumerate(symbol.probabilities):
                likelihood = confidence * probability / symbol.probabilities[int(symbol.text)]
                if str(digit) != symbol.text and likelihood >= _LEAST_ALTERNATIVE:
                    found.append((likelihood, row, column, str(digit)))
    alternatives = []
    for likelihood, row, column, other in sorted(found, reverse=True)[:_MAX_ALTERNATIVES]:
        changed = [list(text) for text in texts]
        changed[row][column] = other
        alternatives.append(Alternative("\n".join("".join(text) for text in changed), likelihood))
    return alternatives
