"""Ink is the same on bright and dark, even and uneven, clean and dirty paper."""

import numpy as np
import pytest

from legible.reader.ink import find_faint_ink, find_ink, percentile
from tests.images import Grey, add_grain, draw_text, rule, shade

PAGE = draw_text("4711\n0835")
INK = PAGE < 100


def _agreement(page: Grey) -> float:
    """Intersection over union of the strokes found and those that were drawn."""
    strokes = find_ink(page).strokes
    return float((strokes & INK).sum() / (strokes | INK).sum())


PAPERS: dict[str, Grey] = {
    "plain": PAGE,
    "dark corners": shade(PAGE),
    "very dark corners": shade(PAGE, 0.85),
    "faint pencil": (220 + (PAGE.astype(int) - 240) // 7).astype(np.uint8),
    "grain": add_grain(PAGE, 25),
    "strong grain in dark corners": add_grain(shade(PAGE), 30),
    "grey card": (PAGE // 2).astype(np.uint8),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_find_ink_finds_the_strokes_on_any_paper(paper: str) -> None:
    assert _agreement(PAPERS[paper]) > 0.75


@pytest.mark.parametrize("paper", PAPERS)
def test_find_ink_gives_the_same_for_a_negative(paper: str) -> None:
    positive, negative = find_ink(PAPERS[paper]), find_ink(255 - PAPERS[paper])

    assert not positive.bright
    assert negative.bright
    np.testing.assert_array_equal(positive.level, negative.level)
    np.testing.assert_array_equal(positive.strokes, negative.strokes)


def test_find_ink_keeps_to_its_range() -> None:
    ink = find_ink(add_grain(PAGE, 40))

    assert ink.level.dtype == np.float32
    assert ink.level.min() >= 0
    assert ink.level.max() <= 1
    assert ink.level.shape == PAGE.shape


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(3, 3), (28, 28), (5, 200), (300, 200)])
def test_find_ink_finds_nothing_on_a_blank_page(shape: tuple[int, int], level: int) -> None:
    ink = find_ink(np.full(shape, level, np.uint8))

    assert not ink.strokes.any()
    assert not ink.level.any()


def test_find_ink_finds_nothing_on_a_blank_page_in_uneven_light() -> None:
    blank = np.full((400, 300), 230, np.uint8)

    assert not find_ink(shade(blank)).strokes.any()
    assert find_ink(add_grain(blank, 3)).strokes.mean() < 0.001


def test_find_ink_sees_a_thick_digit_that_fills_its_frame() -> None:
    for digit in "0123456789":
        tile = draw_text(digit, height_px=24, pen_px=4, margin_px=2)

        assert not find_ink(tile).bright
        assert find_ink(255 - tile).bright


def test_find_ink_leaves_faint_squares_out_of_bold_strokes() -> None:
    strokes = find_ink(rule(PAGE, 40, squared=True, level=215)).strokes

    assert (strokes & ~INK).sum() < 0.25 * INK.sum()


def test_find_faint_ink_finds_what_find_ink_takes_for_grain() -> None:
    row = draw_text("4711", height_px=40, pen_px=4, margin_px=12)
    drawn = row < 100
    # Six grey levels of ink, on paper whose grain is as strong.
    faint = add_grain(np.where(drawn, 214, 220).astype(np.uint8), 3)

    ink = find_faint_ink(faint, bright=False)

    assert not find_ink(faint, bright=False).strokes[drawn].mean() > 0.5
    assert ink[drawn].mean() > 1.8 * ink[~drawn].mean()


@pytest.mark.parametrize("paper", PAPERS)
def test_find_faint_ink_is_the_light_that_is_missing(paper: str) -> None:
    ink = find_faint_ink(PAPERS[paper], bright=False)

    assert ink.dtype == np.float32
    assert ink.shape == PAGE.shape
    assert ink.min() >= 0
    assert ink.max() <= 1
    assert ink[INK].mean() > 4 * ink[~INK].mean()


def test_find_faint_ink_gives_the_same_for_a_negative() -> None:
    positive = find_faint_ink(PAGE, bright=False)

    np.testing.assert_array_equal(find_faint_ink(255 - PAGE, bright=True), positive)
    # Dark ink on light paper is nothing where light ink is looked for.
    assert find_faint_ink(PAGE, bright=True)[INK].mean() < 0.1


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (28, 28), (5, 200), (300, 200)])
def test_find_faint_ink_finds_nothing_on_a_blank_page(shape: tuple[int, int], level: int) -> None:
    ink = find_faint_ink(np.full(shape, level, np.uint8), bright=False)

    # The estimate of the paper is only as exact as arithmetic.
    assert ink.max() < 1e-3


@pytest.mark.parametrize("share", [0, 25, 50, 98.5, 100])
@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_percentile_is_numpys(count: int, share: float) -> None:
    values = np.random.default_rng(count).random((count, 1)).astype(np.float32)

    assert percentile(values, share) == pytest.approx(np.percentile(values, share), abs=1e-6)
