"""Every glyph is drawn the way MNIST drew its digits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legible.reader.ink import InkArray, find_ink
from legible.reader.layout import find_lines
from legible.reader.normalise import Convention, normalise, stroke_width
from tests.images import draw_text


def _glyph(digit: str, height_px: int = 100, pen_px: int = 12) -> InkArray:
    page = draw_text(digit, height_px=height_px, pen_px=pen_px)
    return find_lines(find_ink(page))[0].glyphs[0].ink


def test_normalise_follows_the_convention() -> None:
    for digit in "0123456789":
        (tile,) = normalise([_glyph(digit)])[..., 0]

        rows, columns = np.nonzero(tile > 0.1)
        longer = max(np.ptp(rows), np.ptp(columns)) + 1
        assert 19 <= longer <= 22
        centre = (np.arange(28) + 0.5) @ np.stack([tile.sum(axis=1), tile.sum(axis=0)], axis=1)
        np.testing.assert_allclose(centre / tile.sum(), 14, atol=0.51)
        assert tile.min() >= 0
        assert tile.max() <= 1


def test_normalise_gives_shape_and_type() -> None:
    batch = normalise([_glyph("3"), _glyph("1", 30, 2)])

    assert batch.shape == (2, 28, 28, 1)
    assert batch.dtype == np.float32
    assert normalise([]).shape == (0, 28, 28, 1)


@settings(max_examples=25, deadline=None)
# The pen is drawn in whole pixels: of any other height it would be a thicker or thinner one.
@given(digit=st.sampled_from("0123456789"), pen_px=st.integers(3, 16).map(lambda third: 3 * third))
def test_normalise_draws_the_same_whatever_the_size(digit: str, pen_px: int) -> None:
    small, large = normalise([_glyph(digit, 100, 12), _glyph(digit, pen_px * 25 // 3, pen_px)])

    # The centre of mass is laid on a whole pixel, so a hair may move the drawing by one.
    moved = [np.roll(large, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(float(np.abs(small - each).mean()) for each in moved) < 0.035


@pytest.mark.parametrize("pen_px", [1, 2, 5, 12, 22, 34])
def test_normalise_keeps_strokes_in_the_range_of_mnist(pen_px: int) -> None:
    convention = Convention()
    (tile,) = normalise([_glyph("2", 160, pen_px)], convention)[..., 0]

    enlarged = np.kron(tile, np.ones((8, 8), np.float32))
    width = stroke_width(enlarged) / 8
    assert convention.stroke_px[0] - 0.8 <= width <= convention.stroke_px[1] + 0.8


def test_normalise_draws_faint_ink_as_dark_as_any() -> None:
    glyph = _glyph("6")

    np.testing.assert_allclose(normalise([glyph * 0.2]), normalise([glyph]), atol=0.02)


def test_normalise_refuses_a_glyph_without_ink() -> None:
    with pytest.raises(ValueError, match="expected a glyph with ink"):
        normalise([np.zeros((5, 5), np.float32)])


def test_stroke_width_measures_a_bar() -> None:
    bar = np.zeros((100, 60), np.float32)
    bar[10:90, 25:35] = 1

    assert stroke_width(bar) == pytest.approx(10, abs=1.5)
    assert stroke_width(np.zeros((4, 4), np.float32)) == 0
