"""Lines and glyphs in reading order; no specks, rulings or table edges among them."""

import cv2
import numpy as np
import pytest

from legible.reader.ink import find_ink
from legible.reader.layout import find_lines
from legible.reader.rules import remove_rules
from tests.images import Grey, draw_text, rule

PAGE = draw_text("4711\n083")


def _counts(page: Grey) -> list[int]:
    return [len(line.glyphs) for line in find_lines(find_ink(page))]


def test_find_lines_goes_from_top_to_bottom_and_left_to_right() -> None:
    lines = find_lines(find_ink(draw_text("12345\n678\n90")))

    assert [len(line.glyphs) for line in lines] == [5, 3, 2]
    tops = [line.glyphs[0].top for line in lines]
    assert tops == sorted(tops)
    for line in lines:
        lefts = [glyph.left for glyph in line.glyphs]
        assert lefts == sorted(lefts)


def test_find_lines_follows_a_line_that_climbs() -> None:
    page = draw_text("0123456789")
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 4, 1)
    turned = cv2.warpAffine(page, turn, (width, height), borderValue=(240,))

    assert _counts(np.asarray(turned, np.uint8)) == [10]


def test_find_lines_drops_specks() -> None:
    page = PAGE.copy()
    places = np.random.default_rng(3).integers(0, min(page.shape) - 3, (60, 2))
    for y, x in places:
        page[y : y + 2, x : x + 2] = 40

    assert _counts(page) == [4, 3]


@pytest.mark.parametrize("level", [60, 120, 170])
@pytest.mark.parametrize("squared", [False, True])
def test_find_lines_reads_over_rulings(squared: bool, level: int) -> None:
    assert _counts(rule(PAGE, 45, squared=squared, level=level)) == [4, 3]


def test_find_lines_leaves_out_the_table_beside_the_paper() -> None:
    page = np.pad(PAGE, ((0, 60), (0, 80)), constant_values=20).astype(np.uint8)

    assert _counts(page) == [4, 3]


@pytest.mark.parametrize(("level", "pen_px", "counts"), [(170, 1, [4, 3]), (30, 8, [4, 3, 1])])
def test_find_lines_leaves_out_a_fold_of_the_paper(
    level: int, pen_px: int, counts: list[int]
) -> None:
    page = np.pad(PAGE, ((0, 200), (0, 0)), constant_values=240).astype(np.uint8)
    height = page.shape[0]
    cv2.line(page, (260, height - 120), (220, height - 40), level, pen_px)

    assert _counts(page) == counts


def test_find_lines_joins_the_parts_of_a_broken_digit() -> None:
    page = draw_text("55")
    # The bar of a 5 that does not touch its body.
    page[46:50, :] = 240

    assert _counts(page) == [2]


def test_find_lines_keeps_a_lone_one_that_crosses_its_crop() -> None:
    page = np.full((300, 120), 230, np.uint8)
    cv2.line(page, (66, 12), (56, 288), 40, 8)

    assert _counts(page) == [1]


def test_find_lines_gives_nothing_for_a_blank_page() -> None:
    assert _counts(np.full((50, 70), 255, np.uint8)) == []


def test_find_lines_cuts_a_glyph_without_its_neighbours() -> None:
    page = np.full((200, 260), 240, np.uint8)
    for left in (60, 110):
        cv2.line(page, (left + 80, 30), (left, 170), 30, 8)
    first, second = find_lines(find_ink(page))[0].glyphs

    assert first.left + first.ink.shape[1] > second.left + 20
    assert float(first.ink.sum()) == pytest.approx(float(second.ink.sum()), rel=0.02)


def test_remove_rules_takes_lines_out_and_leaves_strokes_whole() -> None:
    strokes = find_ink(PAGE).strokes
    ruled = strokes.copy()
    ruled[90:93] = True
    ruled[:, 200:203] = True

    cleaned = remove_rules(ruled)

    assert (cleaned & strokes).sum() > 0.97 * strokes.sum()
    assert (cleaned & ~strokes).sum() < 0.03 * strokes.sum()


def test_find_lines_leaves_runs_out_where_they_are_not_wanted() -> None:
    ink = find_ink(draw_text("123\n45"))

    cut, uncut = find_lines(ink, uncut=False), find_lines(ink)

    assert [line.runs for line in cut] == [[], []]
    assert all(line.runs for line in uncut)
    assert [len(line.glyphs) for line in cut] == [len(line.glyphs) for line in uncut]
