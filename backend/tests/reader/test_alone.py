"""Glyphs read one by one: what is doubted counts half."""

import numpy as np
import pytest

from legible.reader.alone import NOTHING, Answer, is_wide, read_alone
from legible.reader.runs import Glyph


def _glyph(width: int, height: int = 40, left: int = 0) -> Glyph:
    return Glyph(np.ones((height, width), np.float32), left, 0)


def _answer(digit: int, chance: float = 0.9, no_digit: float = 0.0) -> Answer:
    row = np.full(10, (1 - chance) / 9, np.float32)
    row[digit] = chance
    return Answer(row, no_digit)


@pytest.mark.parametrize(
    ("width", "height", "typical", "wide"),
    [
        (30, 40, np.inf, False),
        (48, 40, np.inf, False),
        (49, 40, np.inf, True),
        (90, 40, np.inf, True),
        (49, 40, 60.0, True),  # so wide for its height, its neighbours excuse nothing
        (43, 40, np.inf, False),
        (43, 40, 26.0, True),  # against narrow neighbours less will do
        (43, 40, 27.0, False),
        (42, 40, 10.0, False),  # but not a glyph that is hardly wider than high
        (1, 40, 0.0, False),
        (1, 1, np.inf, False),
    ],
)
def test_is_wide_weighs_the_width_against_the_height_and_the_neighbours(
    width: int, height: int, typical: float, wide: bool
) -> None:
    assert is_wide(_glyph(width, height), typical) is wide


def test_read_alone_gives_a_digit_for_each_glyph() -> None:
    glyphs = [_glyph(20), _glyph(20, left=30), _glyph(20, left=60)]

    reading = read_alone(glyphs, [_answer(4), _answer(0, 0.8), _answer(7, 0.95)])

    assert reading.text == "407"
    assert [symbol.glyph for symbol in reading.symbols] == glyphs
    assert [symbol.confidence for symbol in reading.symbols] == pytest.approx([0.9, 0.8, 0.95])
    assert reading.confidence == pytest.approx(0.9 * 0.8 * 0.95)
    assert (dict(reading.others), list(reading.unread), reading.broken) == ({}, [], None)


def test_read_alone_gives_the_ten_probabilities_as_they_are() -> None:
    answer = _answer(3, 0.7, no_digit=0.2)

    (symbol,) = read_alone([_glyph(90)], [answer], doubted=True).symbols

    np.testing.assert_array_equal(symbol.probabilities, answer.digits)
    assert symbol.no_digit == 0.2


def test_a_chance_of_no_digit_lowers_the_confidence() -> None:
    (symbol,) = read_alone([_glyph(20)], [_answer(3, 0.9, no_digit=0.25)]).symbols

    assert symbol.confidence == pytest.approx(0.9 * 0.75)
    assert read_alone([_glyph(20)], [NOTHING]).confidence == 0


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("doubted", [False, True])
def test_a_chance_is_halved_once_where_a_glyph_is_wide_or_doubted(
    wide: bool, doubted: bool
) -> None:
    reading = read_alone([_glyph(60 if wide else 20)], [_answer(8)], doubted=doubted)

    assert reading.text == "8"
    assert reading.confidence == pytest.approx(0.45 if wide or doubted else 0.9)
    assert reading.symbols[0].joined is wide


def test_only_the_wide_glyph_of_a_line_is_taken_for_several_digits() -> None:
    glyphs = [_glyph(20), _glyph(43), _glyph(20)]

    reading = read_alone(glyphs, [_answer(1), _answer(2), _answer(3)])

    assert [symbol.joined for symbol in reading.symbols] == [False, True, False]
    assert reading.confidence == pytest.approx(0.9 * 0.45 * 0.9)
    assert not read_alone([_glyph(43)], [_answer(2)]).symbols[0].joined


def test_every_glyph_of_a_doubted_line_counts_half() -> None:
    reading = read_alone([_glyph(20), _glyph(20)], [_answer(1), _answer(2)], doubted=True)

    assert reading.confidence == pytest.approx(0.45 * 0.45)
