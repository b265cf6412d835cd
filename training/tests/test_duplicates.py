import cv2
import numpy as np
import pytest

from trainer.data import Digits
from trainer.duplicates import COPY, Nearest, describe_nearest, find_nearest, stranger_rates
from trainer.golden import draw_digits

DIGITS = draw_digits()[:30]


def shifted(images: np.ndarray, right_px: float, down_px: float) -> np.ndarray:
    move = np.array([[1, 0, right_px], [0, 1, down_px]], np.float32)
    moved = [cv2.warpAffine(image, move, (28, 28)) for image in images[..., 0]]
    return np.stack(moved)[..., np.newaxis]


def compressed(images: np.ndarray, quality: int) -> np.ndarray:
    through = []
    for image in images[..., 0]:
        grey = np.round(255 * image).astype(np.uint8)
        content = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        back = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
        assert back is not None
        through.append(back.astype(np.float32) / 255)
    return np.stack(through)[..., np.newaxis]


@pytest.mark.parametrize(
    "copies",
    [
        DIGITS,
        0.5 * DIGITS,
        DIGITS**1.5,
        np.roll(DIGITS, (1, -1), (1, 2)),
        shifted(DIGITS, 0.5, 0.3),
        compressed(DIGITS, 50),
        np.random.default_rng(1).normal(DIGITS, 0.04).clip(0, 1).astype(np.float32),
    ],
    ids=["same", "dimmed", "gamma", "moved", "half a pixel", "jpeg", "noise"],
)
def test_a_copy_is_found_however_it_was_passed_on(copies: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    among = np.concatenate([rng.random((40, 28, 28, 1), np.float32), DIGITS])

    nearest = find_nearest(copies.astype(np.float32), among)

    assert (nearest.distance < COPY).all()
    assert nearest.place.tolist() == [40 + place for place in range(30)]


def test_a_digit_written_otherwise_is_no_copy() -> None:
    nearest = find_nearest(DIGITS[:10], DIGITS[10:])

    assert nearest.distance.min() > COPY


def test_nothing_is_near_when_there_is_nothing_to_compare_with() -> None:
    nearest = find_nearest(DIGITS[:3], DIGITS[:0])

    assert np.isinf(nearest.distance).all()
    assert nearest.place.tolist() == [-1, -1, -1]
    assert len(find_nearest(DIGITS[:0], DIGITS).distance) == 0


def test_pictures_of_the_same_writer_are_not_compared() -> None:
    writers = np.array([1, 2, 2])

    nearest = find_nearest(DIGITS[:3], DIGITS[:3], (writers, writers))

    assert nearest.place[0] in (1, 2)
    assert nearest.place[1:].tolist() == [0, 0]
    one = np.ones(3, np.int64)
    alone = find_nearest(DIGITS[:3], DIGITS[:3], (one, one))
    assert np.isinf(alone.distance).all()


def test_a_blank_picture_is_like_nothing() -> None:
    blank = np.zeros((1, 28, 28, 1), np.float32)

    assert find_nearest(blank, np.concatenate([blank, DIGITS])).distance[0] == pytest.approx(1)


def test_the_search_goes_beyond_its_first_slab(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = find_nearest(DIGITS[:10], DIGITS[10:])
    monkeypatch.setattr("trainer.duplicates._SLAB", 7)
    monkeypatch.setattr("trainer.duplicates._PART", 3)

    parted = find_nearest(DIGITS[:10], DIGITS[10:])

    np.testing.assert_allclose(parted.distance, whole.distance, atol=1e-6)
    np.testing.assert_array_equal(parted.place, whole.place)


def test_the_control_counts_what_two_writers_wrote_alike() -> None:
    digits = Digits(
        np.concatenate([DIGITS[:4], DIGITS[:2]]),
        np.array([0, 1, 2, 3, 0, 1]),
        np.array([1, 1, 1, 1, 1, 2]),
    )

    rates = stranger_rates(digits, 4)

    # The two 0s are the same writer's; the two 1s are not.
    assert rates == [(0, 2), (2, 2), (0, 1), (0, 1)]


def test_near_pictures_are_suspect_where_strangers_never_come_near() -> None:
    nearest = Nearest(np.array([0.01, 0.01, 0.3, 0.5], np.float32), np.arange(4))

    told = describe_nearest(np.array([0, 1, 0, 1]), nearest, [(0, 900), (300, 1000)])

    assert told["near"] == [1, 1]
    assert told["suspects"] == 1
    assert told["closest"] == told["closest_other"] == 0.01
    assert told["median"] == pytest.approx(0.155)
    low, high = told["strangers"][1]
    assert low < 2 * 0.3 < high
