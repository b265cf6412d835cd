"""Drawings of a run for the line network, and what two of them say together."""

import math

import numpy as np
import pytest

from legible.reader.lattice import agree, decode_text
from legible.reader.line import LineConvention
from legible.reader.runs import Glyph, Run
from legible.reader.views import view, view_again
from tests.reader.examined import SYMBOLS, line_of

CONVENTION = LineConvention()


def _run(*, strip: bool, high: int = 64) -> Run:
    """Two bars in the middle rows of a picture with much paper above and below."""
    ink = np.zeros((high, 100), np.float32)
    ink[24:40, 20:26] = 1
    ink[24:40, 60:66] = 1
    glyphs = [Glyph(ink[24:40, left : left + 6], left, 24) for left in (20, 60)]
    return Run(ink, 0, 0, glyphs, strip=strip)


def _columns(line: np.ndarray) -> list[float]:
    """The middles of the bars in a drawing."""
    inked = np.flatnonzero((line > 0.5).any(axis=0))
    groups = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)
    return [float(group.mean()) + 0.5 for group in groups]


@pytest.mark.parametrize("strip", [False, True])
@pytest.mark.parametrize("again", [False, True])
def test_columns_of_a_drawing_are_those_of_the_run_by_its_scale(strip: bool, again: bool) -> None:
    seen = (view_again if again else view)(_run(strip=strip), CONVENTION)

    places = [(column - CONVENTION.margin_px) / seen.scale for column in _columns(seen.line)]
    assert places == pytest.approx([23, 63], abs=2)
    assert seen.line.shape[0] == CONVENTION.height_px
    assert seen.line.shape[1] % CONVENTION.step_px == 0


def test_a_strip_is_seen_larger_again_and_a_run_smaller() -> None:
    heights = {
        (strip, draw): int((draw(_run(strip=strip), CONVENTION).line > 0.5).any(axis=1).sum())
        for strip in (False, True)
        for draw in (view, view_again)
    }

    assert heights[True, view_again] > 2 * heights[True, view]
    assert heights[False, view_again] < heights[False, view]


@pytest.mark.parametrize("strip", [False, True])
def test_bare_paper_can_be_drawn_again(strip: bool) -> None:
    run = Run(np.zeros((20, 50), np.float32), 0, 0, [], strip=strip)

    assert not view_again(run, CONVENTION).line.any()


def test_one_view_says_what_decoding_it_says() -> None:
    line = line_of("1", {"4": 0.6, "9": 0.39}, "_")

    assert agree([line], SYMBOLS) == decode_text(line, SYMBOLS)


def test_views_that_doubt_different_texts_agree_on_the_one_both_allow() -> None:
    first = line_of({"1": 0.54, "7": 0.45}, "_", "2")
    second = line_of({"7": 0.7, "4": 0.29}, "_", "2", "_")

    (best, *_) = agree([first, second], SYMBOLS)

    assert best.text == "72"
    expected = (math.log(0.45) + math.log(0.7)) / 2
    assert best.log_probability == pytest.approx(expected, abs=0.01)


def test_sure_views_that_contradict_leave_much_doubt() -> None:
    (best, *_) = agree([line_of("1", "_", "2"), line_of("7", "_", "2")], SYMBOLS)

    assert best.log_probability < math.log(0.1)


def test_a_text_too_long_for_one_view_is_left_to_the_other() -> None:
    wide = line_of("1", "_", "1", "_", "1")
    (best, *_) = agree([wide, line_of("1")], SYMBOLS)

    assert best.text == "1"
    assert math.isfinite(best.log_probability)
