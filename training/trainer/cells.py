"""Photographed cells of clinic log books: what is written in each, and which part it belongs to."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from legible.reader.ink import find_faint_ink, find_ink
from legible.reader.line import Floats, draw_line
from trainer.data import DataError, data_folder
from trainer.pen import Part

# Shares of the groups that are kept from training; a group is one cell photographed again, and
# all that looks like it by the same hand.
_VALIDATION_SHARE, _TEST_SHARE = 0.08, 0.18


@dataclass(frozen=True)
class Cells:
    """Cells of one part: `files` below the data folder, `texts`, `lines` as the network sees them.

    `lines[i]` is (32, W) float32.
    """

    files: Sequence[str]
    texts: Sequence[str]
    lines: Sequence[Floats]

    def __len__(self) -> int:
        return len(self.texts)


def part_of_group(group: str) -> Part:
    """The part that a group belongs to, by name alone: the same in every run."""
    share = int.from_bytes(hashlib.sha256(f"cell-{group}".encode()).digest()[:4], "big") / 2**32
    if share < _VALIDATION_SHARE:
        return "validation"
    return "test" if share < _VALIDATION_SHARE + _TEST_SHARE else "train"


def load_cells(part: Part, folder: Path | None = None, limit: int | None = None) -> Cells:
    """Load the cells of one part.

    Args:
        part: whose.
        folder: the data folder; default `data_folder()`.
        limit: at most so many; None = all.

    Raises:
        DataError: the data folder has no cells, or one of them is no picture.
    """
    cells = (folder or data_folder()) / "clinic_cells"
    mine = list_cells(part, folder)[:limit]
    return Cells(
        [f"clinic_cells/{file}" for file, _ in mine],
        [text for _, text in mine],
        [_draw(cells / file) for file, _ in mine],
    )


def list_cells(part: Part, folder: Path | None = None) -> list[tuple[str, str]]:
    """File and text of every cell of one part; errors as of `load_cells`."""
    cells = (folder or data_folder()) / "clinic_cells"
    if not (cells / "labels.csv").is_file():
        raise DataError(
            "Expected the file clinic_cells/labels.csv in the data folder, found none. "
            "Set LEGIBLE_DATA to the folder that holds it."
        )
    with (cells / "labels.csv").open(encoding="utf-8", newline="") as rows:
        return [
            (row["file"], row["text"])
            for row in csv.DictReader(rows)
            if part_of_group(row["group"]) == part
        ]


def _draw(path: Path) -> Floats:
    """The whole cell as one line: what the reader does with a page that is low enough."""
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise DataError(f"clinic_cells/{path.name}: expected a picture. Copy it again.")
    page = np.asarray(grey, np.uint8)
    return draw_line(find_faint_ink(page, bright=find_ink(page).bright))
