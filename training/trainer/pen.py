"""Pen strokes drawn as pictures: handwriting kept as the path of a pen, inked with any pen.

The drawings pass through `legible.reader.normalise`, so that they come to the network exactly as
the glyphs of a photograph do.
"""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.normalise import Convention, normalise
from trainer.data import DataError, Images, Labels, data_folder

Part = Literal["train", "validation", "test"]

# Strokes are drawn on a canvas this long before the normaliser scales them: four times its box.
_LONG_PX = 80
_MARGIN_PX = 14
# Between the points of a resampled stroke: close enough that smoothing cannot cut corners.
_STEP_PX = 1.5
# Widths of a pen in pixels of that canvas, a little beyond what MNIST's writers used.
_LEAST_PX, _MOST_PX = 4.0, 17.0
# Fractional bits of OpenCV's coordinates.
_BITS = 4
# Shares of the writers that are kept from training.
_VALIDATION_SHARE, _TEST_SHARE = 0.1, 0.1


@dataclass(frozen=True)
class PenStrokes:
    """Samples of one file: `strokes[i]` the strokes of sample i, each (P, 2) x, y downwards."""

    strokes: Sequence[Sequence[NDArray[np.int16]]]
    labels: NDArray[np.str_]
    writers: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "PenStrokes":
        """The chosen samples, in that order."""
        places = np.arange(len(self))[chosen]
        strokes = [self.strokes[place] for place in places]
        return PenStrokes(strokes, self.labels[places], self.writers[places])

    def part(self, part: Part) -> "PenStrokes":
        """The samples of the writers of one part; a writer has the same part in every file."""
        parts = {writer: part_of(str(writer)) for writer in np.unique(self.writers)}
        return self.take(np.array([parts[writer] == part for writer in self.writers], bool))


def part_of(writer: str) -> Part:
    """The part that a writer belongs to, by name alone: the same in every file and every run."""
    share = int.from_bytes(hashlib.sha256(writer.encode()).digest()[:4], "big") / 2**32
    if share < _VALIDATION_SHARE:
        return "validation"
    return "test" if share < _VALIDATION_SHARE + _TEST_SHARE else "train"


def load_strokes(name: str, folder: Path | None = None) -> PenStrokes:
    """Load one file of pen strokes.

    Args:
        name: path without ending below the data folder, e.g. "unipen/digits".
        folder: default `data_folder()`.

    Raises:
        DataError: the file is missing.

    Source: Guyon et al., "UNIPEN project of on-line data exchange" (ICPR 1994); Alimoglu &
    Alpaydin, "Pen-Based Recognition of Handwritten Digits" (UCI, 1998).
    """
    path = (folder or data_folder()) / f"{name}.npz"
    if not path.is_file():
        raise DataError(
            f"Expected the file {name}.npz in the data folder, found none. "
            "Set LEGIBLE_DATA to the folder that holds it."
        )
    with np.load(path) as kept:
        points, labels, writers = kept["points"], kept["label"], kept["writer"]
        strokes = np.split(points, kept["stroke_start"][1:])
        bounds = [*kept["sample_start"].tolist(), len(strokes)]
    samples = [strokes[start:stop] for start, stop in pairwise(bounds)]
    return PenStrokes(samples, labels, writers)


def writer_numbers(writers: NDArray[np.str_]) -> Labels:
    """A number for each writer's name, the same in every file."""
    return np.array([zlib.crc32(str(writer).encode()) for writer in writers], np.int64)


def draw_strokes(samples: PenStrokes, convention: Convention, rng: np.random.Generator) -> Images:
    """Ink each sample with a pen of its own and normalise it.

    Args:
        samples: what to draw.
        convention: how the normaliser draws.
        rng: chooses width and shape of the pen, and how smooth its path is.

    Returns:
        (N, 28, 28, 1) float32, 0 paper .. 1 ink.
    """
    return normalise([_ink(sample, rng) for sample in samples.strokes], convention)


def _ink(strokes: Sequence[NDArray[Any]], rng: np.random.Generator) -> NDArray[np.float32]:
    """One drawing, cut where its ink ends, plus a margin."""
    every = np.concatenate(strokes).astype(np.float32)
    low, span = every.min(axis=0), max(1.0, float(np.ptp(every, axis=0).max()))
    scale = _LONG_PX / span
    smoothing = int(rng.integers(1, 5))
    paths = [smooth_path((stroke - low) * scale, smoothing) for stroke in strokes]
    width, height = np.ceil(np.ptp(every, axis=0) * scale).astype(int) + 2 * _MARGIN_PX
    canvas = np.zeros((int(height), int(width)), np.uint8)
    fixed = [np.round((path + _MARGIN_PX) * 2**_BITS).astype(np.int32) for path in paths]
    pen_px = float(rng.uniform(_LEAST_PX, _MOST_PX))
    if rng.random() < 0.6:
        cv2.polylines(canvas, fixed, False, 255, max(1, round(pen_px)), cv2.LINE_AA, _BITS)
    else:
        cv2.polylines(canvas, fixed, False, 255, 2, cv2.LINE_AA, _BITS)
        canvas = np.asarray(cv2.dilate(canvas, _nib(pen_px, rng)), np.uint8)
    return canvas.astype(np.float32) / 255.0


def _nib(pen_px: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A flat nib held at some angle: strokes are thick along one direction, thin across."""
    side = int(np.ceil(pen_px)) | 1
    nib = np.zeros((side, side), np.uint8)
    half = (side - 1) / 2
    axes = (half, half * float(rng.uniform(0.3, 1.0)))
    box = ((half, half), (2 * axes[0], 2 * axes[1]), float(rng.uniform(0, 180)))
    cv2.ellipse(nib, box, 1, -1)
    nib[side // 2, side // 2] = 1
    return nib


def smooth_path(path: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Resample at equal steps and average over `reach` neighbours a side; the ends stay."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    count = int(along[-1] / _STEP_PX) + 1
    if count < 3:
        # A line of one point is not drawn at all; a dot is a line of no length.
        return np.concatenate([path, path[-1:] + 1.0])
    steps = np.linspace(0.0, along[-1], count)
    fine = np.stack([np.interp(steps, along, path[:, axis]) for axis in (0, 1)], axis=1)
    reach = min(reach, count - 1)
    kernel = np.ones(2 * reach + 1) / (2 * reach + 1)
    # Mirrored through its ends, so that they stay where they are.
    padded = np.pad(fine, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    smooth = [np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)]
    return np.stack(smooth, axis=1).astype(np.float32)
