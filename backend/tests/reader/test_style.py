"""How digits are written."""

import numpy as np
import pytest

from legible.reader.style import describe, describe_line
from legible.reader.types import Style
from tests.images import draw_text


def _style(digit: str) -> Style:
    page = draw_text(digit, margin_px=10)
    return describe(np.asarray((240 - page.astype(np.float32)) / 210, np.float32), 2.0)


@pytest.mark.parametrize(
    ("digit", "loops"), [("8", 2), ("0", 1), ("6", 1), ("9", 1), ("1", 0), ("7", 0), ("5", 0)]
)
def test_loops_are_the_closed_ones(digit: str, loops: int) -> None:
    told = _style(digit).loops

    assert told == loops
    # Readings are written as JSON, which knows no numbers of NumPy's.
    assert type(told) is int


def test_a_one_is_narrower_than_a_zero() -> None:
    one, zero = _style("1").aspect, _style("0").aspect

    assert one is not None
    assert zero is not None
    assert one < 0.4 < zero < 0.8


def test_lengths_are_in_pixels_of_the_page() -> None:
    style = _style("0")

    assert style.height_px == pytest.approx(216, abs=8)
    assert style.stroke_width_px == pytest.approx(20, abs=3)


def test_paper_without_ink_has_no_style() -> None:
    style = describe(np.zeros((9, 7), np.float32), 1.0)

    assert (style.slant_deg, style.height_px, style.aspect, style.loops) == (None, 0, None, 0)


def test_a_line_is_described_by_its_medians() -> None:
    styles = [Style(2.0, 3.0, 40, 0.5, 1), Style(None, 5.0, 44, 0.7, 0), Style(6.0, 4.0, 42, 0.6)]

    assert describe_line(styles) == Style(4.0, 4.0, 42, 0.6, 0.33)
