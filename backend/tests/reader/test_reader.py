"""The whole way from a file to a text, with the shipped networks."""

import csv
import io
import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from legible.local import SHIPPED_MODELS
from legible.reader.bundle import Bundle
from legible.reader.digit import DigitModel
from legible.reader.errors import BadPattern, UnsupportedSymbols
from legible.reader.reader import Reader
from legible.reader.types import IssueCode, ReadOptions, Status
from tests.images import Grey, add_grain, draw_text, encode, rule, shade
from tests.reader.tiny_bundle import write_bundle

pytestmark = pytest.mark.model
TEXT = "0123456789\n9876543210"
PAGE = draw_text(TEXT)


@pytest.fixture(scope="module")
def reader() -> Reader:
    ticks = itertools.count()
    return Reader.open(SHIPPED_MODELS, lambda: next(ticks) / 1000)


def _scaled(factor: float) -> Grey:
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(PAGE, None, fx=factor, fy=factor, interpolation=way), np.uint8)


PAGES: dict[str, Grey] = {
    "as drawn": PAGE,
    "inverted": 255 - PAGE,
    "half the size": _scaled(0.5),
    "four times the size": _scaled(4),
    "padded": np.pad(PAGE, 150, constant_values=240).astype(np.uint8),
    "dark corners": shade(PAGE, 0.8),
    "grain": add_grain(PAGE, 40),
    "ruled": rule(PAGE, 45),
    "squared in dark corners": rule(shade(PAGE), 45, squared=True, level=90),
    "faint pencil": (220 + (PAGE.astype(int) - 240) // 6).astype(np.uint8),
    "thin pen": draw_text(TEXT, pen_px=3),
    "thick pen": draw_text(TEXT, pen_px=16),
}


@pytest.mark.parametrize("paper", PAGES)
def test_read_gives_the_same_text_whatever_the_picture(reader: Reader, paper: str) -> None:
    reading = reader.read(encode(PAGES[paper]))

    assert reading.text == TEXT


def _on_table(left: int, top: int, right: int, bottom: int, grey: int) -> Grey:
    paper = np.pad(draw_text("0714", height_px=150), 120, constant_values=240)
    return np.pad(paper, ((top, bottom), (left, right)), constant_values=grey).astype(np.uint8)


@pytest.mark.parametrize("grey", [0, 60, 140])
@pytest.mark.parametrize("sides", [(300, 0, 0, 0), (200, 200, 0, 0), (150, 150, 150, 150)])
def test_read_reads_the_paper_and_not_the_table(
    reader: Reader, sides: tuple[int, int, int, int], grey: int
) -> None:
    page = _on_table(*sides, grey)

    assert reader.read(encode(page)).text == "0714"
    assert reader.read(encode(255 - page)).text == "0714"


@pytest.mark.parametrize("digit", "0123456789")
def test_read_reads_a_digit_cropped_without_a_margin(reader: Reader, digit: str) -> None:
    page = draw_text(digit, pen_px=14)
    rows, columns = np.nonzero(page < 128)
    crop = page[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]

    assert reader.read(encode(crop)).text == digit
    assert reader.read(encode(255 - crop)).text == digit


def test_read_tells_all_about_a_picture(reader: Reader) -> None:
    reading = reader.read(encode(draw_text("407")))

    assert (reading.text, reading.status) == ("407", Status.READ)
    assert reading.confidence > 0.9
    (line,) = reading.pages[0].lines
    for symbol in line.symbols:
        assert len(symbol.probabilities) == 10
        assert sum(symbol.probabilities) == pytest.approx(1, abs=1e-5)
        assert 0.9 < symbol.confidence <= max(symbol.probabilities)
        x, y, width, height = symbol.box
        assert 0 <= x < x + width <= reading.pages[0].width
        assert 0 <= y < y + height <= reading.pages[0].height
        assert symbol.style.height_px == pytest.approx(108, abs=6)
        assert symbol.style.stroke_width_px == pytest.approx(9, abs=2)
    assert set(reading.models) == {"digit", "line"}
    assert {"decode", "ink", "layout", "normalise", "line", "digit", "total"} <= set(
        reading.timing_ms
    )


def test_read_measures_the_slant(reader: Reader) -> None:
    page = draw_text("1", margin_px=80)
    lean = np.array([[1, -0.3, 0.3 * 90], [0, 1, 0]])
    leaning = cv2.warpAffine(page, lean, page.shape[::-1], borderValue=(240,))

    upright, leaned = (
        reader.read(encode(np.asarray(each, np.uint8))).pages[0].lines[0].symbols[0].style
        for each in (page, leaning)
    )

    assert upright.slant_deg is not None
    assert leaned.slant_deg is not None
    assert 8 < leaned.slant_deg - upright.slant_deg < 25


def test_read_calls_a_blank_page_blank(reader: Reader) -> None:
    blank = add_grain(shade(np.full((800, 600), 230, np.uint8)), 2)

    assert reader.read(encode(blank)).status is Status.BLANK


def test_read_reads_the_pages_of_a_document_in_order(reader: Reader) -> None:
    pages = [Image.fromarray(draw_text(text)).convert("RGB") for text in ("12", "345")]
    data = encode(pages[0], "PDF", save_all=True, append_images=pages[1:])

    reading = reader.read(data)

    assert reading.text == "12\n345"
    assert len(reading.pages) == 2


@pytest.mark.parametrize("text", ["380", "2056", "77", "9041"])
@pytest.mark.parametrize("turned", [False, True])
def test_read_parts_digits_that_touch(reader: Reader, text: str, turned: bool) -> None:
    page = draw_text(text, gap=-0.03)

    reading = reader.read(encode(255 - page if turned else page))

    assert reading.text == text
    assert [symbol.text for symbol in reading.pages[0].lines[0].symbols] == list(text)
    lefts = [symbol.box[0] for symbol in reading.pages[0].lines[0].symbols]
    assert lefts == sorted(lefts)


@pytest.mark.parametrize(
    ("page", "code", "place"),
    [
        (draw_text("407")[:130], IssueCode.CUT_OFF, None),
        (draw_text("85")[60:], IssueCode.CUT_OFF, 0),
        (draw_text("2056", gap=-0.2), IssueCode.TOUCHING, 0),
        (draw_text("407", height_px=5, pen_px=1, margin_px=6), IssueCode.TOO_SMALL, 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_read_says_what_is_odd(
    reader: Reader, page: Grey, code: IssueCode, place: int | None
) -> None:
    issues = reader.read(encode(page)).issues

    assert (code, 0, 0, place) in {
        (issue.code, issue.page, issue.line, issue.symbol) for issue in issues
    }


@pytest.mark.parametrize("text", ["11127", "111\n271", "1472"])
def test_read_takes_no_written_1_for_a_printed_line(reader: Reader, text: str) -> None:
    page = draw_text(text, height_px=400, pen_px=12, margin_px=90)

    assert reader.read(encode(page)).text == text


def test_read_finds_the_lines_of_a_light_card_on_a_dark_table(reader: Reader) -> None:
    card = draw_text("471\n528\n364\n907\n152", height_px=60, pen_px=6)
    page = np.pad(card, 50, constant_values=20).astype(np.uint8)

    assert reader.read(encode(page)).text == "471\n528\n364\n907\n152"


def test_read_says_where_the_networks_differ(reader: Reader) -> None:
    # Two digits written over each other; which of them is seen is each network's own affair.
    pairs = [("0", "4"), ("0", "5"), ("0", "8"), ("1", "3"), ("3", "6"), ("5", "7"), ("6", "7")]
    pages = [np.minimum(draw_text(first), draw_text(second)) for first, second in pairs]

    differing = [
        any(issue.code is IssueCode.DISAGREEMENT for issue in reader.read(encode(page)).issues)
        for page in pages
    ]

    assert sum(differing) >= 3


@pytest.mark.parametrize("degrees", [-3, 3])
def test_read_reads_a_page_that_lies_a_little_askew(reader: Reader, degrees: float) -> None:
    height, width = PAGE.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    askew = cv2.warpAffine(PAGE, turn, (width, height), borderValue=(240,))

    assert reader.read(encode(np.asarray(askew, np.uint8))).text == TEXT


def test_read_reads_a_low_strip_as_one_line(reader: Reader) -> None:
    strip = draw_text("90210", height_px=30, pen_px=3, margin_px=10)
    boxed = cv2.rectangle(strip.copy(), (1, 1), (strip.shape[1] - 2, strip.shape[0] - 2), 90, 1)

    assert reader.read(encode(strip)).text == "90210"
    assert reader.read(encode(np.asarray(boxed, np.uint8))).text == "90210"


def test_read_never_calls_a_text_read_that_breaks_its_pattern(reader: Reader) -> None:
    data = encode(draw_text("407"))

    fits, breaks = (
        reader.read(data, ReadOptions(pattern=pattern)) for pattern in ("integer", "us-zip")
    )

    assert (fits.text, fits.status) == ("407", Status.READ)
    assert breaks.status is Status.REVIEW
    assert "pattern" in {issue.code for issue in breaks.issues}


@pytest.mark.parametrize("words", ["Make haste", "KANEWHXM", "better"])
def test_read_never_calls_words_a_number(reader: Reader, words: str) -> None:
    page = np.full((240, 900), 240, np.uint8)
    cv2.putText(page, words, (40, 160), cv2.FONT_HERSHEY_SIMPLEX, 4, 30, 8, cv2.LINE_AA)

    assert reader.read(encode(page)).status is not Status.READ


def test_read_refuses_options_that_the_networks_do_not_have(reader: Reader) -> None:
    digits_alone = Reader(DigitModel(Bundle.open(SHIPPED_MODELS, "digit")))
    with pytest.raises(UnsupportedSymbols):
        digits_alone.read(encode(PAGE), ReadOptions(symbols="number"))
    assert digits_alone.read(encode(PAGE)).text == TEXT
    with pytest.raises(BadPattern):
        reader.read(encode(PAGE), ReadOptions(pattern="[a-z]"))


def test_read_answers_many_threads_as_it_answers_one(reader: Reader) -> None:
    files = [encode(draw_text(str(number))) for number in range(100, 140)]

    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(reader.read, files))

    assert [reading.text for reading in readings] == [str(number) for number in range(100, 140)]


@pytest.mark.data
def test_read_reads_98_of_100_single_digits_of_real_people(reader: Reader, data_dir: Path) -> None:
    folder = data_dir / "real_dev"
    with (folder / "labels.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] == "single"]
    right = 0
    for row in rows:
        data = (folder / row["file"]).read_bytes()
        text = reader.read(data).text
        right += text == row["text"]
        grey = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L")
        assert reader.read(encode(ImageOps.invert(grey))).text == reader.read(encode(grey)).text

    assert len(rows) == 228
    assert right >= 0.98 * len(rows)


def test_a_reading_is_plain_numbers_with_the_digit_network_alone(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    reader = Reader.open(tmp_path, time.perf_counter)

    reading = reader.read(encode(draw_text("7")))

    assert reading.text
    json.dumps(asdict(reading))  # refuses the numbers of numpy that are no floats
