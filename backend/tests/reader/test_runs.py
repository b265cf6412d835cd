"""Runs are cut out of a page with all that may belong to them, and with nothing else."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legible.reader.runs import FREE, OUTSIDE, Glyph, Run, Sheet, cut_runs

# left, top, right, bottom
Edges = tuple[int, int, int, int]
SHAPE = (200, 400)


def _sheet(
    *parts: tuple[int, Edges], shape: tuple[int, int] = SHAPE, ruled: Edges | None = None
) -> Sheet:
    """A page with full ink in some places, each a component of the row that is told."""
    level, labels = np.zeros(shape, np.float32), np.zeros(shape, np.int32)
    for label, (_, place) in enumerate(parts, 1):
        level[_window(place)], labels[_window(place)] = 1, label
    printed = None
    if ruled is not None:
        printed = np.zeros(shape, bool)
        printed[_window(ruled)] = True
        printed &= labels == 0
        level[printed] = 1
    return Sheet(level, labels, np.array([FREE, *(row for row, _ in parts)], np.int32), printed)


def _window(place: Edges) -> tuple[slice, slice]:
    left, top, right, bottom = place
    return slice(top, bottom), slice(left, right)


def _glyph(place: Edges) -> Glyph:
    left, top, right, bottom = place
    return Glyph(np.ones((bottom - top, right - left), np.float32), left, top)


def _cut(*places: Edges, shape: tuple[int, int] = SHAPE) -> list[Run]:
    """The runs of a page with these glyphs alone."""
    sheet = _sheet(*((0, place) for place in places), shape=shape)
    return cut_runs([_glyph(place) for place in places], 0, sheet)


def _edges(run: Run) -> Edges:
    height, width = run.ink.shape
    return run.left, run.top, run.left + width, run.top + height


def _ink_at(run: Run, place: Edges) -> np.ndarray:
    left, top, right, bottom = place
    return run.ink[_window((left - run.left, top - run.top, right - run.left, bottom - run.top))]


def test_a_glyph_says_where_it_ends() -> None:
    glyph = _glyph((30, 20, 42, 60))

    assert (glyph.right, glyph.bottom) == (42, 60)


@pytest.mark.parametrize(("gap", "runs"), [(-5, 1), (10, 1), (52, 1), (53, 2), (150, 2)])
def test_glyphs_far_apart_for_their_height_form_runs_of_their_own(gap: int, runs: int) -> None:
    found = _cut((50, 80, 70, 120), (70 + gap, 80, 90 + gap, 120))

    assert len(found) == runs
    assert [len(run.glyphs) for run in found] == [2 // runs] * runs


def test_a_gap_is_measured_from_whatever_reaches_furthest() -> None:
    # The bar of the first glyph reaches over the second one.
    (run,) = _cut((50, 80, 160, 120), (70, 80, 90, 120), (200, 80, 220, 120))

    assert len(run.glyphs) == 3


@given(
    steps=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 160)), min_size=1, max_size=9),
    height=st.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_every_glyph_is_whole_in_one_run_and_runs_never_overlap(
    steps: Sequence[tuple[int, int]], height: int
) -> None:
    places, left = [], 3
    for width, gap in steps:
        places.append((left, 20, left + width, 20 + height))
        left += width + gap
    glyphs = [_glyph(place) for place in places]
    sheet = _sheet(*((0, place) for place in places), shape=(100, left + 5))

    runs = cut_runs(glyphs, 0, sheet)

    found = [glyph for run in runs for glyph in run.glyphs]
    assert list(map(id, found)) == list(map(id, glyphs))
    for run in runs:
        assert run.ink.dtype == np.float32
        np.testing.assert_array_equal(run.ink, sheet.level[_window(_edges(run))])
        for glyph in run.glyphs:
            assert (_ink_at(run, (glyph.left, glyph.top, glyph.right, glyph.bottom)) == 1).all()
    edges = [_edges(run) for run in runs]
    assert all(before[2] <= behind[0] for before, behind in itertools.pairwise(edges))


def test_a_run_has_paper_around_it_in_proportion_to_its_height() -> None:
    (run,) = _cut((100, 50, 130, 150), (150, 60, 180, 140))

    assert _edges(run) == (55, 36, 225, 164)


def test_a_run_has_a_pixel_of_paper_around_it_however_low_it_is() -> None:
    (run,) = _cut((100, 50, 101, 51))

    assert _edges(run) == (99, 49, 102, 52)


@pytest.mark.parametrize(
    ("place", "edges"),
    [
        ((0, 0, 20, 100), (0, 0, 65, 114)),
        ((390, 90, 400, 200), (340, 75, 400, 200)),
        ((0, 0, 400, 200), (0, 0, 400, 200)),
    ],
)
def test_the_paper_around_a_run_ends_where_the_page_does(place: Edges, edges: Edges) -> None:
    (run,) = _cut(place)

    assert _edges(run) == edges


def test_half_of_the_gap_between_runs_belongs_to_each() -> None:
    # High glyphs among low ones: their margins would reach further than half of the gap.
    low = [(40, 80, 60, 120), (65, 80, 85, 120), (165, 80, 185, 120), (190, 80, 210, 120)]
    left, right = _cut(*low[:2], (90, 20, 110, 180), (164, 20, 184, 180), *low[2:])

    assert _edges(left)[2] == _edges(right)[0] == 137
    assert _edges(left)[0] == 0
    assert _edges(right)[2] == 210 + 72


@pytest.mark.parametrize("row", [1, 7, OUTSIDE])
def test_ink_of_another_row_and_of_what_is_outside_is_taken_out(row: int) -> None:
    mine, other = (100, 50, 130, 150), (145, 40, 160, 120)
    sheet = _sheet((0, mine), (row, other))
    sheet.level[120, 145:160] = 0.3  # the soft edge below it is in no component

    (run,) = cut_runs([_glyph(mine)], 0, sheet)

    assert (_ink_at(run, mine) == 1).all()
    assert run.ink.sum() == _ink_at(run, mine).sum()
    assert (sheet.level[_window(other)] == 1).all()  # the page itself stays as it was


def test_what_touches_another_row_loses_no_ink_of_its_own() -> None:
    mine = (100, 50, 130, 150)
    sheet = _sheet((0, mine), (1, (130, 50, 140, 150)), (1, (100, 40, 130, 50)))

    (run,) = cut_runs([_glyph(mine)], 0, sheet)

    assert (_ink_at(run, mine) == 1).all()
    assert run.ink.sum() == 30 * 100


def test_low_marks_that_no_glyph_was_made_of_stay_in_a_run() -> None:
    left, right = (100, 50, 130, 150), (180, 50, 210, 150)
    comma, dash = (150, 140, 156, 160), (70, 98, 90, 104)
    sheet = _sheet((0, left), (FREE, comma), (FREE, dash), (0, right), (1, (150, 36, 160, 60)))

    (run,) = cut_runs([_glyph(left), _glyph(right)], 0, sheet)

    for place in (left, right, comma, dash):
        assert (_ink_at(run, place) == 1).all()
    assert run.ink.sum() == 2 * 30 * 100 + 6 * 20 + 20 * 6


def test_soft_ink_that_is_in_no_component_stays_in_a_run() -> None:
    mine = (100, 50, 130, 150)
    sheet = _sheet((0, mine))
    sheet.level[50:150, 130] = 0.3

    (run,) = cut_runs([_glyph(mine)], 0, sheet)

    np.testing.assert_allclose(_ink_at(run, (130, 50, 131, 150)), 0.3)


def test_printed_lines_are_taken_out_and_strokes_that_cross_them_stay() -> None:
    mine = (100, 50, 130, 150)
    sheet = _sheet((0, mine), ruled=(0, 90, 400, 93))
    sheet.level[93, 130:] = 0.4  # its soft edge

    (run,) = cut_runs([_glyph(mine)], 0, sheet)

    assert (_ink_at(run, mine) == 1).all()
    assert run.ink.sum() == 30 * 100


def test_each_row_of_a_page_gets_its_own_ink() -> None:
    above, below = (100, 20, 130, 60), (105, 62, 135, 102)
    sheet = _sheet((0, above), (1, below))

    for row, place in enumerate((above, below)):
        (run,) = cut_runs([_glyph(place)], row, sheet)
        assert (_ink_at(run, place) == 1).all()
        assert run.ink.sum() == 30 * 40
