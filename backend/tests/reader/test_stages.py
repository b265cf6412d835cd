"""What the networks saw: drawn for whoever asks, the same as they were given, never too much."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from PIL import Image

from legible.local import SHIPPED_MODELS
from legible.reader import stages
from legible.reader.bundle import Bundle, Floats
from legible.reader.digit import Answers, DigitModel
from legible.reader.reader import Reader
from legible.reader.transcribe import LineModel
from legible.reader.types import LeftOut, PageStages, ReadOptions, StagePicture, Stages
from tests.images import Grey, add_grain, draw_text, encode

pytestmark = pytest.mark.model
STAGES = ReadOptions(stages=True)


class KeepingDigitModel(DigitModel):
    """The shipped network, which keeps what it is given."""

    given: list[Floats]

    def answer(self, batch: Floats) -> Answers:
        self.given = [*getattr(self, "given", []), *batch[:, :, :, 0]]
        return super().answer(batch)


class KeepingLineModel(LineModel):
    """The shipped network, which keeps what it is given."""

    given: list[Floats]

    def transcribe(self, lines: Sequence[Floats]) -> list[Floats]:
        self.given = [*getattr(self, "given", []), *lines]
        return super().transcribe(lines)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.open(SHIPPED_MODELS)


def _stages(reader: Reader, data: bytes) -> Stages:
    found = reader.read(data, STAGES).stages
    assert found is not None
    return found


def _decode(picture: StagePicture) -> Grey:
    grey = cv2.imdecode(np.frombuffer(picture.png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert grey is not None
    assert grey.shape == (picture.height, picture.width)
    return np.asarray(grey, np.uint8)


def _is_among(picture: StagePicture, given: Sequence[Floats]) -> bool:
    seen = _decode(picture)
    return any(
        each.shape == seen.shape and bool((np.abs(each * 255 - seen) <= 0.5001).all())
        for each in given
    )


@pytest.mark.parametrize("gap", [0.55, -0.15, 4.0])
@pytest.mark.parametrize("turned", [False, True])
def test_the_stages_are_what_the_networks_were_given(gap: float, turned: bool) -> None:
    digit = KeepingDigitModel(Bundle.open(SHIPPED_MODELS, "digit"))
    line = KeepingLineModel(Bundle.open(SHIPPED_MODELS, "line"))
    page = draw_text("2056", gap=gap)

    seen = _stages(Reader(digit, line_model=line), encode(255 - page if turned else page)).pages[0]

    # A wide page with one line is shown to the network as a whole, wherever its digits stand.
    assert len(seen.runs) == 1
    assert all(_is_among(run.picture, line.given) for run in seen.runs)
    assert [tile.text for tile in seen.digits] == list("2056")
    assert all(_is_among(tile.picture, digit.given) for tile in seen.digits)
    assert {(tile.picture.width, tile.picture.height) for tile in seen.digits} == {(28, 28)}
    assert {run.picture.height for run in seen.runs} == {32}


def test_the_page_is_upright_and_its_ink_is_white(reader: Reader) -> None:
    page = draw_text("407", margin_px=60)
    data = encode(page)

    (seen,) = _stages(reader, data).pages

    assert (_decode(seen.page) == page).all()
    # Of a page that is one line, the ink is as small as the networks were given it.
    assert seen.ink.height == 128
    small = cv2.resize(page, (seen.ink.width, seen.ink.height), interpolation=cv2.INTER_AREA)
    ink = _decode(seen.ink)
    assert ink[small < 60].min() > 200
    assert ink[small > 230].max() < 30


def test_pages_are_drawn_no_larger_than_a_screen_shows(reader: Reader) -> None:
    page = draw_text("407", height_px=700, pen_px=60)

    (seen,) = _stages(reader, encode(page)).pages

    assert max(seen.page.width, seen.page.height) == stages.MAX_SIDE_PX
    for picture in (seen.page, seen.ink):
        assert max(picture.width, picture.height) <= stages.MAX_SIDE_PX
        assert picture.width / picture.height == pytest.approx(page.shape[1] / page.shape[0], 0.01)


def test_places_are_those_of_the_reading(reader: Reader) -> None:
    reading = reader.read(encode(draw_text("12\n345")), STAGES)

    assert reading.stages is not None
    (seen,) = reading.stages.pages
    assert [run.line for run in seen.runs] == [0, 1]
    lines = reading.pages[0].lines
    assert [(tile.line, tile.symbol) for tile in seen.digits] == [
        (line, symbol) for line in (0, 1) for symbol in range(len(lines[line].symbols))
    ]
    assert [tile.text for tile in seen.digits] == [
        symbol.text for line in lines for symbol in line.symbols
    ]
    assert reading.stages.models == reading.models


def test_a_mark_has_no_tile(reader: Reader) -> None:
    page = draw_text("4 7".replace(" ", "1"), height_px=60, pen_px=6, margin_px=30)
    dotted = cv2.circle(page.copy(), (round(page.shape[1] / 2), 88), 5, 30, -1)
    row = slice(round(page.shape[1] / 2) - 22, round(page.shape[1] / 2) + 22)
    dotted[:80, row] = 240

    reading = reader.read(encode(np.asarray(dotted, np.uint8)), ReadOptions("number", stages=True))

    assert reading.stages is not None
    (seen,) = reading.stages.pages
    assert reading.text == "4.7"
    assert [(tile.symbol, tile.text) for tile in seen.digits] == [(0, "4"), (2, "7")]


def test_a_line_of_which_nothing_was_read_was_seen_by_the_line_network(reader: Reader) -> None:
    page = np.full((240, 240), 240, np.uint8)
    cv2.putText(page, "M", (60, 180), cv2.FONT_HERSHEY_SIMPLEX, 5, 30, 10, cv2.LINE_AA)

    (seen,) = _stages(reader, encode(page)).pages

    assert [run.line for run in seen.runs] == [None]
    assert seen.digits == []


def test_a_blank_page_has_a_page_and_ink_and_nothing_more(reader: Reader) -> None:
    (seen,) = _stages(reader, encode(np.full((200, 300), 240, np.uint8))).pages

    assert _decode(seen.ink).max() == 0
    assert (seen.runs, seen.digits) == ([], [])


def test_without_a_line_network_there_are_no_runs() -> None:
    reader = Reader(DigitModel(Bundle.open(SHIPPED_MODELS, "digit")))

    (seen,) = _stages(reader, encode(draw_text("407"))).pages

    assert seen.runs == []
    assert [tile.text for tile in seen.digits] == ["4", "0", "7"]


def test_nobody_who_did_not_ask_gets_stages(reader: Reader) -> None:
    assert reader.read(encode(draw_text("407"))).stages is None


def test_what_was_read_is_the_same_with_stages(reader: Reader) -> None:
    data = encode(draw_text("2056", gap=-0.15))

    plain, asked = reader.read(data), reader.read(data, STAGES)

    assert (asked.text, asked.status, asked.pages) == (plain.text, plain.status, plain.pages)
    assert asked.issues == plain.issues


def test_a_sheet_of_many_digits_tells_how_many_were_left_out(reader: Reader) -> None:
    sheet = draw_text("\n".join(["0123456789" * 2] * 24), height_px=30, pen_px=3)

    found = _stages(reader, encode(sheet))

    kept = found.pages[0].digits
    assert len(kept) == stages.MAX_DIGITS
    assert found.left_out.digits > 0
    assert (kept[0].line, kept[0].symbol) == (0, 0)
    assert [(tile.line, tile.symbol) for tile in kept] == sorted(
        (tile.line, tile.symbol) for tile in kept
    )


def _size(seen: PageStages) -> int:
    runs, digits = [run.picture for run in seen.runs], [tile.picture for tile in seen.digits]
    pictures = [seen.page, seen.ink, *runs, *digits]
    return sum(len(picture.png) for picture in pictures)


def test_no_file_gets_more_bytes_than_there_is_room_for(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Image.fromarray(add_grain(draw_text("1234"), 9, seed)) for seed in (1, 2))
    data = encode(first, "TIFF", save_all=True, append_images=[second])
    (all_of_it, _) = _stages(reader, data).pages

    monkeypatch.setattr(stages, "MAX_BYTES", _size(all_of_it))
    one = _stages(reader, data)
    monkeypatch.setattr(stages, "MAX_BYTES", _size(all_of_it) - 1)
    less = _stages(reader, data)

    assert list(one.pages) == [all_of_it]
    assert one.left_out == LeftOut(pages=1, runs=0, digits=0)
    assert [tile.text for tile in less.pages[0].digits] == ["1", "2", "3"]
    assert less.left_out == LeftOut(pages=1, runs=0, digits=1)
