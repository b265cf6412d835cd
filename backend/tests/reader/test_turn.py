"""Which way up a page is taken to be."""

import numpy as np
import pytest

from legible.reader.alone import Answer
from legible.reader.turn import best_page, likelier_turns
from legible.reader.types import Line, Page, Style, Symbol


def _page(text: str, confidence: float, turned_deg: int = 0) -> Page:
    symbols = tuple(
        Symbol(digit, confidence, (0, 0, 9, 9), (0.1,) * 10, Style(None, 2.0, 9)) for digit in text
    )
    return Page(90, 90, (Line(text, confidence, (0, 0, 90, 9), symbols),), turned_deg=turned_deg)


@pytest.mark.parametrize(
    ("turned", "chosen"),
    [
        (_page("471", 0.9, 90), 1),
        (_page("471", 0.9, 180), 1),
        # No likelier than it was.
        (_page("471", 0.2, 90), 0),
        # What is a number either way up says nothing of which is right.
        (_page("99189", 0.9, 180), 0),
        (_page("99189", 0.9, 270), 1),
    ],
)
def test_the_clearly_likelier_way_up_is_taken(turned: Page, chosen: int) -> None:
    assert best_page([_page("68166", 0.2), turned]) == chosen


def _answers(*chances: float) -> list[Answer]:
    """The digit network's answers for glyphs that are digits with these chances."""
    return [Answer(np.full(10, chance, np.float32), 0.0) for chance in chances]


@pytest.mark.parametrize("touching", [0, 4])
def test_glyphs_that_are_no_digit_whichever_way_have_no_vote(touching: int) -> None:
    blots = [0.05] * touching
    turned = [_answers(*row, *blots) for row in ([0.2] * 6, [0.95] * 6, [0.3] * 6, [0.1] * 6)]

    assert likelier_turns(turned) == [1]


def test_a_page_without_digits_is_not_turned() -> None:
    assert likelier_turns([_answers(*[chance] * 8) for chance in (0.1, 0.4, 0.2, 0.1)]) == []
    assert likelier_turns([[], [], [], []]) == []
