from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from trainer.compose import (
    PenWriters,
    PictureWriters,
    draw_text,
    join,
)
from trainer.data import Digits
from trainer.hand import (
    HEIGHT_PX,
    Canvas,
    Hand,
    draw_hand,
    ink_strokes,
    trim,
)
from trainer.line_model import SYMBOLS
from trainer.pen import PenStrokes

STEADY = Hand(
    digit_px=32, pen_px=4, nib=(1, 0), smoothing=1, gap=0.2, gap_jitter=0, slope=0, wobble=0
)
UPRIGHT = [[(0, 0), (0, 900)]]
HOOK = [[(0, 0), (0, 900), (700, 900)]]


def pen_of(shapes: dict[str, list[list[tuple[int, int]]]], labels: str) -> PenStrokes:
    """Writers by name who write every label in the one shape they know."""
    pairs = [(writer, label) for writer in shapes for label in labels]
    return PenStrokes(
        [[np.array(stroke, np.int16) for stroke in shapes[writer]] for writer, _ in pairs],
        np.array([label for _, label in pairs]),
        np.array([writer for writer, _ in pairs]),
    )


WRITERS = PenWriters(
    [pen_of({"upright": UPRIGHT, "hook": HOOK}, "0123456789")], pen_of({"dash": HOOK}, ".,-")
)


def blocks(text: str) -> list[Canvas]:
    """Glyphs without shape: a low one for each mark, a tall one for each digit."""
    return [np.ones((6, 6) if symbol in ".,-" else (32, 16), np.float32) for symbol in text]


def runs(row: Canvas) -> int:
    """How many pieces of ink there are."""
    count, _ = cv2.connectedComponents((row > 0.35).astype(np.uint8), connectivity=8)
    return count - 1


def lay(text: str, hand: Hand = STEADY, gaps: Sequence[float] | None = None) -> Canvas:
    return join(blocks(text), text, hand, np.random.default_rng(1), gaps)


def middle_of(ink: Canvas) -> float:
    """How far down the ink lies."""
    rows = np.flatnonzero(ink.any(axis=1))
    return float(rows.mean())


def test_texts_hold_nothing_but_symbols_of_the_network() -> None:
    rng = np.random.default_rng(1)
    texts = [draw_text(rng) for _ in range(2000)]

    assert set("".join(texts)) == set(SYMBOLS)
    assert all(1 <= sum(map(str.isdigit, text)) <= 10 for text in texts)
    marked = sum(not text.isdigit() for text in texts) / len(texts)
    assert marked == pytest.approx(0.25, abs=0.04)


def test_texts_are_digits_alone_when_no_marks_are_wanted() -> None:
    rng = np.random.default_rng(2)

    assert all(draw_text(rng, marks=0.0).isdigit() for _ in range(200))


def test_digits_that_touch_are_common_but_not_the_rule() -> None:
    rng = np.random.default_rng(3)

    touching = sum(draw_hand(rng).gap < 0 for _ in range(2000)) / 2000

    assert 0.15 < touching < 0.35


def test_every_symbol_of_the_text_gets_a_glyph_cut_to_its_ink() -> None:
    glyphs = WRITERS.glyphs("40.5,-7", STEADY, np.random.default_rng(1))

    assert len(glyphs) == 7
    for glyph in glyphs:
        assert glyph.dtype == np.float32
        assert trim(glyph).shape == glyph.shape
        assert 0 <= glyph.min() <= glyph.max() <= 1


def test_a_number_is_written_in_one_hand() -> None:
    seen = set()
    for seed in range(20):
        glyphs = WRITERS.glyphs("1234567", STEADY, np.random.default_rng(seed))
        shapes = {glyph.shape[1] > 10 for glyph in glyphs}
        assert len(shapes) == 1
        seen |= shapes

    assert seen == {True, False}


def test_a_symbol_that_the_writer_never_wrote_comes_from_another() -> None:
    pen = PenWriters(
        [pen_of({"some": UPRIGHT}, "01234"), pen_of({"rest": HOOK}, "56789")],
        pen_of({"dash": HOOK}, ".,-"),
    )

    for seed in range(6):
        narrow, wide = pen.glyphs("09", STEADY, np.random.default_rng(seed))
        assert narrow.shape[1] < 10 < wide.shape[1]


