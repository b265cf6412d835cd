"""What is in the data folder: counts, balance, copies across splits, and pictures to look at."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.normalise import Convention
from trainer.config import PRESETS
from trainer.data import Digits, Images, load_mnist
from trainer.model import CLASSES
from trainer.outside import load_outside
from trainer.sources import load_sources

_SHEET_ROWS, _SHEET_COLUMNS = 11, 24
# Pictures whose mean squared difference is below this, in a picture of 0..1, look the same.
_NEAR = 0.004
# Pictures are compared at this many pixels a side first, a few hundred at a time.
_COARSE_PX = 14
_PART = 500


def report_data(out: Path, limit: int | None = None) -> dict[str, Any]:
    """Count the sets, look for near-duplicates across splits and draw a sheet of each set.

    Args:
        out: folder of the sheets, `<set>.png` and `<set>-mean.png`, made if missing. Some sets
            may not be published, nor pictures of them: keep the folder out of repositories.
        limit: digits of MNIST used, for a quick look; None = all.

    Returns:
        JSON values by set: `n`, `classes` (count of each label), `writers`; and
        `near_duplicates`, for each pair of splits the number of pictures of the first that
        nearly are in the second.

    Raises:
        DataError: the data folder lacks MNIST or the pen strokes.
    """
    out.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"sets": {}, "near_duplicates": {}}
    kept: dict[str, Digits] = {}
    for name, digits in _sets(limit):
        kept[name] = digits
        found["sets"][name] = {
            "n": len(digits),
            "classes": np.bincount(digits.labels, minlength=len(CLASSES)).tolist(),
            "writers": len(np.unique(digits.writers)),
        }
        _write(out / f"{_file_name(name)}.png", contact_sheet(digits))
        _write(out / f"{_file_name(name)}-mean.png", np.hstack(_means(digits)))
    learned = kept.pop("mnist training").images
    for name, digits in kept.items():
        found["near_duplicates"][f"{name} in mnist training"] = count_near(digits.images, learned)
    return found


def count_near(images: Images, among: Images) -> int:
    """How many of `images` nearly equal one of `among`: mean squared difference below 0.004.

    Shifts count as differences; both come centred by the normaliser or by MNIST.

    Args:
        images: (N, 28, 28, 1) float32.
        among: (M, 28, 28, 1) float32.
    """
    if len(images) == 0 or len(among) == 0:
        return 0
    coarse, coarse_among = _coarse(images), _coarse(among)
    squares = (coarse_among**2).sum(axis=1)
    pixels = coarse.shape[1]
    near = 0
    for start in range(0, len(images), _PART):
        part = coarse[start : start + _PART]
        distances = (part**2).sum(axis=1)[:, None] - 2 * part @ coarse_among.T + squares
        # Reducing makes pictures more alike: full size decides about the nearest candidate.
        candidates = distances.argmin(axis=1)
        close = np.flatnonzero(distances.min(axis=1) / pixels < _NEAR)
        difference = images[start + close] - among[candidates[close]]
        near += int(((difference**2).mean(axis=(1, 2, 3)) < _NEAR).sum())
    return near


def contact_sheet(digits: Digits) -> NDArray[np.uint8]:
    """The first pictures of each label, a row a label: (rows * 28, 24 * 28) uint8, bright ink."""
    side = digits.images.shape[1]
    sheet = np.zeros((_SHEET_ROWS * side, _SHEET_COLUMNS * side), np.uint8)
    for label in range(_SHEET_ROWS):
        chosen = digits.images[digits.labels == label][:_SHEET_COLUMNS, :, :, 0]
        for place, picture in enumerate(chosen):
            rows, columns = label * side, place * side
            sheet[rows : rows + side, columns : columns + side] = np.round(255 * picture)
    return sheet


def _sets(limit: int | None) -> Iterator[tuple[str, Digits]]:
    training, validation = load_sources(PRESETS["digit"])
    yield "mnist training", training.mnist.take(slice(limit))
    yield "mnist validation", validation.mnist.take(slice(limit))
    yield "mnist test", load_mnist("test").take(slice(limit))
    yield "pen training", training.pen.take(slice(limit))
    yield "pen validation", validation.pen.take(slice(limit))
    yield "no digit training", training.no_digit.take(slice(limit))
    yield "no digit validation", validation.no_digit.take(slice(limit))
    for name, digits in load_outside(Convention()):
        yield name, digits.take(slice(limit))


def _means(digits: Digits) -> list[NDArray[np.uint8]]:
    means = []
    for label in range(len(CLASSES)):
        chosen = digits.images[digits.labels == label][..., 0]
        mean = chosen.mean(axis=0) if len(chosen) else np.zeros(digits.images.shape[1:3])
        means.append(np.round(255 * mean).astype(np.uint8))
    return means


def _coarse(images: Images) -> NDArray[np.float32]:
    step = images.shape[1] // _COARSE_PX
    blocks = images.reshape(len(images), _COARSE_PX, step, _COARSE_PX, step)
    return np.asarray(blocks.mean(axis=(2, 4)).reshape(len(images), -1), np.float32)


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _write(path: Path, picture: NDArray[np.uint8]) -> None:
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
