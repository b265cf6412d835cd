"""Pictures of numbers longer than a digit: one record for all sets that hold them, and their split.

A picture's group joins whatever must stay on one side of a split: the same cell photographed
twice, crops of one sheet, one writer. Of the sets of single digits, see `sources` and `outside`.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.decode import decode
from legible.reader.errors import ReadError
from trainer.cells import part_of_group
from trainer.data import DataError, data_folder
from trainer.pen import Part, load_strokes, part_of

Kind = Literal["single", "string", "sheet", "nondigit"]
Grey = NDArray[np.uint8]

# Sets that nothing is ever learned from.
TESTS_ONLY = ("real_dev", "drawn")

# What the groups of cells begin with.
_CELLS = "clinic-"
# Pen-written numbers are drawn this high and at most this wide, about as a scanned form has them.
_HIGH_PX, _LONG_PX, _MARGIN_PX = 48, 1000, 8
# Widths of the pen that they are drawn with, in pixels: a ball pen to a felt pen.
_PENS_PX = (2, 3, 4, 5)
# Fractional bits of OpenCV's coordinates.
_BITS = 4


@dataclass(frozen=True, eq=False)
class TextPicture:
    """A picture and what it says.

    `name` begins with the set's; `text` has a line feed between rows and is empty for what is no
    digit; `picture` is a file or (H, W) uint8 grey, dark ink on light paper.
    """

    name: str
    text: str
    group: str
    kind: Kind
    picture: Path | Grey

    def grey(self) -> Grey:
        """The picture as the reader sees it: upright, (H, W) uint8, in either polarity.

        Raises:
            DataError: the file is missing or damaged.
        """
        if not isinstance(self.picture, Path):
            return self.picture
        try:
            return next(decode(self.picture.read_bytes())).grey
        except (OSError, ReadError) as error:
            raise DataError(
                f"Expected the picture {self.name}, found none that opens ({error}). "
                "Copy it into the data folder again."
            ) from error


def load_text_set(name: str, folder: Path | None = None) -> list[TextPicture]:
    """Load one of `TEXT_SETS`, in the order of its list.

    Args:
        name: "clinic_cells", "sudoku", "real_dev", "drawn" or "unipen/strings".
        folder: the data folder; default `data_folder()`.

    Raises:
        DataError: the set is missing, or its list is not of the form that its README tells.
    """
    return list(TEXT_SETS[name](folder or data_folder()))


def part_pictures(pictures: list[TextPicture], part: Part) -> list[TextPicture]:
    """The pictures of one part: four fifths "train", a tenth "validation", a tenth "test".

    A group's part follows from its name alone, as a pen writer's does everywhere: a writer whose
    single digits train a network never writes the numbers that test another. Cells of log books
    are parted by `cells.part_of_group`. Of `TESTS_ONLY` sets all is "test": they are too few
    hands to be parted.
    """
    return [picture for picture in pictures if _part_of(picture) == part]


def _part_of(picture: TextPicture) -> Part:
    if picture.name.split("/")[0] in TESTS_ONLY:
        return "test"
    if picture.group.startswith(_CELLS):
        return part_of_group(picture.group.removeprefix(_CELLS))
    return part_of(picture.group)


def _load_cells(folder: Path) -> Iterator[TextPicture]:
    """Photographed cells of clinic log books: whole numbers with `,` `.` and a leading `-`."""
    for path, row in list_rows(folder, "clinic_cells", ("group",)):
        yield _record("clinic_cells", path, row, f"{_CELLS}{row['group']}", "string")


def _load_sudoku(folder: Path) -> Iterator[TextPicture]:
    """Newspaper grids of nine rows of nine digits, each its own group."""
    for path, row in list_rows(folder, "sudoku"):
        yield _record("sudoku", path, row, f"sudoku-{path.stem}", "sheet")


def _load_real(folder: Path) -> Iterator[TextPicture]:
    """What people photographed, scanned and drew. A source is a hand, so a group."""
    for path, row in list_rows(folder, "real_dev", ("kind", "source")):
        yield _record("real_dev", path, row, row["source"], _kind(row["kind"], path))


def _load_drawn(folder: Path) -> Iterator[TextPicture]:
    """Drawn in a paint program by very few hands, which nobody told apart: one group."""
    for path, row in list_rows(folder, "drawn", ("kind",)):
        yield _record("drawn", path, row, "drawn", _kind(row["kind"], path))


def _load_strings(folder: Path) -> Iterator[TextPicture]:
    """Pen-written whole numbers, drawn; a writer is a group. `load_strokes` has the strokes."""
    samples = load_strokes("unipen/strings", folder)
    for place, strokes in enumerate(samples.strokes):
        pen_px = _PENS_PX[place % len(_PENS_PX)]
        yield TextPicture(
            f"unipen/strings {place}",
            str(samples.labels[place]),
            str(samples.writers[place]),
            "string",
            draw_number(list(strokes), pen_px),
        )


def draw_number(strokes: list[NDArray[np.int16]], pen_px: int) -> Grey:
    """Draw the pen strokes of a number.

    Args:
        strokes: each (P, 2) x, y downwards, in any unit.
        pen_px: width of the pen.

    Returns:
        (H, W) uint8, dark ink on white: the writing 48 px high, or 1,000 px wide if it is long.
    """
    every = np.concatenate(strokes).astype(np.float64)
    low, span = every.min(axis=0), np.maximum(1.0, np.ptp(every, axis=0))
    scale = min(_LONG_PX / span[0], _HIGH_PX / span[1])
    width, height = np.ceil(span * scale).astype(int) + 2 * _MARGIN_PX
    page = np.full((int(height), int(width)), 255, np.uint8)
    paths = [_round_off((stroke - low) * scale + _MARGIN_PX) for stroke in strokes]
    fixed = [np.round(path * 2**_BITS).astype(np.int32) for path in paths]
    cv2.polylines(page, fixed, False, 0, pen_px, cv2.LINE_AA, _BITS)
    return page


def _round_off(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut the corners of a stroke twice (Chaikin 1974): coarse tablets write in stairs."""
    if len(path) == 1:
        # A line of one point is not drawn at all; a dot is a line of hardly any length.
        return np.concatenate([path, path + 0.5])
    for _ in range(2):
        before, after = path[:-1], path[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1)
        path = np.concatenate([path[:1], cut.reshape(-1, 2), path[-1:]])
    return path


