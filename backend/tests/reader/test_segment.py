"""The ink of each symbol: a whole glyph where it shows nothing else, else a cut."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legible.reader.ink import MaskArray, find_ink
from legible.reader.layout import find_lines
from legible.reader.line import LineConvention
from legible.reader.runs import Glyph, Run
from legible.reader.segment import Piece, place_symbols
from tests.images import draw_text

CONVENTION = LineConvention(height_px=32, step_px=4, margin_px=4)
# First and last column (not included) of strokes.
Span = tuple[int, int]


def _run(*glyphs: Span, width: int = 100, also: Sequence[Span] = ()) -> Run:
    """As high as the network's drawing; `also` is ink that no glyph was made of."""
    ink = np.zeros((32, width), np.float32)
    for left, right in (*glyphs, *also):
        ink[4:28, left:right] = 1
    return Run(ink, 0, 0, [Glyph(ink[4:28, left:right], left, 4) for left, right in glyphs])


def _place(run: Run, text: str, *middles: float) -> tuple[list[Piece], list[Glyph]]:
    """Each symbol seen in the one step of the network that is nearest to a column of the run."""
    step, margin = CONVENTION.step_px, CONVENTION.margin_px
    steps = [round((middle + margin) / step - 0.5) for middle in middles]
    scale = CONVENTION.height_px / run.ink.shape[0]
    return place_symbols(
        run, text, [((each + 0.5) * step - margin) / scale + run.left for each in steps]
    )


def _network_middles(run: Run, *shares: float) -> list[float]:
    """Columns of the network's drawing at shares of the width of the run's only glyph."""
    (glyph,) = run.glyphs
    scale = CONVENTION.height_px / run.ink.shape[0]
    wide = glyph.right - glyph.left
    return [(glyph.left - run.left + share * wide) * scale for share in shares]


def _share_inside(glyph: Glyph, mask: MaskArray) -> float:
    """Share of a glyph's strokes that lie where a mask is set."""
    inked = glyph.ink > 0.5
    window = mask[glyph.top : glyph.bottom, glyph.left : glyph.right]
    return float(inked[: window.shape[0], : window.shape[1]][window].sum() / inked.sum())


def _columns(pieces: Sequence[Piece]) -> list[Span]:
    return [(piece.glyph.left, piece.glyph.right) for piece in pieces]


def test_one_symbol_for_each_glyph_gives_whole_glyphs() -> None:
    run = _run((8, 20), (30, 34), (45, 60))

    pieces, unread = _place(run, "418", 14, 32, 52)

    assert [piece.glyph for piece in pieces] == list(run.glyphs)
    assert all(piece.whole for piece in pieces)
    assert unread == []


@pytest.mark.parametrize("beside", [-4, 4])
def test_a_symbol_seen_a_step_beside_its_glyph_is_the_glyph(beside: int) -> None:
    run = _run((40, 44))

    ((piece,), _) = _place(run, "1", 42 + beside)

    assert piece.glyph is run.glyphs[0]


@pytest.mark.parametrize("neck", [24, 29, 35])
def test_two_symbols_in_a_glyph_are_cut_where_the_least_ink_is(neck: int) -> None:
    run = _run((10, 50))
    run.ink[6:28, neck] = 0

    pieces, unread = _place(run, "47", 18, 42)

    assert _columns(pieces) == [(10, neck), (neck, 50)]
    assert not any(piece.whole for piece in pieces)
    assert unread == []


def test_symbols_without_a_thin_place_between_them_are_cut_in_the_middle() -> None:
    pieces, _ = _place(_run((10, 50)), "47", 18, 42)

    assert _columns(pieces) == [(10, 30), (30, 50)]


def test_three_symbols_in_a_glyph_are_cut_twice() -> None:
    run = _run((10, 70), (80, 90))
    run.ink[6:28, [31, 48]] = 0

    pieces, _ = _place(run, "4712", 20, 40, 60, 84)

    assert _columns(pieces) == [(10, 31), (31, 48), (48, 70), (80, 90)]
    assert [piece.whole for piece in pieces] == [False, False, False, True]


def test_a_symbol_without_a_glyph_is_cut_from_the_run() -> None:
    run = _run((10, 20), (70, 80), also=[(40, 50)])

    pieces, unread = _place(run, "417", 14, 44, 74)

    assert _columns(pieces) == [(10, 20), (40, 50), (70, 80)]
    assert [piece.whole for piece in pieces] == [True, False, True]
    assert (pieces[1].glyph.top, pieces[1].glyph.bottom) == (4, 28)
    assert unread == []


def test_glyphs_that_show_no_symbol_are_unread() -> None:
    run = _run((10, 20), (40, 50), (70, 80))

    pieces, unread = _place(run, "7", 44)

    assert [piece.glyph for piece in pieces] == [run.glyphs[1]]
    assert unread == [run.glyphs[0], run.glyphs[2]]


def test_all_glyphs_are_unread_where_no_symbol_is() -> None:
    run = _run((10, 20), (40, 50))

    assert _place(run, "") == ([], list(run.glyphs))


