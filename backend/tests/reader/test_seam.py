"""Seams: paths that part symbols where they touch, from top to bottom."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legible.reader.ink import InkArray
from legible.reader.seam import find_seam


def _rings(height: int, apart: float) -> InkArray:
    """Two rings as high as the picture; their middles `apart` heights from each other."""
    canvas = np.zeros((height, 2 * height), np.uint8)
    axes = (round(0.3 * height), round(0.44 * height))
    for middle in (0.5 * height, (0.5 + apart) * height):
        at = (round(middle), height // 2)
        cv2.ellipse(canvas, at, axes, 0, 0, 360, 255, max(1, height // 9), cv2.LINE_AA)
    return np.asarray(canvas / np.float32(255), np.float32)


@pytest.mark.parametrize("height", [30, 48, 90, 300])
@pytest.mark.parametrize("apart", [0.55, 0.6, 0.68])
def test_a_seam_parts_rings_that_touch_and_leaves_both_holes_alone(
    height: int, apart: float
) -> None:
    ink = _rings(height, apart)

    seam = find_seam(ink, 0.5 * height, (0.5 + apart) * height)

    where = (0.5 + apart / 2) * height
    assert np.abs(seam - where).max() < 0.12 * height
    crossed = ink[np.arange(height), seam] > 0.5
    assert np.diff(crossed.astype(int)).clip(0).sum() + crossed[0] == 1


def test_a_seam_leans_as_the_strokes_beside_it_do() -> None:
    canvas = np.zeros((40, 60), np.uint8)
    for left in (20, 31):
        cv2.line(canvas, (left, 39), (left + 10, 0), 255, 3)
    ink = np.asarray(canvas / np.float32(255), np.float32)

    seam = find_seam(ink, 25, 36)

    assert ink[np.arange(40), seam].max() == 0
    assert (ink[:, :60] * (np.arange(60) < seam[:, None])).sum() == pytest.approx(ink.sum() / 2)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_seam_through_ink_all_alike_is_straight_and_halfway(level: float) -> None:
    seam = find_seam(np.full((20, 61), level, np.float32), 10, 50)

    np.testing.assert_array_equal(seam, np.full(20, 30))


@given(
    height=st.integers(1, 70),
    width=st.integers(1, 90),
    before=st.floats(-20, 100),
    gap=st.floats(0, 60),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_a_seam_has_a_column_of_the_picture_in_every_row(
    height: int, width: int, before: float, gap: float, seed: int
) -> None:
    ink = np.random.default_rng(seed).random((height, width), np.float32)

    seam = find_seam(ink, before, before + gap)

    assert seam.shape == (height,)
    assert seam.min() >= 0
    assert seam.max() < width
