"""Runs of symbols are drawn for the line network at one height, however high or faint they are."""

import numpy as np
import pytest

from legible.reader.line import Floats, LineConvention, draw_line, stack_lines


def _run(height: int = 64, width: int = 120, level: float = 1.0) -> Floats:
    """Two upright strokes."""
    ink = np.zeros((height, width), np.float32)
    for left in (width // 4, width // 2):
        ink[height // 8 : -height // 8, left : left + max(2, width // 12)] = level
    return ink


@pytest.mark.parametrize("shape", [(64, 120), (20, 33), (32, 32), (7, 5), (300, 41), (1, 1)])
def test_draw_line_gives_the_height_and_whole_steps(shape: tuple[int, int]) -> None:
    line = draw_line(_run(*shape))

    assert line.dtype == np.float32
    assert line.shape[0] == 32
    assert line.shape[1] % 4 == 0
    assert 0 <= line.min() <= line.max() <= 1


def test_draw_line_keeps_the_proportions_and_lays_paper_on_both_sides() -> None:
    line = draw_line(np.ones((64, 128), np.float32))

    assert line.shape == (32, 4 + 64 + 4)
    assert not line[:, :4].any()
    assert not line[:, -4:].any()
    assert (line[:, 4:-4] == 1).all()


def test_draw_line_obeys_another_convention() -> None:
    convention = LineConvention(height_px=48, step_px=16, margin_px=10)

    line = draw_line(np.ones((24, 24), np.float32), convention)

    assert line.shape == (48, 80)
    assert not line[:, :10].any()
    assert line[:, 10:58].all()


@pytest.mark.parametrize("level", [0.01, 0.1, 0.6])
def test_draw_line_stretches_faint_ink(level: float) -> None:
    np.testing.assert_allclose(draw_line(_run(level=level)), draw_line(_run()), atol=1e-5)


def test_draw_line_is_not_led_astray_by_a_speck() -> None:
    ink = _run(level=0.3)
    ink[2:4, 2:4] = 1.0

    assert draw_line(ink)[10:20].max() == 1


def test_draw_line_of_empty_ink_is_empty() -> None:
    assert not draw_line(np.zeros((40, 100), np.float32)).any()
    # What is left of the grain of paper is not stretched to ink.
    assert draw_line(np.full((40, 100), 1e-5, np.float32)).max() < 0.02


def test_draw_line_squeezes_what_would_be_too_wide() -> None:
    assert draw_line(np.zeros((32, 9000), np.float32)).shape == (32, 2056)


def test_stack_lines_lays_paper_behind_the_shorter_ones() -> None:
    lines = [np.full((32, width), 0.5, np.float32) for width in (8, 24, 16)]

    batch = stack_lines(lines)

    assert batch.shape == (3, 32, 24, 1)
    assert batch.dtype == np.float32
    for row, line in zip(batch, lines, strict=True):
        width = line.shape[1]
        np.testing.assert_array_equal(row[:, :width, 0], line)
        assert not row[:, width:].any()
