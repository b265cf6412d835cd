"""What is said to be odd of drawn pictures; what the networks say of them is made up."""

import numpy as np
import pytest

from legible.reader.alone import RunReading, RunSymbol
from legible.reader.ink import find_ink
from legible.reader.interpret import Limits, Verdict, interpret, interpret_page
from legible.reader.issues import Paper, cut_edges, is_faint
from legible.reader.layout import find_lines
from legible.reader.pattern import Pattern
from legible.reader.place import Placement
from legible.reader.runs import Glyph
from legible.reader.types import IssueCode, Status
from tests.images import Grey, add_grain, draw_text

LIMITS = Limits(read=0.9, unreadable=0.4, no_digit=0.3)
PAGE = draw_text("407")


def _glyphs(page: Grey) -> tuple[list[Glyph], Paper]:
    ink = find_ink(page)
    (line,) = find_lines(ink)
    return list(line.glyphs), Paper(page, ink.bright)


def _lighten(page: Grey, contrast: float) -> Grey:
    """Ink that takes such a share of the paper's light."""
    ink = (240 - page.astype(float)) / 210
    return np.rint(240 * (1 - contrast * ink)).astype(np.uint8)


def _judge(
    page: Grey,
    *,
    confidence: float = 0.7,
    no_digit: float = 0.0,
    joined: bool = False,
    opinions: tuple[str, str] | None = None,
    line_opinions: tuple[str, str] | None = None,
    pattern: str | None = None,
) -> Verdict:
    """What is said of a drawn page whose digits are each read as 7, as sure as the line is."""
    glyphs, paper = _glyphs(page)
    row = np.full(10, (1 - confidence) / 9)
    row[7] = confidence
    symbols = [
        RunSymbol(glyph, "7", confidence, row, no_digit, joined, opinions) for glyph in glyphs
    ]
    run = RunReading(symbols, confidence, {}, (), opinions=line_opinions)
    height, width = page.shape
    read = interpret_page((width, height), Placement(1.0, 1.0), [[run]], LIMITS, paper)
    return interpret([read], LIMITS, Pattern.compile(pattern) if pattern else None)


def _codes(verdict: Verdict) -> list[tuple[IssueCode, int | None]]:
    return [(issue.code, issue.symbol) for issue in verdict.issues]


@pytest.mark.parametrize("contrast", [0.08, 0.1])
@pytest.mark.parametrize("turned", [False, True])
def test_ink_that_hardly_stands_out_is_faint(contrast: float, turned: bool) -> None:
    page = add_grain(_lighten(PAGE, contrast), 1)
    # Light ink on dark paper is as faint where it adds that share to what is missing there.
    glyphs, paper = _glyphs(255 - page if turned else page)

    assert len(glyphs) == 3
    assert all(is_faint(glyph, paper) for glyph in glyphs)


@pytest.mark.parametrize("contrast", [0.15, 0.3, 0.9])
@pytest.mark.parametrize("paper_grey", [240, 110])
def test_ink_that_stands_out_is_not_faint_on_any_paper(contrast: float, paper_grey: int) -> None:
    page = np.rint(_lighten(PAGE, contrast) * (paper_grey / 240)).astype(np.uint8)
    glyphs, paper = _glyphs(page)

    assert not any(is_faint(glyph, paper) for glyph in glyphs)


@pytest.mark.parametrize(
    ("crop", "edge"),
    [
        ((slice(70, None), slice(None)), "top"),
        ((slice(0, 110), slice(None)), "bottom"),
        ((slice(None), slice(70, None)), "left"),
        ((slice(None), slice(0, -70)), "right"),
    ],
)
def test_a_glyph_is_cut_at_the_edges_that_it_runs_into(
    crop: tuple[slice, slice], edge: str
) -> None:
    glyphs, paper = _glyphs(np.ascontiguousarray(draw_text("0")[crop]))

    assert [cut_edges(glyph, paper) for glyph in glyphs] == [frozenset({edge})]