@pytest.mark.parametrize("mark", ".,-")
def test_a_mark_never_takes_a_glyph(mark: str) -> None:
    run = _run((10, 30), (60, 80))

    pieces, unread = _place(run, f"4{mark}", 16, 28)

    assert pieces[0] == Piece(run.glyphs[0], whole=True)
    assert not pieces[1].whole
    assert unread == [run.glyphs[1]]
    assert _place(run, mark, 68)[1] == list(run.glyphs)


def test_of_slanted_neighbours_the_one_whose_middle_is_nearest_shows_the_symbol() -> None:
    run = _run((10, 50), (34, 74))

    pieces, _ = _place(run, "11", 36, 48)

    assert [piece.glyph for piece in pieces] == list(run.glyphs)


@pytest.mark.parametrize(("factor", "left", "top"), [(1, 7, 9), (2, 0, 0), (3, 110, 40)])
def test_places_are_those_of_the_page_however_large_it_is(factor: int, left: int, top: int) -> None:
    small = _run((10, 50), (60, 70), also=[(80, 86)])
    small.ink[6:28, 28] = 0
    block = np.ones((factor, factor), np.float32)
    glyphs = [
        Glyph(np.kron(each.ink, block), left + factor * each.left, top + factor * each.top)
        for each in small.glyphs
    ]
    run = Run(np.kron(small.ink, block), left, top, glyphs)

    pieces, _ = _place(run, "4712", 20, 40, 64, 84)

    lefts = np.array([piece.glyph.left for piece in pieces]) - left
    np.testing.assert_array_equal(lefts // factor, [10, 28, 60, 80])
    assert {piece.glyph.top for piece in pieces} == {top + 4 * factor}
    assert {piece.glyph.bottom for piece in pieces} == {top + 28 * factor}


def test_a_cut_without_ink_is_blank() -> None:
    pieces, unread = _place(_run(), "12", 18, 58)

    assert [piece.glyph.ink.max() for piece in pieces] == [0, 0]
    assert _columns(pieces) == [(0, 38), (38, 100)]
    assert unread == []


@pytest.mark.parametrize("text", ["00", "40", "04", "80", "08"])
@pytest.mark.parametrize("height", [30, 100, 260])
def test_digits_that_touch_are_parted_where_they_touch(text: str, height: int) -> None:
    drawing: dict[str, Any] = {"height_px": height, "pen_px": height // 9, "gap": 0.0}
    (line,) = find_lines(find_ink(draw_text(text, **drawing)))
    (run,), (glyph,) = line.runs, line.glyphs
    # Both begin at the same margin of their pages.
    alone = find_lines(find_ink(draw_text(text[0], **drawing)))[0].glyphs[0]

    pieces, _ = _place(run, text, *_network_middles(run, 0.25, 0.75))

    first = np.zeros((max(glyph.bottom, alone.bottom), glyph.right), np.bool_)
    first[alone.top : alone.bottom, alone.left : alone.right] = alone.ink > 0.5
    shares = [_share_inside(piece.glyph, first) for piece in pieces]
    assert shares[0] > 0.9
    assert shares[1] < 0.1


@given(
    glyphs=st.lists(st.tuples(st.integers(0, 39), st.integers(1, 30)), max_size=4),
    symbols=st.lists(st.tuples(st.sampled_from("0123456789.,-"), st.integers(0, 30)), max_size=12),
    width=st.integers(1, 70),
    height=st.integers(1, 50),
    seed=st.integers(0, 99),
)
@settings(max_examples=80, deadline=None)
def test_every_piece_is_ink_of_the_run_however_crowded_its_symbols_are(
    glyphs: Sequence[Span],
    symbols: Sequence[tuple[str, int]],
    width: int,
    height: int,
    seed: int,
) -> None:
    ink = np.random.default_rng(seed).random((height, width), np.float32)
    spans = [(left % width, min(width, left % width + wide)) for left, wide in glyphs]
    run = Run(ink, 50, 60, [Glyph(ink[:, left:right], 50 + left, 60) for left, right in spans])
    frames = sorted(frame for _, frame in symbols)
    text = "".join(symbol for symbol, _ in symbols)

    scale = CONVENTION.height_px / height
    step, margin = CONVENTION.step_px, CONVENTION.margin_px
    middles = [((frame + 0.5) * step - margin) / scale + run.left for frame in frames]

    pieces, unread = place_symbols(run, text, middles)

    assert len(pieces) == len(text)
    for piece in pieces:
        glyph = piece.glyph
        assert glyph.ink.size > 0
        window = (
            slice(glyph.top - 60, glyph.bottom - 60),
            slice(glyph.left - 50, glyph.right - 50),
        )
        # What lies beyond a seam is taken out.
        assert ((glyph.ink == ink[window]) | (glyph.ink == 0)).all()
    whole = [id(piece.glyph) for piece in pieces if piece.whole]
    assert len(set(whole)) == len(whole)
    assert not {id(glyph) for glyph in unread} & set(whole)
