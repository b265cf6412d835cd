"""Files to measure and to calibrate the whole reader with: what people would hand in, by kind."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from trainer.cells import load_cells
from trainer.data import data_folder
from trainer.hand import (
    Canvas,
    draw_hand,
)
from trainer.line_config import LineConfig
from trainer.line_data import Composer
from trainer.paper import take_picture
from trainer.pen import Part

# Kept apart from the streams that training draws from.
_STREAM = {"train": 6_000_003, "validation": 6_000_101, "test": 6_000_203}
# Of pictures of pen strokes, this share is ink on bare paper, as from a drawing; the others are
# photographed.
_CLEAN_SHARE = 0.3
# How bad pictures may get (`paper.take_picture`): such as people take of pen on paper, 34 pixels
# high and more; and the worst, some of which nobody can read.
EVERYDAY, POOR = 0.4, 1.0
# The kind of picture in which there is nothing to read.
LETTERS = "letters"
# Digits that touch in a row of composed ones.
JOINED = (0, 2, 3)


@dataclass(frozen=True)
class Picture:
    """The bytes of a file, what is written in it, and the kind of picture it is."""

    data: bytes
    text: str
    kind: str


def cell_pictures(part: Part, limit: int | None = None) -> Iterator[Picture]:
    """The photographed cells of one part, as they are."""
    cells = load_cells(part, limit=limit)
    for file, text in zip(cells.files, cells.texts, strict=True):
        yield Picture((data_folder() / file).read_bytes(), text, "cells")


def string_pictures(
    part: Part, config: LineConfig, pens: int, limit: int | None = None, poorness: float = EVERYDAY
) -> Iterator[Picture]:
    """Whole strings by one part's writers, each drawn with several pens on several papers."""
    composer = Composer(part, config)
    rng = np.random.default_rng([config.seed, _STREAM[part], 1])
    places = [place for place in range(composer.strings) for _ in range(pens)][:limit]
    for place in places:
        row, text, _ = composer.draw_string(place, rng)
        yield Picture(_picture(row, composer, rng, poorness), text, _kind("strings", poorness))


def touching_pictures(
    part: Part, config: LineConfig, count: int, poorness: float = EVERYDAY
) -> Iterator[Picture]:
    """Composed rows of 2 to 10 digits of which none, two or three touch; `count` of each."""
    composer = Composer(part, config)
    for joined in JOINED:
        rng = np.random.default_rng([config.seed, _STREAM[part], 2, joined])
        for _ in range(count):
            length = int(rng.integers(max(2, joined), 11))
            row, text = composer.touching(length, joined, rng)
            data = _picture(row, composer, rng, poorness)
            yield Picture(data, text, _kind(f"touching {joined}", poorness))


def composed_pictures(part: Part, config: LineConfig, count: int) -> Iterator[Picture]:
    """Composed numbers, with marks and without, as training sees them."""
    composer = Composer(part, config)
    rng = np.random.default_rng([config.seed, _STREAM[part], 3])
    for _ in range(count):
        row, text = composer.row(rng)
        yield Picture(_picture(row, composer, rng, POOR), text, "composed")


def single_pictures(
    part: Part, config: LineConfig, count: int, poorness: float = EVERYDAY
) -> Iterator[Picture]:
    """Digits alone."""
    composer = Composer(part, config)
    rng = np.random.default_rng([config.seed, _STREAM[part], 4])
    for _ in range(count):
        row, text = composer.single(rng)
        yield Picture(_picture(row, composer, rng, poorness), text, _kind("singles", poorness))


def letter_pictures(part: Part, config: LineConfig, count: int) -> Iterator[Picture]:
    """One to six letters, in which there is no number to read: the text is empty."""
    composer = Composer(part, config)
    rng = np.random.default_rng([config.seed, _STREAM[part], 5])
    for _ in range(count):
        row = composer.letters(int(rng.integers(1, 7)), draw_hand(rng), rng)
        yield Picture(_picture(row, composer, rng, EVERYDAY), "", LETTERS)


def _kind(name: str, poorness: float) -> str:
    return name if poorness == EVERYDAY else f"{name}, poor"


def _picture(row: Canvas, composer: Composer, rng: np.random.Generator, poorness: float) -> bytes:
    if rng.random() < _CLEAN_SHARE:
        margin = int(rng.integers(4, 24))
        grey = np.round(255 * (1 - np.pad(row, margin))).astype(np.uint8)
    else:
        other = composer.glyph(str(rng.integers(10)), draw_hand(rng), rng)
        grey = take_picture(row, other, rng, poorness)
    _, coded = cv2.imencode(".png", grey)
    return coded.tobytes()
