"""By how much a page lies askew, and its ink straight."""

import cv2
import numpy as np
import pytest

from legible.reader.ink import find_ink
from legible.reader.layout import find_lines
from legible.reader.place import Placement
from legible.reader.skew import find_skew, straighten
from tests.images import Grey, draw_text, rule, turn_by

PAGE = draw_text("4711083\n6520914\n3348207", height_px=60, pen_px=5, margin_px=80)


@pytest.mark.parametrize("degrees", [-10, -5, 3, 7, 10])
@pytest.mark.parametrize("paper", ["plain", "ruled", "squared"])
def test_find_skew_measures_the_angle_of_lines(degrees: float, paper: str) -> None:
    page = PAGE if paper == "plain" else rule(PAGE, 34, squared=paper == "squared", level=70)

    # Lines that fall towards the right were turned clockwise.
    assert find_skew(find_ink(turn_by(page, degrees)).strokes) == pytest.approx(-degrees, abs=0.8)


@pytest.mark.parametrize("text", ["4711083\n6520914", "1\n2\n3\n4\n5", "7", "407"])
def test_find_skew_leaves_upright_pages_alone(text: str) -> None:
    assert find_skew(find_ink(draw_text(text)).strokes) == 0


def test_find_skew_of_a_blank_page_is_none() -> None:
    assert find_skew(np.zeros((300, 200), np.bool_)) == 0


def test_straighten_of_an_upright_page_is_the_page() -> None:
    ink = find_ink(PAGE)

    assert straighten(ink, 0.0).ink is ink
    assert straighten(ink, 0.0).back is None


@pytest.mark.parametrize("degrees", [-8, 8])
def test_boxes_of_a_page_made_straight_lie_on_the_page_as_it_was(degrees: float) -> None:
    page: Grey = turn_by(PAGE, degrees)
    straight = straighten(find_ink(page), -degrees)
    place = Placement(1.0, 1.0, straight.back)
    strokes = (page < 128).astype(np.uint8)
    wanted = cv2.connectedComponentsWithStats(strokes, connectivity=8)[2][1:, :4]

    lines = find_lines(straight.ink)

    assert [len(line.glyphs) for line in lines] == [7, 7, 7]
    for glyph in (glyph for line in lines for glyph in line.glyphs):
        box = np.array(place.box_of(glyph))
        assert np.abs(wanted - box).max(axis=1).min() <= 4