def list_rows(
    folder: Path, name: str, columns: tuple[str, ...] = ()
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Each picture that the `labels.csv` of a set lists, and its row.

    Args:
        folder: the data folder.
        name: of the set.
        columns: that every row must have beside `file` and `text`.

    Raises:
        DataError: the list is missing or lacks a column.
    """
    listed = folder / name / "labels.csv"
    if not listed.is_file():
        raise DataError(
            f"Expected the file {name}/labels.csv in the data folder, found none. "
            "Set LEGIBLE_DATA to the folder that holds it."
        )
    with listed.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            missing = [column for column in ("file", "text", *columns) if row.get(column) is None]
            if missing:
                raise DataError(
                    f"{name}/labels.csv: expected the columns {', '.join(missing)}, found none. "
                    "Copy the file again."
                )
            yield folder / name / row["file"], row


def _record(name: str, path: Path, row: dict[str, str], group: str, kind: Kind) -> TextPicture:
    text = row["text"].replace("\\n", "\n")
    return TextPicture(f"{name}/{row['file']}", text, group, kind, path)


def _kind(told: str, path: Path) -> Kind:
    if told not in get_args(Kind):
        raise DataError(
            f"labels.csv: expected one of {', '.join(get_args(Kind))} as the kind of {path.name}, "
            f"got {told!r}. Copy the file again."
        )
    return cast("Kind", told)


TEXT_SETS: dict[str, Callable[[Path], Iterator[TextPicture]]] = {
    "clinic_cells": _load_cells,
    "unipen/strings": _load_strings,
    "sudoku": _load_sudoku,
    "real_dev": _load_real,
    "drawn": _load_drawn,
}
