from dataclasses import replace

import numpy as np
import pytest

from trainer.augment import (
    add_noise,
    add_salt_and_pepper,
    add_uniform_noise,
    augment,
    augment_in_two,
)
from trainer.config import Augmentation
from trainer.golden import draw_digits

STILL = Augmentation(
    rotation_deg=0,
    shear=0,
    log_scale=0,
    log_aspect=0,
    shift_px=0,
    elastic_px=0,
    thickness_share=0,
    blur_share=0,
    low_resolution_share=0,
    contrast_share=0,
    noise_share=0,
    line_share=0,
    jpeg_share=0,
    salt_share=0,
    uniform_share=0,
)
DIGITS = draw_digits()[:30]


def varied(options: Augmentation, seed: int = 1) -> np.ndarray:
    return augment(DIGITS, options, np.random.default_rng(seed))


@pytest.mark.parametrize("count", [0, 1, 511, 1025])
def test_shape_type_and_range_are_kept_for_any_batch_size(count: int) -> None:
    digits = np.resize(DIGITS, (count, 28, 28, 1))

    new = augment(digits, Augmentation(), np.random.default_rng(1))

    assert new.shape == digits.shape
    assert new.dtype == np.float32
    assert ((new >= 0) & (new <= 1)).all()


def test_digits_are_the_same_when_the_seed_is_and_others_when_not() -> None:
    first, again, other = (varied(Augmentation(), seed) for seed in (1, 1, 2))

    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_given_digits_are_left_alone() -> None:
    before = DIGITS.copy()

    varied(Augmentation())

    np.testing.assert_array_equal(DIGITS, before)


def test_nothing_changes_when_every_range_is_zero() -> None:
    np.testing.assert_allclose(varied(STILL), DIGITS, atol=1e-3)


def test_a_digit_never_bleeds_into_its_neighbours() -> None:
    digits = DIGITS.copy()
    digits[1::2] = 0
    far = replace(STILL, shear=0.3, elastic_px=1.6, shift_px=12, log_scale=0.5, rotation_deg=40)

    new = augment(digits, far, np.random.default_rng(4))

    assert new[1::2].max() == 0
    assert (new[::2].max(axis=(1, 2, 3)) > 0.2).all()


def test_ink_moves_at_most_as_far_as_the_shift_when_only_that_is_on() -> None:
    new = varied(replace(STILL, shift_px=2.0))

    moved = centres(new) - centres(DIGITS)

    assert np.abs(moved).max() <= 2.01
    assert np.abs(moved).max() > 0.5


def test_strokes_grow_and_shrink_when_only_thickness_is_on() -> None:
    ink = varied(replace(STILL, thickness_share=0.5)).sum(axis=(1, 2, 3)) / DIGITS.sum(
        axis=(1, 2, 3)
    )

    assert ink.max() > 1.2
    assert ink.min() < 0.95
    assert ink.min() > 0.3


def test_a_digit_loses_detail_but_no_ink_when_only_resolution_is_on() -> None:
    new = varied(replace(STILL, low_resolution_share=1.0, low_resolution_px=(9,)))

    np.testing.assert_allclose(new.sum(axis=(1, 2, 3)), DIGITS.sum(axis=(1, 2, 3)), rtol=0.03)
    assert new.max() < DIGITS.max()


def test_the_paper_stays_empty_when_only_contrast_is_on() -> None:
    new = varied(replace(STILL, contrast_share=1.0))

    assert new[DIGITS == 0].max() < 1e-3
    assert new.max(axis=(1, 2, 3)).min() < 0.8


def test_noise_has_the_asked_strength_where_it_is_not_cut() -> None:
    grey = np.full((2, 200, 200, 1), 0.5, np.float32)

    noisy = add_noise(grey, np.array([0.0, 0.1]), np.random.default_rng(1))

    np.testing.assert_array_equal(noisy[0], grey[0])
    assert noisy[1].std() == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("amount", [0.0, 0.3, 0.7])
def test_salt_and_pepper_fall_on_the_asked_share_of_pixels(amount: float) -> None:
    grey = np.full((1, 400, 400, 1), 0.5, np.float32)

    salted = add_salt_and_pepper(grey, amount, np.random.default_rng(1))

    assert (salted == 1).mean() == pytest.approx(amount / 2, abs=0.01)
    assert (salted == 0).mean() == pytest.approx(amount / 2, abs=0.01)


def test_a_line_crosses_some_digits_and_leaves_the_others_alone() -> None:
    digits = np.zeros((200, 28, 28, 1), np.float32)

    new = augment(digits, replace(STILL, line_share=0.5), np.random.default_rng(2))

    crossed = new.max(axis=(1, 2, 3)) > 0.2
    assert 0.15 < crossed.mean() < 0.5
    assert new[~crossed].max() == 0


def test_jpeg_changes_digits_a_little() -> None:
    new = varied(replace(STILL, jpeg_share=1.0))

    assert 0 < np.abs(new - DIGITS).mean() < 0.05


def centres(digits: np.ndarray) -> np.ndarray:
    rows, columns = np.mgrid[:28, :28]
    ink = digits[..., 0] / digits.sum(axis=(1, 2, 3))[:, None, None]
    return np.stack([(ink * rows).sum(axis=(1, 2)), (ink * columns).sum(axis=(1, 2))], axis=1)


def test_uniform_noise_stays_within_its_half_width() -> None:
    grey = np.full((50, 28, 28, 1), 0.5, np.float32)

    noise = add_uniform_noise(grey, 0.3, np.random.default_rng(4)) - 0.5

    assert np.abs(noise).max() <= 0.3 + 1e-6
    assert noise.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.02)


def test_the_digit_as_written_is_that_which_arrives_when_nothing_spoils_it() -> None:
    options = replace(STILL, rotation_deg=15, thickness_share=0.5)

    written, arrived = augment_in_two(DIGITS, options, np.random.default_rng(5))
    _, noisy = augment_in_two(
        DIGITS, replace(options, uniform_share=1.0, uniform_half=0.5), np.random.default_rng(5)
    )

    np.testing.assert_array_equal(arrived, written)
    assert np.abs(written - DIGITS).max() > 0.1
    assert 0.01 < np.abs(noisy - written).mean() < 0.25
