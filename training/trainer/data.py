"""The data set, checked: MNIST as `(N, 28, 28, 1)` float32 with the writer of every digit."""

import gzip
import hashlib
import math
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

SIDE_PX = 28
WRITERS = "mnist_writers.npz"
# The names that the data set was first published under.
MNIST_FILES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
# Pen strokes that networks learn from, beside MNIST.
STROKE_FILES = (
    "pendigits/pendigits_train.npz",
    *(f"unipen/{name}.npz" for name in ("digits", "lower", "symbols", "upper")),
)
# What networks learn from or are validated on, and MNIST's files of tests alone.
LEARNED_FILES = (
    *(f"mnist/{name}" for name in (WRITERS, *MNIST_FILES["train"])),
    *STROKE_FILES,
)
# What the line network learns from or is validated on.
LINE_FILES = (*LEARNED_FILES, "unipen/strings.npz", "clinic_cells/labels.csv")
MEASURED_FILES = tuple(f"mnist/{name}" for name in MNIST_FILES["test"])
# The third byte of an idx file says what it holds; numbers are big-endian.
_IDX_TYPES: dict[int, np.dtype[Any]] = {0x08: np.dtype(np.uint8), 0x0C: np.dtype(">i4")}
# What to do about a file that is damaged.
_AGAIN = "Copy it again, or get it with `python -m trainer data --download`."


class DataError(Exception):
    """The data folder lacks something or holds something damaged, and what to do."""


@dataclass(frozen=True)
class Digits:
    """Labelled digits.

    `images` (N, 28, 28, 1) float32, 0 paper .. 1 ink; `labels` and `writers` (N,) int64.
    """

    images: Images
    labels: Labels
    writers: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Digits":
        """The chosen digits, in that order."""
        return Digits(self.images[chosen], self.labels[chosen], self.writers[chosen])


def data_folder() -> Path:
    """Where the data sets are: `LEGIBLE_DATA`, else `../shared/data` beside the checkout."""
    named = os.environ.get("LEGIBLE_DATA")
    return Path(named) if named else Path(__file__).parents[3] / "shared" / "data"


def load_mnist(part: str, folder: Path | None = None) -> Digits:
    """Load MNIST's `train` (60,000) or `test` (10,000) part.

    Args:
        part: "train" or "test".
        folder: holds `mnist/`; default `data_folder()`.

    Raises:
        DataError: a file is missing, differs from `MD5SUMS` or is no idx file.

    Source: LeCun, Cortes & Burges, "The MNIST database"; writers from QMNIST (Yadav & Bottou 2019).
    """
    mnist = (folder or data_folder()) / "mnist"
    images_file, labels_file = MNIST_FILES[part]
    for name in (images_file, labels_file, WRITERS):
        if not (mnist / name).is_file():
            raise DataError(
                f"Expected the file mnist/{name} in the data folder, found none. "
                "Set LEGIBLE_DATA to the folder that holds mnist/, or get MNIST from its public "
                "mirrors with `python -m trainer data --download`."
            )
    _check_md5(mnist, (images_file, labels_file))
    images = read_idx(mnist / images_file, axes=3)
    labels = read_idx(mnist / labels_file, axes=1)
    with np.load(mnist / WRITERS) as archive:
        writers = archive[f"{part}_writer"].astype(np.int64)
    if not len(images) == len(labels) == len(writers):
        raise DataError(
            f"Expected one label and one writer for each of {len(images)} digits, got "
            f"{len(labels)} and {len(writers)}. The files belong to different data sets."
        )
    scaled = images[..., np.newaxis].astype(np.float32) / 255.0
    return Digits(scaled, labels.astype(np.int64), writers)


def split_by_writer(digits: Digits, share: float, seed: int) -> tuple[Digits, Digits]:
    """Part digits into training and validation with no writer on both sides.

    Args:
        digits: what to part.
        share: at least this share of the digits goes to validation, whole writers at a time.
        seed: decides which writers.

    Returns:
        (training, validation), each in the order of the data set.
    """
    names, counts = np.unique(digits.writers, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    enough = int(np.searchsorted(np.cumsum(counts[order]), share * len(digits))) + 1
    held_out = np.isin(digits.writers, names[order[:enough]])
    return digits.take(~held_out), digits.take(held_out)


def fingerprints(names: Sequence[str], folder: Path | None = None) -> dict[str, str]:
    """The sha256 of each file of the data folder that is there, MNIST's without their folder.

    Args:
        names: paths below the data folder, e.g. `LEARNED_FILES`.
        folder: default `data_folder()`.
    """
    folder = folder or data_folder()
    return {
        name.removeprefix("mnist/"): hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in names
        if (folder / name).is_file()
    }


def read_idx(path: Path, axes: int) -> NDArray[Any]:
    """The array in a gzipped idx file of the data folder; see `parse_idx`."""
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"mnist/{path.name}: expected a .gz file, got {error}. {_AGAIN}") from error
    return parse_idx(content, path.name, axes)


def parse_idx(content: bytes, name: str, axes: int) -> NDArray[Any]:
    """The array of bytes or of 32 bit integers in an idx file.

    Args:
        content: of the file, decompressed.
        name: what to call it when it is damaged.
        axes: how many it should have.

    Raises:
        DataError: it is no idx file, or another one.
    """
    kind = _IDX_TYPES.get(content[2]) if len(content) >= 4 else None
    if content[:2] != b"\0\0" or kind is None or content[3] != axes:
        raise DataError(
            f"{name}: expected an idx file of bytes or integers with {axes} axes, "
            f"got the magic number {content[:4].hex()}. {_AGAIN}"
        )
    start = 4 + 4 * axes
    shape = tuple(np.frombuffer(content[4:start].ljust(4 * axes, b"\xff"), ">u4").tolist())
    expected_bytes = start + math.prod(shape) * kind.itemsize
    if len(content) != expected_bytes:
        raise DataError(f"{name}: expected {expected_bytes} bytes, got {len(content)}. {_AGAIN}")
    values: NDArray[Any] = np.frombuffer(content, kind, offset=start)
    return values.reshape(shape)


def _check_md5(mnist: Path, names: tuple[str, ...]) -> None:
    sums = mnist / "MD5SUMS"
    if not sums.is_file():
        raise DataError(f"Expected mnist/MD5SUMS in the data folder, found none. {_AGAIN}")
    expected = {
        name.lstrip("*"): md5 for md5, name in map(str.split, sums.read_text("utf-8").splitlines())
    }
    for name in names:
        found = hashlib.md5((mnist / name).read_bytes(), usedforsecurity=False).hexdigest()
        if found != expected.get(name):
            raise DataError(
                f"mnist/{name}: expected md5 {expected.get(name)}, got {found}. "
                f"The file is damaged. {_AGAIN}"
            )
