"""Strokes moved as another hand might have written them."""

import numpy as np
import pytest

from trainer.deform import deform

# An upright oval and a bar through it, 100 units high.
ANGLES = np.linspace(0, 2 * np.pi, 60)
OVAL = np.stack([30 * np.cos(ANGLES), 50 * np.sin(ANGLES)], axis=1).astype(np.int16)
BAR = np.array([[-40, 0], [40, 0]], np.int16)


def test_strokes_keep_their_points_and_are_nearly_as_large() -> None:
    for seed in range(50):
        oval, bar = deform([OVAL, BAR], 100.0, np.random.default_rng(seed))

        assert (oval.shape, bar.shape) == (OVAL.shape, BAR.shape)
        assert oval.dtype == np.float32
        sides = np.ptp(oval, axis=0) / np.ptp(OVAL, axis=0)
        assert (sides > 0.6).all()
        assert (sides < 1.7).all()


def test_no_two_are_the_same_but_those_of_one_seed() -> None:
    first, second, again = (deform([OVAL], 100.0, np.random.default_rng(s))[0] for s in (1, 2, 1))

    assert np.abs(first - second).max() > 1
    np.testing.assert_array_equal(first, again)


def test_neighbours_stay_neighbours() -> None:
    steps = np.linalg.norm(np.diff(OVAL.astype(float), axis=0), axis=1)
    for seed in range(50):
        (oval,) = deform([OVAL], 100.0, np.random.default_rng(seed))
        moved = np.linalg.norm(np.diff(oval, axis=0), axis=1)

        assert moved.max() < 2 * steps.max()
        # A closed loop stays closed.
        assert np.linalg.norm(oval[0] - oval[-1]) < 1e-3 * 100


def test_the_same_writing_in_other_units_is_moved_alike() -> None:
    (small,) = deform([OVAL], 100.0, np.random.default_rng(3))
    (large,) = deform([OVAL.astype(np.int32) * 8], 800.0, np.random.default_rng(3))

    np.testing.assert_allclose(large, small * 8, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("points", [[(5, 5)], [(0, 0), (1, 0)]])
def test_a_dot_stays_one(points: list[tuple[int, int]]) -> None:
    (dot,) = deform([np.array(points, np.int16)], 1.0, np.random.default_rng(4))

    assert np.isfinite(dot).all()
    assert np.ptp(dot, axis=0).max() < 3
