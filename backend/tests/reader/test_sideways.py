"""Whole pages as people photograph them, read the same with the shipped networks."""

import cv2
import numpy as np
import pytest

from legible.local import SHIPPED_MODELS
from legible.reader.reader import Reader
from tests.images import Grey, draw_text, encode, turn_by

pytestmark = pytest.mark.model
TEXT = "471\n52\n8364"
PAGE = draw_text(TEXT)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.open(SHIPPED_MODELS)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_read_turns_a_page_upright_and_tells_by_how_much(reader: Reader, quarters: int) -> None:
    # Turned counterclockwise, so that it has to be turned back clockwise.
    reading = reader.read(encode(np.ascontiguousarray(np.rot90(PAGE, quarters))))

    (page,) = reading.pages
    assert reading.text == TEXT
    assert page.turned_deg == 90 * quarters
    assert (page.height, page.width) == PAGE.shape
    for line in page.lines:
        for symbol in line.symbols:
            x, y, width, height = symbol.box
            assert PAGE[y : y + height, x : x + width].min() < 60


@pytest.mark.parametrize("text", ["6", "9", "1", "66", "96", "69869", "66666\n99999", "471\n528"])
def test_read_turns_no_upright_page_and_none_of_two_digits(reader: Reader, text: str) -> None:
    (page,) = reader.read(encode(draw_text(text))).pages

    assert page.turned_deg == 0


@pytest.mark.parametrize("degrees", [-10, -5, 5, 10])
def test_read_reads_a_page_askew(reader: Reader, degrees: float) -> None:
    (page,) = reader.read(encode(turn_by(PAGE, degrees))).pages

    assert [line.text for line in page.lines] == TEXT.split("\n")


def _side_by_side(left: str, right: str, lower_px: int) -> Grey:
    pages = [draw_text(each, height_px=60, pen_px=6) for each in (left, right)]
    pages[1] = np.pad(pages[1], ((lower_px, 0), (150, 0)), constant_values=240).astype(np.uint8)
    high = max(page.shape[0] for page in pages)
    return np.hstack(
        [np.pad(page, ((0, high - page.shape[0]), (0, 0)), constant_values=240) for page in pages]
    ).astype(np.uint8)


def test_read_reads_column_by_column(reader: Reader) -> None:
    page = _side_by_side("471\n528\n364", "902\n715\n846", lower_px=50)

    assert reader.read(encode(page)).text == "471\n528\n364\n902\n715\n846"


@pytest.mark.parametrize("printed", [False, True])
def test_read_reads_a_table_row_by_row(reader: Reader, printed: bool) -> None:
    page = _side_by_side("471\n528\n364", "902\n715\n846", lower_px=0)
    if printed:
        height, width = page.shape
        for y in (20, 121, 223, height - 15):
            cv2.line(page, (15, y), (width - 15, y), 90, 2)
        for x in (15, width // 2, width - 15):
            cv2.line(page, (x, 20), (x, height - 15), 90, 2)

    assert reader.read(encode(page)).text == "471902\n528715\n364846"


def test_read_does_not_turn_a_form_over_for_the_words_printed_on_it(reader: Reader) -> None:
    page = np.full((1100, 1500), 236, np.uint8)
    for row, (word, number) in enumerate(
        [("Meter", "58203"), ("Room", "7"), ("Year", "1964"), ("Age", "30")]
    ):
        written = draw_text(number, height_px=88, pen_px=8, margin_px=30)
        top, (high, wide) = 120 + 240 * row, written.shape
        page[top : top + high, 420 : 420 + wide] = written
        cv2.rectangle(page, (410, top - 10), (1320, top + high + 10), 120, 3)
        place = (80, top + high // 2 + 15)
        cv2.putText(page, word, place, cv2.FONT_HERSHEY_DUPLEX, 2, 60, 3, cv2.LINE_AA)

    (found,) = reader.read(encode(page)).pages

    assert found.turned_deg == 0
