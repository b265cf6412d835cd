"""From probabilities to what a person is told."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from legible.reader.alone import Answer, RunReading, RunSymbol, read_alone
from legible.reader.interpret import Limits, interpret, interpret_page, part_words
from legible.reader.issues import Paper
from legible.reader.pattern import Pattern
from legible.reader.place import Placement
from legible.reader.runs import Glyph
from legible.reader.types import Page, Status

LIMITS = Limits(read=0.9, unreadable=0.4, no_digit=0.7)


def _glyph(left: int, width: int = 20, height: int = 30) -> Glyph:
    ink = np.zeros((height, width), np.float32)
    ink[2:-2, width // 2 - 2 : width // 2 + 2] = 1
    return Glyph(ink, left, 10)


def _page(
    lines: Sequence[Sequence[tuple[int, float]]],
    *,
    width: int = 20,
    height: int = 30,
    no_digit: float = 0.0,
) -> Page:
    """A page of digits with their confidences; the next two digits share the rest, 3 to 2."""
    runs = []
    for line in lines:
        answers = []
        for digit, confidence in line:
            row = np.zeros(10, np.float32)
            row[digit] = confidence
            row[(digit + 1) % 10] = 0.6 * (1 - confidence)
            row[(digit + 2) % 10] = 0.4 * (1 - confidence)
            answers.append(Answer(row, no_digit))
        glyphs = [_glyph(30 * place, width, height) for place, _ in enumerate(line)]
        runs.append([read_alone(glyphs, answers)])
    return interpret_page((600, 400), Placement(2.0, 2.0), runs, LIMITS)


def _run(
    text: str, confidence: float, *, each: float = 0.99, joined: bool = False, no_digit: float = 0.0
) -> RunReading:
    """What both networks read in a run: every symbol as likely as the others."""
    symbols = []
    for place, symbol in enumerate(text):
        chances = np.full(10, (1 - each) / 9)
        if symbol.isdigit():
            chances[int(symbol)] = each
        symbols.append(RunSymbol(_glyph(30 * place), symbol, each, chances, no_digit, joined))
    return RunReading(symbols, confidence, {}, ())


def test_interpret_page_puts_boxes_in_pixels_of_the_page() -> None:
    (line,) = _page([[(4, 1.0), (2, 0.99)]]).lines

    assert line.text == "42"
    assert line.symbols[1].box == (60, 20, 40, 60)
    assert line.box == (0, 20, 100, 60)
    assert line.confidence == pytest.approx(0.99)
    assert len(line.symbols[0].probabilities) == 10
    assert line.symbols[0].style.height_px == 52


def test_interpret_multiplies_the_chances_of_the_symbols() -> None:
    verdict = interpret([_page([[(1, 0.99), (2, 0.98)], [(3, 0.97)]])], LIMITS)

    assert verdict.text == "12\n3"
    assert verdict.confidence == pytest.approx(0.99 * 0.98 * 0.97)
    assert verdict.status is Status.READ


@pytest.mark.parametrize(
    ("confidences", "status"),
    [
        ([0.99], Status.READ),
        ([0.89], Status.REVIEW),
        ([0.39], Status.UNREADABLE),
        ([0.95, 0.94], Status.REVIEW),
        ([0.99, 0.99, 0.39], Status.REVIEW),
        ([0.99, 0.39], Status.UNREADABLE),
    ],
)
def test_interpret_judges_by_the_thresholds(confidences: list[float], status: Status) -> None:
    verdict = interpret([_page([[(7, each) for each in confidences]])], LIMITS)

    assert verdict.status is status


def test_interpret_calls_a_page_without_writing_blank() -> None:
    verdict = interpret([Page(10, 10, [])], LIMITS)

    assert (verdict.text, verdict.status, verdict.confidence) == ("", Status.BLANK, 1.0)
    assert verdict.issues[0].code == "blank"


def test_interpret_offers_the_likeliest_other_texts() -> None:
    verdict = interpret([_page([[(1, 0.7), (5, 0.95)]])], LIMITS)

    assert [(a.text, round(a.confidence, 4)) for a in verdict.alternatives] == [
        ("25", 0.171),
        ("35", 0.114),
        ("16", 0.021),
        ("17", 0.014),
    ]


def test_interpret_says_which_symbol_is_doubtful() -> None:
    first, second = _page([[(1, 0.99)]]), _page([[(2, 0.99), (3, 0.5)]])

    (issue,) = interpret([first, second], LIMITS).issues

    assert (issue.code, issue.page, issue.line, issue.symbol) == ("low_confidence", 1, 0, 1)
    assert second.lines[0].symbols[1].issue == "low_confidence"


def test_interpret_suspects_wide_glyphs_of_touching() -> None:
    verdict = interpret([_page([[(8, 0.99)]], width=60, height=30)], LIMITS)

    assert verdict.status is Status.REVIEW
    assert verdict.issues[0].code == "touching"
    assert verdict.confidence < 0.6


def test_interpret_warns_of_tiny_digits() -> None:
    verdict = interpret([_page([[(8, 0.99)]], width=4, height=7)], LIMITS)

    assert [issue.code for issue in verdict.issues] == ["too_small"]


def test_interpret_reports_a_line_that_breaks_the_pattern_and_changes_nothing() -> None:
    page = _page([[(1, 0.99), (2, 0.99)], [(3, 0.99)]])

    fits = interpret([page], LIMITS, Pattern.compile(r"\d{1,2}"))
    breaks = interpret([page], LIMITS, Pattern.compile(r"\d{2}"))

    assert fits.status is Status.READ
    assert breaks.status is Status.REVIEW
    assert breaks.text == "12\n3"
    assert [(issue.code, issue.line) for issue in breaks.issues] == [("pattern", 1)]


def test_interpret_says_what_is_no_digit_and_does_not_trust_it() -> None:
    letter = _page([[(1, 0.99)]], no_digit=0.8)
    verdict = interpret([_page([[(7, 0.99), (2, 0.99)]]), letter], LIMITS)

    (issue,) = verdict.issues
    assert (issue.code, issue.page, issue.symbol) == ("not_a_digit", 1, 0)
    assert "may not be a digit" in issue.message
    assert verdict.status is Status.REVIEW
    assert interpret([letter], LIMITS).status is Status.UNREADABLE


def test_interpret_counts_the_chance_of_no_digit_into_confidence() -> None:
    page = _page([[(1, 0.9)]], no_digit=0.1)

    (symbol,) = page.lines[0].symbols
    assert symbol.confidence == pytest.approx(0.81)
    assert sum(symbol.probabilities) == pytest.approx(1)
    (first, *_) = interpret([page], LIMITS).alternatives
    assert first.confidence == pytest.approx(0.9 * 0.06)


def test_interpret_rather_suspects_wide_glyphs_of_touching_than_of_no_digit() -> None:
    page = _page([[(1, 0.99)]], width=60, no_digit=0.9)

    assert page.lines[0].symbols[0].issue == "touching"


def test_interpret_page_takes_a_run_at_its_own_confidence() -> None:
    page = interpret_page(
        (600, 400), Placement(1.0, 1.0), [[_run("12", 0.95), _run("3", 0.9)]], LIMITS
    )

    assert page.lines[0].text == "123"
    assert page.lines[0].confidence == pytest.approx(0.95 * 0.9)


def test_interpret_says_where_digits_touch_only_if_that_leaves_a_doubt() -> None:
    sure = interpret_page(
        (600, 400), Placement(1.0, 1.0), [[_run("12", 0.95, joined=True)]], LIMITS
    )
    unsure = interpret_page(
        (600, 400), Placement(1.0, 1.0), [[_run("12", 0.7, joined=True)]], LIMITS
    )

    assert interpret([sure], LIMITS).status is Status.READ
    assert [issue.code for issue in interpret([unsure], LIMITS).issues] == ["touching", "touching"]


def test_interpret_offers_texts_of_another_length_with_what_is_left_of_the_chance() -> None:
    run = RunReading(_run("12", 0.8).symbols, 0.8, {"112": 0.5, "13": 0.1}, ())

    verdict = interpret([interpret_page((600, 400), Placement(1.0, 1.0), [[run]], LIMITS)], LIMITS)

    assert verdict.alternatives[0].text == "112"
    assert sum(each.confidence for each in verdict.alternatives) <= 0.2 + 1e-9


def test_interpret_counts_marks_as_symbols_that_are_no_digit() -> None:
    page = interpret_page((600, 400), Placement(1.0, 1.0), [[_run("1.5", 0.95)]], LIMITS)

    assert [symbol.text for symbol in page.lines[0].symbols] == ["1", ".", "5"]
    assert interpret([page], LIMITS).status is Status.READ


def test_interpret_calls_a_page_unreadable_of_which_nothing_could_be_read() -> None:
    nothing = RunReading([], 0.9, {}, [_glyph(50)])

    page = interpret_page((600, 400), Placement(2.0, 2.0), [[nothing]], LIMITS)
    verdict = interpret([page], LIMITS)

    assert page.unread == [(100, 20, 40, 60)]
    assert (verdict.text, verdict.status) == ("", Status.UNREADABLE)
    assert [issue.code for issue in verdict.issues] == ["unread"]


def test_interpret_asks_for_a_look_where_something_was_left_out() -> None:
    nothing = RunReading([], 0.9, {}, [_glyph(50)])

    page = interpret_page((600, 400), Placement(2.0, 2.0), [[_run("7", 0.99)], [nothing]], LIMITS)

    assert interpret([page], LIMITS).text == "7"
    assert interpret([page], LIMITS).status is Status.REVIEW


def test_interpret_never_hides_that_a_likelier_text_broke_the_pattern() -> None:
    run = RunReading(_run("12", 0.99).symbols, 0.99, {}, (), broken="1")

    page = interpret_page((600, 400), Placement(1.0, 1.0), [[run]], LIMITS)
    verdict = interpret([page], LIMITS, Pattern.compile(r"\d{2}"))

    assert (verdict.text, verdict.status) == ("12", Status.REVIEW)
    assert [issue.code for issue in verdict.issues] == ["pattern"]
    assert "'1' is likelier" in verdict.issues[0].message


def test_interpret_page_leaves_a_joined_word_beside_a_number_unread() -> None:
    word, number = _run("6262", 0.03, joined=True), _run("47", 0.99)

    page = interpret_page((600, 400), Placement(1.0, 1.0), [[word], [number]], LIMITS)
    alone = interpret_page((600, 400), Placement(1.0, 1.0), [[word]], LIMITS)

    assert [line.text for line in page.lines] == ["47"]
    assert len(page.unread) == 1
    assert interpret([page], LIMITS).status is Status.REVIEW
    assert [line.text for line in alone.lines] == ["6262"]


@pytest.mark.parametrize(
    ("page_px", "height_px", "told"),
    [
        ((400, 600), 30, True),
        ((400, 600), 12, False),  # a speck beside digits of 30
        ((60, 300), 30, False),  # a field cut out of a form: the border of its cell
    ],
)
def test_ink_as_high_as_the_digits_is_told_however_sure_the_text_is(
    page_px: tuple[int, int], height_px: int, told: bool
) -> None:
    run = replace(_run("472", 0.99), unread=(_glyph(200, height=height_px),))
    paper = Paper(np.full(page_px, 240, np.uint8), bright=False)
    size = (page_px[1], page_px[0])

    page = interpret_page(size, Placement(1.0, 1.0), [[run]], LIMITS, paper)

    assert page.lines[0].text == "472"
    assert page.unread == ([(200, 10, 20, 30)] if told else [])
    assert (interpret([page], LIMITS).status is Status.READ) != told


def test_words_are_parted_from_numbers_unless_nothing_else_is_there() -> None:
    word, number = _run("178", 0.02, joined=True), _run("472", 0.99)

    assert part_words([[word], [number]]) == ([[], [number]], [word])
    assert part_words([[word]]) == ([[word]], [])
