"""The pictures that `peers.py` measures on, and what each of them says."""

# The trainer is checked with its own settings, and carries no marker of types.
# mypy: disable-error-code="import-untyped"

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from trainer.cells import part_of_group
from trainer.data import DataError
from trainer.line_config import LINE_PRESETS
from trainer.line_data import Composer

# Paper around a drawn string: about what a person leaves who cuts a number out.
_MARGIN_PX = 20
_SEED = 20260131


@dataclass(frozen=True)
class Sample:
    """A file, its name for people, and what it says; a line feed between rows."""

    file: Path
    name: str
    text: str


def load_set(name: str, data: Path, made: Path, limit: int | None = None) -> list[Sample]:
    """Load one set.

    Args:
        name: one of `SETS`.
        data: the data folder.
        made: a folder for pictures that are drawn here.
        limit: at most so many, evenly from the whole set; None = all.

    Raises:
        DataError: the data folder lacks the set.
    """
    samples = SETS[name](data, made)
    if limit is None or limit >= len(samples):
        return samples
    return [samples[place * len(samples) // limit] for place in range(limit)]


def _cells(data: Path, _made: Path) -> list[Sample]:
    """Photographed cells of log books; none of these was learned from."""
    return [
        _sample(data, f"clinic_cells/{row['file']}", row["text"])
        for row in _rows(data, "clinic_cells")
        if part_of_group(row["group"]) == "test"
    ]


def _strings(data: Path, made: Path) -> list[Sample]:
    """Photographed numbers, and the pen's path of others by writers that none learned from."""
    return _real(data, "string") + _drawn_strings(data, made)


def _sheets(data: Path, _made: Path) -> list[Sample]:
    return _real(data, "sheet")


def _singles(data: Path, _made: Path) -> list[Sample]:
    return _real(data, "single")


# By name, in the order of the table.
SETS: dict[str, Callable[[Path, Path], list[Sample]]] = {
    "cells": _cells,
    "strings": _strings,
    "sheets": _sheets,
    "singles": _singles,
}


def _sample(data: Path, name: str, text: str) -> Sample:
    return Sample(data / name, name, text)


def _real(data: Path, kind: str) -> list[Sample]:
    return [
        _sample(data, f"real_dev/{row['file']}", row["text"].replace("\\n", "\n"))
        for row in _rows(data, "real_dev")
        if row["kind"] == kind and row["quality"] == "ok"
    ]


def _drawn_strings(data: Path, made: Path) -> list[Sample]:
    """Every string of the test writers once, dark on white, the same pictures in every run."""
    composer = Composer("test", LINE_PRESETS["line"], data)
    samples = []
    for place in range(composer.strings):
        ink, text, _ = composer.draw_string(place, np.random.default_rng([_SEED, place]))
        paper = np.pad(255 - np.round(ink * 255).astype(np.uint8), _MARGIN_PX, constant_values=255)
        file = made / f"string-{place}.png"
        cv2.imwrite(str(file), paper)
        samples.append(Sample(file, f"unipen/strings, test writers, {place}", text))
    return samples


def _rows(data: Path, folder: str) -> list[dict[str, str]]:
    labels = data / folder / "labels.csv"
    if not labels.is_file():
        raise DataError(
            f"Expected the file {folder}/labels.csv in the data folder, found none. "
            "Set LEGIBLE_DATA to the folder that holds it."
        )
    with labels.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
