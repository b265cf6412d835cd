"""Digits and other signs from places that training never saw. TESTS ONLY: nothing here is learned.

USPS, ARDIS, hwd1000, the drawn set and the pictures of real people are out of domain as a whole:
other writers, pens, scanners and countries. Of the pen strokes only the writers kept as tests.
"""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.normalise import Convention, normalise
from trainer.data import DataError, Digits, Labels, data_folder
from trainer.nodigit import draw_shapes, draw_signs
from trainer.pen import draw_strokes, load_strokes, writer_numbers
from trainer.pictures import list_rows
from trainer.sources import PEN_FILES

# Pictures of whole digits, each on its own: glyphs that only need the normaliser.
ARRAYS = ("usps_train", "ardis_train")
FOLDERS = ("hwd1000",)
# Files as users send them, of any size and polarity: read from file to text.
FILES = ("real_dev", "drawn")
# What reports call them, for readers who never heard of them.
TITLES = {
    "usps_train": "USPS (US envelopes)",
    "ardis_train": "ARDIS (Swedish church books)",
    "hwd1000": "HWD-1000 (drawn on a screen)",
    "unipen/digits (test writers)": "UNIPEN (pen tablets)",
    "pendigits/pendigits_train (test writers)": "Pendigits (pen tablet)",
    "real_dev (file to text)": "photos, scans and drawings of real people",
    "drawn (file to text)": "drawn in a paint program",
    "letters (test writers)": "letters",
    "symbols (test writers)": "symbols",
    "look-alike letters (test writers)": "letters written like digits (not pooled)",
    "look-alike symbols (test writers)": "symbols written like digits (not pooled)",
}
_SEED, _SEED_LOOKALIKES = 77, 78


def load_outside(convention: Convention) -> Iterator[tuple[str, Digits]]:
    """Each out-of-domain set of digits that the data folder has, by name, normalised."""
    folder = data_folder()
    for name in ARRAYS:
        if (folder / name).is_dir():
            yield name, load_array(name, convention)
    for name in FOLDERS:
        if (folder / name).is_dir():
            yield name, load_glyphs(name, convention)
    for name in PEN_FILES:
        if (folder / f"{name}.npz").is_file():
            samples = load_strokes(name).part("test")
            rng = np.random.default_rng(_SEED)
            images = draw_strokes(samples, convention, rng)
            labels = samples.labels.astype(np.int64)
            yield f"{name} (test writers)", Digits(images, labels, writer_numbers(samples.writers))


def load_signs_and_shapes(
    convention: Convention, count: int = 3000
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """What is no digit: letters and symbols of the test writers, and shapes, (N, 28, 28, 1).

    Those written exactly like a digit were left out of training, since nobody could tell. Here
    they come as kinds of their own, so that nobody takes the others for all there are.
    """
    rng = np.random.default_rng(_SEED)
    if (data_folder() / "unipen" / "upper.npz").is_file():
        images, kinds = draw_signs("test", count, convention, rng)
        letters = np.char.isalpha(kinds)
        yield "letters (test writers)", images[letters]
        yield "symbols (test writers)", images[~letters]
    images, kinds = draw_shapes(count // 2, convention, rng)
    yield "scribbles", images[kinds == "scribble"]
    yield "blank patches", images[kinds == "blank"]
    yield "other shapes", images[(kinds != "scribble") & (kinds != "blank")]
    if (data_folder() / "unipen" / "upper.npz").is_file():
        # From a stream of its own, so that the kinds before are the same pictures as ever.
        rng = np.random.default_rng(_SEED_LOOKALIKES)
        images, kinds = draw_signs("test", count, convention, rng, lookalikes=True)
        letters = np.char.isalpha(kinds)
        yield "look-alike letters (test writers)", images[letters]
        yield "look-alike symbols (test writers)", images[~letters]


def load_array(name: str, convention: Convention) -> Digits:
    """A set kept as `<name>/<name>.npz` with `x` (N, H, W) uint8 bright ink, and `y`."""
    with np.load(data_folder() / name / f"{name}.npz") as kept:
        pictures, labels = kept["x"].astype(np.float32) / 255.0, kept["y"].astype(np.int64)
    return _normalised(list(pictures), labels, convention)


def load_glyphs(name: str, convention: Convention) -> Digits:
    """A folder of pictures of single digits, dark ink on light, listed in its `labels.csv`.

    Raises:
        DataError: a listed picture is missing or damaged.
    """
    rows = list(single_rows(data_folder() / name))
    pictures = []
    for path, _ in rows:
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None:
            raise DataError(
                f"Expected the picture {name}/{path.name}, found none that opens. Copy it again."
            )
        pictures.append(1.0 - picture.astype(np.float32) / 255.0)
    return _normalised(pictures, np.array([int(text) for _, text in rows], np.int64), convention)


def single_rows(folder: Path, kind: str = "single") -> Iterator[tuple[Path, str]]:
    """Path and text of each picture that `labels.csv` calls `kind`; all where it has no kinds.

    Raises:
        DataError: `labels.csv` is missing or lacks a column.
    """
    for path, row in list_rows(folder.parent, folder.name):
        if row.get("kind", kind) == kind:
            yield path, row["text"]


def _normalised(
    pictures: list[NDArray[np.float32]], labels: Labels, convention: Convention
) -> Digits:
    inked = [place for place, picture in enumerate(pictures) if picture.max() > 0]
    images = normalise([pictures[place] for place in inked], convention)
    return Digits(images, labels[inked], np.zeros(len(inked), np.int64))
