"""Probabilities to texts, confidences, statuses, and what a person should know."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from legible.reader.alone import RunReading, RunSymbol
from legible.reader.issues import Paper, cut_edges, is_faint, is_line_cut, list_issues
from legible.reader.pattern import Pattern
from legible.reader.place import Placement
from legible.reader.runs import Glyph
from legible.reader.strip import is_strip
from legible.reader.style import describe, describe_line
from legible.reader.types import (
    Alternative,
    Box,
    Issue,
    IssueCode,
    Line,
    Page,
    Status,
    Symbol,
)

_MAX_ALTERNATIVES = 5
_LEAST_ALTERNATIVE = 0.001
# Below this height on the page a digit has too few pixels to be told from another.
_LEAST_HEIGHT_PX = 8
# A run of at least so many symbols whose text is likelier wrong than this is a word, if it is
# joined, and if there are other runs on the page.
_WORD, _LEAST_WORD = 0.1, 3
# Ink this high against the digits of its run may be one.
_AS_HIGH = 0.7


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
    place: Placement,
    lines: Sequence[Sequence[RunReading]],
    limits: Limits,
    paper: Paper | None = None,
) -> Page:
    """Put what was read where it is written.

    Args:
        size: width and height of the upright page in pixels.
        place: from pixels of the glyphs to pixels of the page.
        lines: of each line its runs, left to right.
        limits: from the network's manifest.
        paper: where it was written, to see what is faint or cut off; None: not looked at.

    Returns:
        The page with texts, boxes in page pixels, confidences and styles; lines without a symbol
        are left out.
    """
    found = []
    lines, words = part_words(lines)
    # In a strip ink as high as the digits is the border of its cell: of 442 cells, 21 fewer would
    # be read, none of them wrong.
    whole = paper is not None and not is_strip(paper.grey.shape, len(lines))
    for runs in lines:
        symbols = [_symbol(each, run, place, limits, paper) for run in runs for each in run.symbols]
        if symbols:
            found.append(_mark(_join(symbols, runs), runs, limits, paper))
    unread = [
        place.box_of(glyph)
        for runs in lines
        for run in runs
        for glyph in run.unread
        if not run.symbols or run.confidence < limits.read or (whole and _is_as_high(glyph, run))
    ]
    unread += [_join_boxes([place.box_of(each.glyph) for each in run.symbols]) for run in words]
    return Page(size[0], size[1], found, unread)


def part_words(
    lines: Sequence[Sequence[RunReading]],
) -> tuple[list[list[RunReading]], list[RunReading]]:
    """The runs of each line that are no words, and the words.

    Where nothing else is left, all runs stay: nothing tells then that words were not asked for.
    """
    kept = [[run for run in runs if not _is_word(run)] for runs in lines]
    if not any(kept):
        return [list(runs) for runs in lines], []
    return kept, [run for runs in lines for run in runs if _is_word(run)]


def _is_as_high(glyph: Glyph, run: RunReading) -> bool:
    """Whether ink that no symbol has could be another digit of a run."""
    digits = [each.glyph.ink.shape[0] for each in run.symbols if each.text.isdigit()]
    return bool(digits) and glyph.ink.shape[0] >= _AS_HIGH * statistics.median(digits)


def _is_word(run: RunReading) -> bool:
    """Whether a run is rather joined letters: hardly any text fits, and most had to be cut."""
    joined = sum(symbol.joined for symbol in run.symbols)
    return (
        run.confidence < _WORD
        and len(run.symbols) >= _LEAST_WORD
        and joined * 2 >= len(run.symbols)
    )


def _join_boxes(boxes: Sequence[Box]) -> Box:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return (left, top, right - left, bottom - top)


def _symbol(
    read: RunSymbol, run: RunReading, place: Placement, limits: Limits, paper: Paper | None
) -> Symbol:
    symbol = Symbol(
        text=read.text,
        confidence=read.confidence,
        box=place.box_of(read.glyph),
        probabilities=tuple(read.probabilities.astype(float).tolist()),
        style=describe(read.glyph.ink, place.scale_y),
        opinions=read.opinions,
    )
    if symbol.style.height_px < _LEAST_HEIGHT_PX and symbol.text.isdigit():
        return replace(symbol, issue=IssueCode.TOO_SMALL)
    # Where the networks are sure, what is odd does no harm: of 446 texts that were read, 46 had a
    # digit at the edge, 14 one that the networks differ on and 4 a faint one, and 1 was wrong.
    # But a lone letter looks as sure as a digit: of 211 lone digits of real people that were read,
    # none is doubted here, of 18 Greek letters 5.
    lone = len(run.symbols) == 1 and read.no_digit > limits.no_digit
    if not lone and run.confidence >= limits.read and symbol.confidence >= limits.read:
        return symbol
    seen_on = paper if symbol.text.isdigit() else None  # a mark is cut out of what is around it
    return replace(symbol, issue=_find_issue(symbol, read, limits, seen_on))


def _find_issue(
    symbol: Symbol, read: RunSymbol, limits: Limits, paper: Paper | None
) -> IssueCode | None:
    """Why a symbol is in doubt; what explains most comes first."""
    # Digits that touch look like no digit as well, and where one was cut out of others, neither
    # its edges nor the digit network's answer say much.
    if read.joined:
        return IssueCode.TOUCHING
    if paper is not None and cut_edges(read.glyph, paper):
        return IssueCode.CUT_OFF
    if read.opinions is not None:
        return IssueCode.DISAGREEMENT
    if read.no_digit > limits.no_digit:
        return IssueCode.NOT_A_DIGIT
    if paper is not None and is_faint(read.glyph, paper):
        return IssueCode.FAINT
    return IssueCode.LOW_CONFIDENCE if symbol.confidence < limits.read else None


def _join(symbols: Sequence[Symbol], runs: Sequence[RunReading]) -> Line:
    confidence = float(np.prod([run.confidence for run in runs]))
    return Line(
        text="".join(symbol.text for symbol in symbols),
        confidence=confidence,
        box=_join_boxes([symbol.box for symbol in symbols]),
        symbols=symbols,
        alternatives=_line_alternatives(symbols, confidence, runs),
        style=describe_line([symbol.style for symbol in symbols]),
        instead_of=runs[0].broken if len(runs) == 1 else None,
    )


def _mark(line: Line, runs: Sequence[RunReading], limits: Limits, paper: Paper | None) -> Line:
    """A line with what is odd about it as a whole, where its symbols do not say so already."""
    digits = [each.glyph for run in runs for each in run.symbols if each.text.isdigit()]
    told = any(symbol.issue is IssueCode.CUT_OFF for symbol in line.symbols)
    # Said of sure lines too: the networks cannot know what a picture has lost. 1 of 446 texts that
    # were read has it.
    if paper is not None and not told and is_line_cut(digits, paper):
        return replace(line, issue=IssueCode.CUT_OFF)
    for run in runs:
        if run.opinions is not None and run.confidence < limits.read:
            return replace(line, issue=IssueCode.DISAGREEMENT, opinions=run.opinions)
    return line


def _line_alternatives(
    symbols: Sequence[Symbol], confidence: float, runs: Sequence[RunReading]
) -> list[Alternative]:
    """The likeliest other texts of a line: one symbol is another, or there are more or fewer.

    Their chances are what is left of the line's, at most.
    """
    text = "".join(symbol.text for symbol in symbols)
    ratios: list[tuple[float, int, str]] = []  # against the text; what stands where instead
    for place, symbol in enumerate(symbols):
        if symbol.text.isdigit():
            chance = max(symbol.probabilities[int(symbol.text)], 1e-9)
            ratios += [
                (probability / chance, place, str(digit))
                for digit, probability in enumerate(symbol.probabilities)
                if str(digit) != symbol.text
            ]
    if len(runs) == 1:
        others = runs[0].others.items()
        ratios += [
            (ratio, -1, other) for other, ratio in others if len(other) not in (0, len(text))
        ]
    total = confidence * sum(ratio for ratio, _, _ in ratios)
    scale = confidence * min(1.0, (1 - confidence) / total) if total > 0 else 0.0
    likeliest = sorted(ratios, key=lambda each: -each[0])[:_MAX_ALTERNATIVES]
    return [
        Alternative(
            other if place < 0 else f"{text[:place]}{other}{text[place + 1 :]}", ratio * scale
        )
        for ratio, place, other in likeliest
        if ratio * scale >= _LEAST_ALTERNATIVE
    ]


def interpret(pages: Sequence[Page], limits: Limits, pattern: Pattern | None = None) -> Verdict:
    """Sum up the pages of one file.

    Args:
        pages: at least one.
        limits: from the network's manifest.
        pattern: what each line should look like. A line that does not, or that does only because
            a likelier text was passed over, is reported and makes the reading one to review.

    Returns:
        The verdict. A file without writing is `blank` with an empty text and confidence 1.
    """
    lines = list(chain.from_iterable(page.lines for page in pages))
    issues = list_issues(pages, pattern)
    if not lines:
        if any(page.unread for page in pages):
            return Verdict("", Status.UNREADABLE, 0.0, [], issues)
        return Verdict("", Status.BLANK, 1.0, [], issues)
    symbols = list(chain.from_iterable(line.symbols for line in lines))
    confidence = float(np.prod([line.confidence for line in lines]))
    hopeless = sum(symbol.confidence < limits.unreadable for symbol in symbols)
    if hopeless * 2 >= len(symbols):
        status = Status.UNREADABLE
    elif confidence < limits.read or any(map(_decides, issues)):
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


def _decides(issue: Issue) -> bool:
    """Whether an issue makes a reading one to review.

    Networks that differ on how many digits a line has only explain. A line that an edge runs
    through may be sure and wrong: half a 0 is a fine 1.
    """
    always = {IssueCode.PATTERN, IssueCode.UNREAD, IssueCode.CUT_OFF}
    return issue.symbol is not None or issue.code in always


def _find_alternatives(lines: Sequence[Line], confidence: float) -> list[Alternative]:
    """The likeliest other texts in which a single line is another."""
    found = [
        (confidence * other.confidence / max(line.confidence, 1e-9), row, other.text)
        for row, line in enumerate(lines)
        for other in line.alternatives
    ]
    texts = [line.text for line in lines]
    return [
        Alternative("\n".join([*texts[:row], other, *texts[row + 1 :]]), likelihood)
        for likelihood, row, other in sorted(found, reverse=True)[:_MAX_ALTERNATIVES]
        if likelihood >= _LEAST_ALTERNATIVE
    ]
