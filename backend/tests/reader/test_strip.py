"""Pages that are one line as a whole, in any size, with the borders of their cell."""

import cv2
import numpy as np
import pytest

from legible.local import SHIPPED_MODELS
from legible.reader.decode import DecodedPage
from legible.reader.ink import find_ink
from legible.reader.layout import find_lines
from legible.reader.look import Look
from legible.reader.reader import Reader
from legible.reader.strip import is_high_line, is_wide_line, look_at_strip, may_be_line
from legible.reader.types import Status
from tests.images import Grey, draw_text, encode

# Borders of a cell: left, top, right, bottom.
ALL_SIDES = (True, True, True, True)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.open(SHIPPED_MODELS)


def _cell(text: str, *, sides: tuple[bool, bool, bool, bool] = ALL_SIDES, scale: float = 1) -> Grey:
    """A number in its cell, the borders running through the edges of the picture."""
    page = draw_text(text, height_px=40, pen_px=4, margin_px=14)
    high, wide = page.shape
    for side, start, end in (
        (0, (4, 0), (4, high)),
        (1, (0, 4), (wide, 4)),
        (2, (wide - 5, 0), (wide - 5, high)),
        (3, (0, high - 5), (wide, high - 5)),
    ):
        if sides[side]:
            cv2.line(page, start, end, 90, 2)
    size = (round(wide * scale), round(high * scale))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _look(page: Grey) -> Look:
    ink = find_ink(page)
    high, wide = page.shape
    return Look(DecodedPage(page, wide, high), ink, ink, None, find_lines(ink))


@pytest.mark.model
@pytest.mark.parametrize("scale", [1, 3, 6, 12])
@pytest.mark.parametrize("text", ["407", "4", "25", "60938"])
def test_a_cell_reads_the_same_in_any_size(reader: Reader, text: str, scale: float) -> None:
    reading = reader.read(encode(_cell(text, scale=scale)))

    assert reading.text == text


@pytest.mark.model
@pytest.mark.parametrize("digit", "023456789")
@pytest.mark.parametrize(
    "sides",
    [ALL_SIDES, (True, False, False, False), (False, True, False, True), (True, True, False, True)],
)
def test_a_lone_digit_between_borders_is_found(
    reader: Reader, digit: str, sides: tuple[bool, bool, bool, bool]
) -> None:
    assert reader.read(encode(_cell(digit, sides=sides))).text == digit


@pytest.mark.model
def test_boxes_of_a_large_cell_lie_on_its_page(reader: Reader) -> None:
    page = _cell("407", scale=8)

    (line,) = reader.read(encode(page)).pages[0].lines

    for symbol in line.symbols:
        left, top, wide, high = symbol.box
        inside = page[top : top + high, left : left + wide]
        assert inside.min() < 100
        assert high == pytest.approx(8 * 40, rel=0.25)
    lefts = [symbol.box[0] for symbol in line.symbols]
    assert lefts == sorted(lefts)


@pytest.mark.model
def test_two_large_lines_stay_two(reader: Reader) -> None:
    reading = reader.read(encode(draw_text("407\n258", height_px=200, pen_px=18)))

    assert reading.text == "407\n258"


@pytest.mark.model
@pytest.mark.parametrize("shape", [(400, 400), (200, 900), (60, 50)])
def test_bare_paper_of_any_shape_is_blank(reader: Reader, shape: tuple[int, int]) -> None:
    grain = np.random.default_rng(5).normal(225, 3, shape)
    page = np.asarray(np.clip(grain, 0, 255), np.uint8)

    assert reader.read(encode(page)).status is Status.BLANK


def test_a_line_may_be_the_page_if_it_is_wide_and_high_enough() -> None:
    line = _look(draw_text("407"))
    assert (may_be_line(line), is_high_line(line), is_wide_line(line)) == (True, True, True)

    in_a_corner = _look(np.pad(draw_text("407"), ((0, 900), (0, 900)), constant_values=240))
    assert (is_high_line(in_a_corner), is_wide_line(in_a_corner)) == (False, False)

    column = _look(draw_text("4\n0\n7\n2"))
    assert not may_be_line(column)


def test_a_page_is_seen_as_one_line_at_a_height_that_the_networks_need() -> None:
    page = draw_text("407", height_px=500, pen_px=40)
    high, wide = page.shape

    seen = look_at_strip(DecodedPage(page, wide, high), bright=False)

    assert seen.is_strip()
    assert seen.page.grey.shape == (128, round(wide * 128 / high))
    assert (seen.page.width, seen.page.height) == (wide, high)
    assert len(seen.lines) == 1
