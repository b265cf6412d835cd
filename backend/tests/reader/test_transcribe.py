"""The line network and the reader around it, with a bundle of the smallest network there is."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from legible.reader.bundle import Bundle, BundleError
from legible.reader.errors import UnsupportedSymbols
from legible.reader.fuse import FEATURES
from legible.reader.ink import find_faint_ink, find_ink
from legible.reader.layout import find_lines
from legible.reader.line import Floats, LineConvention
from legible.reader.reader import Reader
from legible.reader.strip import is_strip, one_line
from legible.reader.transcribe import LineModel
from legible.reader.types import ReadOptions
from tests.images import draw_text, encode
from tests.reader.tiny_bundle import (
    LINE_CLASSES,
    change_manifest,
    expected_line_logits,
    write_bundle,
    write_line_bundle,
)

NUMBER = ReadOptions(symbols="number")
# Two rows of writing on a page no higher than a line of it is elsewhere.
LOW_PAGE = draw_text("47110\n08350", height_px=20, pen_px=2, margin_px=4)


def open_model(models_dir: Path, temperature: float = 2.0) -> LineModel:
    write_line_bundle(models_dir, temperature=temperature)
    return LineModel(Bundle.open(models_dir, "line"))


def open_reader(models_dir: Path) -> Reader:
    write_bundle(models_dir, version="1.2.3")
    write_line_bundle(models_dir, version="4.5.6")
    return Reader.open(models_dir)


def _lines(*steps: int) -> list[Floats]:
    random = np.random.default_rng(5)
    return [random.random((32, 4 * count), np.float32) for count in steps]


def test_rows_are_log_probabilities_when_lines_are_given(tmp_path: Path) -> None:
    (line,) = _lines(9)

    (rows,) = open_model(tmp_path).transcribe([line])

    logits = expected_line_logits(line[None, :, :, None])[0]
    assert rows.shape == (9, 14)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.exp(rows).sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(rows.argmax(axis=1), logits.argmax(axis=1))


def test_log_odds_are_divided_by_the_temperature(tmp_path: Path) -> None:
    (line,) = _lines(3)

    (rows,) = open_model(tmp_path, temperature=2.5).transcribe([line])

    logits = expected_line_logits(line[None, :, :, None])[0]
    odds = (logits[:, 3] - logits[:, 13]) / 2.5
    np.testing.assert_allclose(rows[:, 3] - rows[:, 13], odds, atol=1e-3)


def test_log_probabilities_stay_finite_when_logits_are_huge(tmp_path: Path) -> None:
    (rows,) = open_model(tmp_path, temperature=1e-4).transcribe([np.ones((32, 40), np.float32)])

    assert np.isfinite(rows).all()
    np.testing.assert_allclose(np.exp(rows).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "steps", [(3,), (5, 5), (40, 2, 11, 1, 500, 12, 2), tuple(range(100, 0, -1)), (7,) * 70]
)
def test_many_lines_are_read_as_each_alone_whatever_their_widths(
    tmp_path: Path, steps: Sequence[int]
) -> None:
    model, lines = open_model(tmp_path), _lines(*steps)

    together = model.transcribe(lines)

    assert [len(rows) for rows in together] == list(steps)
    for rows, line in zip(together, lines, strict=True):
        np.testing.assert_allclose(rows, model.transcribe([line])[0], atol=1e-5)


def test_nothing_is_read_when_there_are_no_lines(tmp_path: Path) -> None:
    assert open_model(tmp_path).transcribe([]) == []


def test_the_bundle_says_what_is_read_and_how_lines_are_drawn(tmp_path: Path) -> None:
    fusion = {"bias": -1.0} | dict.fromkeys(FEATURES, 0.5)
    write_line_bundle(tmp_path, version="2.0.1", fusion=fusion)

    model = LineModel(Bundle.open(tmp_path, "line"))

    assert model.version == "2.0.1"
    assert model.symbols == tuple("0123456789.,-")
    assert model.convention == LineConvention(32, 4, 4)
    assert model.manifest.fusion == fusion
    assert model.manifest.input_shape == (32, None, 1)


def test_a_fusion_that_lacks_a_weight_is_refused(tmp_path: Path) -> None:
    write_line_bundle(tmp_path, fusion={"bias": -1, "margin": 0.2})

    with pytest.raises(BundleError, match="the fusion lacks line_odds, fused") as caught:
        LineModel(Bundle.open(tmp_path, "line"))
    assert caught.value.check == "manifest"


@pytest.mark.parametrize(
    "classes",
    [LINE_CLASSES[:-1], (*LINE_CLASSES[1:], "0"), (*LINE_CLASSES, "none"), LINE_CLASSES[::-1], "a"],
)
def test_a_network_of_other_classes_is_refused(tmp_path: Path, classes: Sequence[str]) -> None:
    write_line_bundle(tmp_path, classes=classes)

    with pytest.raises(BundleError, match="expected the classes 0 to 9, other symbols") as caught:
        LineModel(Bundle.open(tmp_path, "line"))
    assert caught.value.check == "classes"


def test_a_network_that_takes_single_digits_is_refused(tmp_path: Path) -> None:
    folder = write_line_bundle(tmp_path)
    digits = {"side_px": 28, "box_px": 20, "stroke_px": [1.5, 4.0]}
    change_manifest(folder, preprocessing=digits)

    with pytest.raises(BundleError, match="expected the drawing of lines"):
        LineModel(Bundle.open(tmp_path, "line"))


@pytest.mark.parametrize(
    ("field", "shape"),
    [
        ("input_shape", [28, None, 1]),
        ("input_shape", [32, 48, 1]),
        ("input_shape", [32, None]),
        ("output_shape", [None, 13]),
        ("output_shape", [14]),
    ],
)
def test_a_bundle_of_other_shapes_than_its_network_is_refused(
    tmp_path: Path, field: str, shape: list[int | None]
) -> None:
    change_manifest(write_line_bundle(tmp_path), **{field: shape})

    with pytest.raises(BundleError) as caught:
        Bundle.open(tmp_path, "line")
    assert caught.value.check == "network"


@pytest.mark.parametrize("shape", [(2, 31, 40, 1), (2, 32, 40), (2, 32, 40, 3), (32, 40)])
def test_the_bundle_refuses_a_batch_of_another_shape(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    write_line_bundle(tmp_path)

    with pytest.raises(ValueError, match="float32 batch of shape"):
        Bundle.open(tmp_path, "line").run(np.zeros(shape, np.float32))


def test_the_bundle_takes_any_width_and_gives_nothing_for_nothing(tmp_path: Path) -> None:
    write_line_bundle(tmp_path)
    bundle = Bundle.open(tmp_path, "line")

    assert bundle.run(np.zeros((2, 32, 4, 1), np.float32)).shape == (2, 1, 14)
    assert bundle.run(np.zeros((1, 32, 400, 1), np.float32)).shape == (1, 100, 14)
    assert len(bundle.run(np.zeros((0, 32, 40, 1), np.float32))) == 0


def test_a_reader_opens_both_networks_and_names_them(tmp_path: Path) -> None:
    assert open_reader(tmp_path).models == {"digit": "1.2.3", "line": "4.5.6"}


@pytest.mark.parametrize("pattern", [None, r"\d{3}", "[4-7]*"])
def test_a_reader_with_both_networks_reads_a_picture(tmp_path: Path, pattern: str | None) -> None:
    reader, data = open_reader(tmp_path), encode(draw_text("407\n12"))

    digits = reader.read(data, ReadOptions(pattern=pattern))
    number = reader.read(data, ReadOptions(symbols="number", pattern=pattern))

    assert set(digits.text) <= set("0123456789\n")
    assert set(number.text) <= set("0123456789.,-\n")
    for reading in (digits, number):
        assert 0 <= reading.confidence <= 1
        assert reading.models == reader.models
        assert {"line", "decode_text", "digit", "fuse", "total"} <= set(reading.timing_ms)
        for line in reading.pages[0].lines:
            assert "".join(symbol.text for symbol in line.symbols) == line.text


def test_a_reader_without_a_line_network_refuses_marks(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    reader = Reader.open(tmp_path)

    assert reader.models == {"digit": "1.0.0"}
    with pytest.raises(UnsupportedSymbols, match="digits only"):
        reader.check(NUMBER)
    with pytest.raises(ValueError, match="line network"):
        reader.examine(encode(draw_text("1")))


@pytest.mark.parametrize(
    ("shape", "lines", "strip"),
    [
        ((34, 120), 1, True),
        ((64, 90), 3, True),  # so low that no more than one line fits
        ((65, 90), 2, False),
        ((160, 600), 1, True),
        ((160, 600), 0, True),
        ((161, 600), 1, False),
        ((28, 28), 1, False),  # a lone digit
        ((60, 68), 1, False),
        ((60, 69), 1, True),
    ],
)
def test_is_strip_tells_a_low_page_by_its_shape_and_lines(
    shape: tuple[int, int], lines: int, strip: bool
) -> None:
    assert is_strip(shape, lines) is strip


def test_one_line_takes_all_glyphs_of_a_page_and_all_of_its_ink() -> None:
    ink = find_ink(LOW_PAGE)
    lines = find_lines(ink)

    line = one_line(lines, ink.level)

    assert len(lines) == 2
    assert sorted(map(id, line.glyphs)) == sorted(id(g) for each in lines for g in each.glyphs)
    middles = [glyph.left + glyph.right for glyph in line.glyphs]
    assert middles == sorted(middles)
    (run,) = line.runs
    assert (run.left, run.top, run.glyphs) == (0, 0, line.glyphs)
    assert run.ink is ink.level


def test_one_line_of_a_page_without_glyphs_is_its_ink() -> None:
    line = one_line([], np.zeros((30, 90), np.float32))

    assert line.glyphs == []
    assert line.runs[0].ink.shape == (30, 90)


def test_a_low_page_is_read_as_one_run(tmp_path: Path) -> None:
    reader = open_reader(tmp_path)
    data = encode(LOW_PAGE)

    (((proposal, answers),),) = reader.examine(data)

    np.testing.assert_array_equal(proposal.run.ink, find_faint_ink(LOW_PAGE, bright=False))
    assert len(proposal.run.glyphs) == 10
    assert len(answers) == len(proposal.glyphs())
    assert len(reader.read(data, NUMBER).pages[0].lines) <= 1


def test_a_high_page_is_read_in_lines_and_runs(tmp_path: Path) -> None:
    page = np.pad(draw_text("47\n083"), ((0, 0), (0, 400)), constant_values=240)
    page[40:140, -220:-200] = 30  # far behind the 47

    lines = open_reader(tmp_path).examine(encode(np.asarray(page, np.uint8)))

    assert [len(line) for line in lines] == [2, 1]
    assert [len(proposal.run.glyphs) for proposal, _ in lines[0]] == [2, 1]


@pytest.mark.parametrize("shape", [(30, 90), (200, 300)])
def test_a_page_without_ink_is_read_without_a_crash(tmp_path: Path, shape: tuple[int, int]) -> None:
    reading = open_reader(tmp_path).read(encode(np.full(shape, 230, np.uint8)), NUMBER)

    assert set(reading.text) <= set("0123456789.,-")
