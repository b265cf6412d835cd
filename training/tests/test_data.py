import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from trainer.data import LEARNED_FILES, DataError, Digits, fingerprints, load_mnist, split_by_writer


def made_digits(writers: list[int]) -> Digits:
    count = len(writers)
    images = np.arange(count, dtype=np.float32).reshape(-1, 1, 1, 1) * np.ones((28, 28, 1), "f")
    return Digits(images, np.arange(count) % 10, np.array(writers))


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_digits_come_as_ink_from_0_to_1_when_loaded(tiny_mnist: Path) -> None:
    digits = load_mnist("train")

    assert digits.images.shape == (320, 28, 28, 1)
    assert digits.images.dtype == np.float32
    assert digits.images.min() == 0
    assert 0.9 < digits.images.max() <= 1
    assert set(digits.labels) == set(range(10))
    assert len(digits.writers) == len(digits) == 320


def test_the_test_part_is_another_one_than_the_training_part(tiny_mnist: Path) -> None:
    assert len(load_mnist("test")) == 64


def test_loading_says_what_to_set_when_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Set LEGIBLE_DATA"):
        load_mnist("train", tmp_path)


def test_loading_fails_when_a_file_is_damaged(tiny_mnist: Path) -> None:
    path = tiny_mnist / "mnist" / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(DataError, match="expected md5"):
        load_mnist("train")


def test_loading_fails_when_a_file_is_of_another_kind(tiny_mnist: Path) -> None:
    mnist = tiny_mnist / "mnist"
    path = mnist / "train-labels-idx1-ubyte.gz"
    before = path.read_bytes()
    path.write_bytes(gzip.compress(b"\0\0\x0d\x01 floats"))
    sums = (mnist / "MD5SUMS").read_text()
    (mnist / "MD5SUMS").write_text(sums.replace(md5(before), md5(path.read_bytes())))

    with pytest.raises(DataError, match="idx file of bytes"):
        load_mnist("train")


def test_loading_fails_when_labels_and_digits_do_not_match(tiny_mnist: Path) -> None:
    writers = np.arange(5)
    np.savez(tiny_mnist / "mnist" / "mnist_writers.npz", train_writer=writers, test_writer=writers)

    with pytest.raises(DataError, match="one label and one writer"):
        load_mnist("train")


def test_fingerprints_change_when_a_file_does(tiny_mnist: Path) -> None:
    before = fingerprints(LEARNED_FILES)
    (tiny_mnist / "mnist" / "mnist_writers.npz").write_bytes(b"")

    after = fingerprints(LEARNED_FILES)

    assert [name for name in before if before[name] != after[name]] == ["mnist_writers.npz"]


@pytest.mark.parametrize("seed", range(5))
def test_no_writer_is_on_both_sides_when_split(seed: int) -> None:
    digits = made_digits([writer for writer in range(40) for _ in range(writer % 7 + 1)])

    training, validation = split_by_writer(digits, 0.2, seed)

    assert not set(training.writers) & set(validation.writers)
    assert len(training) + len(validation) == len(digits)
    assert 0.2 * len(digits) <= len(validation) <= 0.2 * len(digits) + 7


def test_a_split_is_the_same_when_the_seed_is() -> None:
    digits = made_digits(list(range(50)))

    first, again, other = (split_by_writer(digits, 0.3, seed)[1] for seed in (1, 1, 2))

    np.testing.assert_array_equal(first.images, again.images)
    assert set(first.writers) != set(other.writers)


@pytest.mark.data
def test_the_real_data_is_whole_and_its_writers_are_kept_apart(real_mnist: Path) -> None:
    train, test = load_mnist("train", real_mnist), load_mnist("test", real_mnist)
    training, validation = split_by_writer(train, 0.1, 20260131)

    assert (len(train), len(test)) == (60_000, 10_000)
    assert not set(training.writers) & set(validation.writers)
    assert not set(train.writers) & set(test.writers)
    assert 6_000 <= len(validation) < 6_500
