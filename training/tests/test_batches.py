import threading
from dataclasses import replace

import numpy as np
import pytest

from trainer.batches import draw_batches, one_ahead
from trainer.config import PRESETS
from trainer.golden import draw_digits

SMOKE = replace(PRESETS["smoke"], batch=8)
DIGITS = draw_digits()[:30]
TARGETS = np.eye(11, dtype=np.float32)[np.arange(30) % 10]


def drawn(seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    order = np.arange(30)[::-1].copy()
    rng = np.random.default_rng(seed)
    return list(draw_batches(DIGITS, TARGETS, order, SMOKE, rng=rng, teacher=None))


def test_batches_follow_the_order_and_leave_out_what_fills_none() -> None:
    batches = drawn(1)

    labels = np.concatenate([wanted.argmax(axis=1) for _, wanted in batches])
    assert [len(pictures) for pictures, _ in batches] == [8, 8, 8]
    assert labels.tolist() == [place % 10 for place in range(29, 5, -1)]


def test_the_same_seed_gives_the_same_batches() -> None:
    for (one, _), (other, _) in zip(drawn(2), drawn(2), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_next_one_is_made_while_the_last_is_used() -> None:
    made = [threading.Event() for _ in range(3)]

    def make(step: int) -> int:
        made[step].set()
        return step

    for step in (steps := one_ahead(make, 3)):
        assert step == 2 or made[step + 1].wait(10)
    assert list(steps) == []


def test_an_error_in_making_reaches_whoever_iterates() -> None:
    with pytest.raises(ZeroDivisionError):
        list(one_ahead(lambda step: 1 // (1 - step), 3))


def test_nothing_is_made_when_nothing_is_asked_for() -> None:
    assert list(one_ahead(lambda step: 1 // (step - step), 0)) == []