def test_a_glyph_with_paper_around_it_is_not_cut() -> None:
    glyphs, paper = _glyphs(PAGE)

    assert not any(cut_edges(glyph, paper) for glyph in glyphs)


def test_nothing_odd_is_said_of_what_is_sure() -> None:
    faint = _judge(_lighten(PAGE, 0.1), confidence=0.95, opinions=("7", "1"))

    assert (faint.status, faint.issues) == (Status.READ, [])


def test_a_doubtful_digit_is_said_to_be_faint() -> None:
    verdict = _judge(_lighten(draw_text("7"), 0.1))

    assert _codes(verdict) == [(IssueCode.FAINT, 0)]
    assert "darker pen or more light" in verdict.issues[0].message


def test_a_doubtful_digit_is_said_to_be_cut_off() -> None:
    verdict = _judge(draw_text("7")[80:])

    assert _codes(verdict) == [(IssueCode.CUT_OFF, 0)]
    assert "touches the edge" in verdict.issues[0].message


def test_a_doubtful_digit_that_the_networks_differ_on_is_told_with_both_answers() -> None:
    verdict = _judge(draw_text("7"), opinions=("7", "1"))

    assert _codes(verdict) == [(IssueCode.DISAGREEMENT, 0)]
    assert "one sees 7, the other 1" in verdict.issues[0].message


@pytest.mark.parametrize(("by_line", "said"), [("77", "one sees 77"), ("", "one sees nothing")])
def test_networks_that_differ_on_how_many_there_are_are_told_of_the_line(
    by_line: str, said: str
) -> None:
    verdict = _judge(draw_text("7"), line_opinions=(by_line, "4"))

    assert _codes(verdict) == [(IssueCode.LOW_CONFIDENCE, 0), (IssueCode.DISAGREEMENT, None)]
    assert f"{said}, the other 4." in verdict.issues[1].message


def test_what_explains_most_is_said_of_a_doubtful_digit() -> None:
    page = _lighten(draw_text("7"), 0.1)

    assert _codes(_judge(page, no_digit=0.5)) == [(IssueCode.NOT_A_DIGIT, 0)]
    assert _codes(_judge(page, joined=True, no_digit=0.5)) == [(IssueCode.TOUCHING, 0)]
    assert _codes(_judge(draw_text("7"))) == [(IssueCode.LOW_CONFIDENCE, 0)]
    tiny = draw_text("7", height_px=6, pen_px=1, margin_px=9)
    assert _codes(_judge(tiny, confidence=0.99)) == [(IssueCode.TOO_SMALL, 0)]


def test_a_lone_symbol_that_may_be_no_digit_is_doubted_however_sure_it_looks() -> None:
    lone = _judge(draw_text("7"), confidence=0.99, no_digit=0.5)

    assert (lone.status, _codes(lone)) == (Status.REVIEW, [(IssueCode.NOT_A_DIGIT, 0)])
    assert _judge(PAGE, confidence=0.99, no_digit=0.5).status is Status.READ


def test_a_line_that_the_edge_runs_through_is_told_and_to_be_looked_at() -> None:
    cut = PAGE[:120]

    sure, doubtful = _judge(cut, confidence=0.95), _judge(cut)

    assert (sure.status, _codes(sure)) == (Status.REVIEW, [(IssueCode.CUT_OFF, None)])
    assert "runs through this line" in sure.issues[0].message
    assert doubtful.status is Status.REVIEW
    assert _codes(doubtful) == [(IssueCode.CUT_OFF, place) for place in range(3)]


def test_a_line_of_which_one_digit_reaches_the_edge_is_not_called_cut() -> None:
    page = np.ascontiguousarray(PAGE[:, 70:])

    assert _judge(page, confidence=0.95).issues == []


def test_a_broken_pattern_is_told_of_the_line() -> None:
    verdict = _judge(PAGE, confidence=0.95, pattern=r"\d{2}")

    assert (verdict.status, _codes(verdict)) == (Status.REVIEW, [(IssueCode.PATTERN, None)])
    assert verdict.issues[0].message.endswith("Compare it.")
