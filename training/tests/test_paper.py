import cv2
import numpy as np
import pytest

from trainer.hand import (
    HEIGHT_PX,
    Canvas,
)
from trainer.paper import photograph

BAR = np.zeros((HEIGHT_PX, 100), np.float32)
BAR[8:56, 44:56] = 1
NEIGHBOUR = np.ones((40, 20), np.float32)


def shoot(seed: int, row: Canvas = BAR, neighbour: Canvas = NEIGHBOUR) -> Canvas:
    return photograph(row, neighbour, np.random.default_rng(seed))


@pytest.mark.parametrize("width", [1, 3, 40, 700])
def test_a_photograph_is_a_line_as_the_network_takes_it(width: int) -> None:
    row = np.zeros((HEIGHT_PX, width), np.float32)
    row[20:50] = 1

    # Enough of them to meet every kind of paper.
    for seed in range(40):
        line = shoot(seed, row)
        assert line.shape[0] == 32
        assert line.shape[1] % 4 == 0
        assert line.dtype == np.float32
        assert np.isfinite(line).all()
        assert 0 <= line.min() <= line.max() <= 1


def test_ink_is_dark_on_the_paper_and_therefore_bright_in_the_line() -> None:
    contrasts = []
    for seed in range(60):
        # The margins differ, so the bar is looked for where the line is inkiest.
        columns = shoot(seed)[8:24].mean(axis=0)
        contrasts.append(columns.max() - np.median(columns))

    assert np.median(contrasts) > 0.5
    # Faint pencil on rough paper is still ink.
    assert min(contrasts) > 0.03


def test_a_photograph_has_the_proportions_of_its_row() -> None:
    long = np.tile(BAR, (1, 6))

    for seed in range(20):
        assert 3 < shoot(seed, long).shape[1] / shoot(seed).shape[1] < 6


def test_the_same_seed_gives_the_same_photograph() -> None:
    for seed in range(5):
        np.testing.assert_array_equal(shoot(seed), shoot(seed))


def test_photographs_differ() -> None:
    lines = [cv2.resize(shoot(seed), (64, 32)) for seed in range(6)]

    assert all(
        np.abs(one - other).mean() > 0.01
        for place, one in enumerate(lines)
        for other in lines[:place]
    )


def test_a_neighbour_may_be_larger_than_the_row() -> None:
    huge = np.ones((300, 500), np.float32)

    for seed in range(30):
        assert shoot(seed, BAR[:, :8], huge).shape[0] == 32


def test_the_row_itself_is_left_alone() -> None:
    row = BAR.copy()
    for seed in range(20):
        shoot(seed, row)

    np.testing.assert_array_equal(row, BAR)
