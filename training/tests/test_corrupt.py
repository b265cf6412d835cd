import numpy as np
import pytest

from trainer.corrupt import CORRUPTIONS, corrupt
from trainer.golden import draw_digits

DIGITS = draw_digits()[:30]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_corruption_changes_digits_and_keeps_shape_and_range(name: str) -> None:
    before = DIGITS.copy()

    spoiled = corrupt(DIGITS, name, np.random.default_rng(1))

    assert spoiled.shape == DIGITS.shape
    assert spoiled.dtype == np.float32
    assert ((spoiled >= 0) & (spoiled <= 1)).all()
    assert np.abs(spoiled - DIGITS).mean() > 0.005
    np.testing.assert_array_equal(DIGITS, before)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_the_same_when_the_seed_is(name: str) -> None:
    first, again = (corrupt(DIGITS, name, np.random.default_rng(3)) for _ in range(2))

    np.testing.assert_array_equal(first, again)


def test_there_are_the_fifteen_of_mnist_c() -> None:
    assert len(CORRUPTIONS) == 15