def test_digits_are_cut_out_of_pictures_in_the_hand_of_one_writer() -> None:
    images = np.zeros((20, 28, 28, 1), np.float32)
    images[:10, 4:24, 12:15] = 1
    images[10:, 4:24, 6:20] = 1
    digits = Digits(images, np.tile(np.arange(10), 2), np.repeat([7, 9], 10))
    writers = PictureWriters(digits, WRITERS)

    seen = set()
    for seed in range(12):
        glyphs = writers.glyphs("30.81", STEADY, np.random.default_rng(seed))
        assert len(glyphs) == 5
        wide = {glyph.shape[1] > 14 for place, glyph in enumerate(glyphs) if place != 2}
        assert len(wide) == 1
        assert glyphs[0].shape[0] == pytest.approx(32, rel=0.4)
        seen |= wide
    assert seen == {True, False}


def test_a_row_grows_with_every_symbol() -> None:
    widths = [lay("1" * count).shape[1] for count in range(1, 9)]

    assert widths == sorted(set(widths))
    assert {lay("1" * count).shape[0] for count in range(1, 9)} == {HEIGHT_PX}


def test_a_row_holds_all_the_ink_of_its_glyphs() -> None:
    assert lay("123").sum() == pytest.approx(sum(glyph.sum() for glyph in blocks("123")))


@pytest.mark.parametrize(
    ("gaps", "pieces"),
    [((3, 3, 3), 4), ((-1, -1, -1), 1), ((-1, 3, 3), 3), ((3, -2, -2), 2), ((0, 3, 0), 2)],
)
def test_neighbours_join_where_the_gap_says_so(gaps: tuple[int, ...], pieces: int) -> None:
    assert runs(lay("1234", gaps=gaps)) == pieces


def test_a_gap_is_as_wide_as_was_asked() -> None:
    row = lay("12", gaps=[7])

    assert (~(row > 0).any(axis=0)).sum() == 7


def test_a_point_stands_at_the_foot_of_the_digits_and_a_dash_midway() -> None:
    text = "1.1-1,"
    row = lay(text, replace(STEADY, gap=0.4))
    columns = np.split(row, np.flatnonzero(np.diff((row > 0).any(axis=0))) + 1, axis=1)

    digit, point, _, dash, _, comma = (middle_of(part) for part in columns if part.any())
    assert point > digit + 8
    assert abs(dash - digit) < 9
    assert dash < point
    assert comma > digit + 8


def test_writing_that_is_too_tall_is_made_smaller_and_not_cut() -> None:
    for seed in range(8):
        row = join([np.ones((120, 30), np.float32)], "1", STEADY, np.random.default_rng(seed))

        high = int((row.max(axis=1) > 0.2).sum())
        assert row.shape[0] == HEIGHT_PX
        assert high < HEIGHT_PX
        assert high / row.shape[1] == pytest.approx(120 / 30, rel=0.1)


def test_rows_stand_at_different_heights() -> None:
    tops = {
        int(np.flatnonzero(join(blocks("12"), "12", STEADY, np.random.default_rng(s)).any(1))[0])
        for s in range(30)
    }

    assert len(tops) > 8


@pytest.mark.parametrize("points", [[(5, 5)], [(5, 5), (5, 5)], [(0, 0), (1, 0)]])
@pytest.mark.parametrize("nib", [(1.0, 0.0), (0.4, 30.0)])
def test_the_shortest_stroke_leaves_ink(
    points: list[tuple[int, int]], nib: tuple[float, float]
) -> None:
    drawn = ink_strokes([np.array(points, np.int16)], 0.05, replace(STEADY, nib=nib))

    assert drawn.max() > 0.5


def test_y_points_down_and_length_is_scaled() -> None:
    (stroke,) = HOOK
    drawn = ink_strokes([np.array(stroke, np.int16)], 0.05, STEADY)

    assert drawn.shape == (pytest.approx(45 + 4, abs=4), pytest.approx(35 + 4, abs=4))
    assert (drawn > 0.5).sum(axis=1).argmax() > 40


def test_trimming_leaves_blank_paper_as_it_is() -> None:
    blank = np.zeros((5, 9), np.float32)

    assert trim(blank) is blank
