import numpy as np
import pytest
from numpy.typing import NDArray

from trainer.line_augment import steps_needed, vary

Picture = NDArray[np.uint8]


def bars(width: int) -> Picture:
    """Upright strokes, one every twelve pixels."""
    picture = np.zeros((32, width), np.uint8)
    for x in range(6, width - 4, 12):
        picture[6:26, x : x + 3] = 255
    return picture


@pytest.mark.parametrize(
    ("text", "steps"), [("", 0), ("7", 1), ("12", 2), ("11", 3), ("1115", 6), ("1.1", 3)]
)
def test_a_text_needs_a_step_for_each_symbol_and_a_blank_within_each_pair(
    text: str, steps: int
) -> None:
    assert steps_needed(text) == steps


@pytest.mark.parametrize("text", ["7", "11111", "123456789", "####-####".replace("#", "0")])
def test_a_variant_stays_wide_enough_for_its_text(text: str) -> None:
    rng = np.random.default_rng(1)
    # No wider than what the text needs.
    picture = bars(4 * steps_needed(text))

    for _ in range(100):
        assert vary(picture, text, rng).shape[1] // 4 >= steps_needed(text)


def test_a_variant_is_a_line_of_a_width_that_batches_take() -> None:
    rng = np.random.default_rng(2)

    for width in (12, 32, 76, 300):
        for _ in range(60):
            line = vary(bars(width), "1", rng)
            assert line.dtype == np.float32
            assert line.shape[0] == 32
            assert line.shape[1] % 16 == 0
            assert 0 <= line.min() <= line.max() <= 1


def test_the_writing_survives() -> None:
    rng = np.random.default_rng(3)

    for _ in range(100):
        line = vary(bars(120), "1111111111", rng)
        assert line.max() > 0.25
        inked = line > line.max() / 2
        assert 0.02 < inked.mean() < 0.6


def test_variants_differ_in_width_and_ink() -> None:
    rng = np.random.default_rng(4)

    lines = [vary(bars(200), "1111", rng) for _ in range(40)]

    assert len({line.shape[1] for line in lines}) > 2
    assert max(line.mean() for line in lines) > 1.5 * min(line.mean() for line in lines)


def test_the_same_seed_gives_the_same_variant() -> None:
    for seed in range(10):
        first, again = (vary(bars(90), "1111", np.random.default_rng(seed)) for _ in range(2))
        np.testing.assert_array_equal(first, again)


def test_the_picture_itself_is_left_alone() -> None:
    picture = bars(90)
    rng = np.random.default_rng(5)
    for _ in range(20):
        vary(picture, "1111", rng)

    np.testing.assert_array_equal(picture, bars(90))
