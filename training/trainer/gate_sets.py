"""What two versions are compared on: pictures that neither learned from, answered by both.

No test part is looked at, but for that of the corrections. USPS and ARDIS are out-of-domain sets
that training never sees: whatever passed a gate was let through by them, and its card says so.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.digit import Answers, DigitModel
from legible.reader.errors import ReadError
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions
from trainer.answers import best
from trainer.augment import augment
from trainer.config import PRESETS
from trainer.data import Digits, Images, data_folder, load_mnist, split_by_writer
from trainer.feedback import FeedbackSet
from trainer.gate_rules import Answered
from trainer.line_calibrate import MARKS, Symbols, wanted
from trainer.line_config import LINE_PRESETS
from trainer.line_pictures import (
    Picture,
    cell_pictures,
    composed_pictures,
    letter_pictures,
    single_pictures,
    string_pictures,
)
from trainer.model import DIGITS
from trainer.outside import ARRAYS, load_array
from trainer.sources import draw_no_digits

_STREAM = 7_000_003
# Pictures of no digit that networks are asked about.
_NO_DIGITS = 1_000
# Drawings of each whole string: there are 87 strings, of which alone little can be told.
_PENS = 4
# Paper around a strip or a digit that is handed to the whole reader.
_MARGIN_PX = 8


@dataclass(frozen=True)
class DigitPair:
    """The version that is served, and the one that would be, of the digit network."""

    a: DigitModel
    b: DigitModel

    def answer(self, digits: Digits) -> tuple[Answered, Answers, Answers]:
        """Both on labelled pictures; right is also who takes what is no digit for none."""
        a, b = self.a.answer(digits.images), self.b.answer(digits.images)
        (sure_a, read_a), (sure_b, read_b) = best(a), best(b)
        none = digits.labels >= len(DIGITS)
        right_a = np.where(none, _refused(self.a, a), read_a == digits.labels)
        right_b = np.where(none, _refused(self.b, b), read_b == digits.labels)
        return Answered(right_a, right_b, sure_a, sure_b), a, b


def _refused(model: DigitModel, answers: Answers) -> NDArray[np.bool_]:
    return np.asarray(answers.no_digit > model.manifest.thresholds.no_digit)


@dataclass(frozen=True)
class ReaderPair:
    """The whole reader with the version that is served, and with the one that would be."""

    a: Reader
    b: Reader

    def answer(self, pictures: Iterable[Picture]) -> Answered:
        """Both on files of one line, marks asked for where there are any; right is the text."""
        rows = [(*_read(self.a, each), *_read(self.b, each)) for each in pictures]
        right_a, sure_a, right_b, sure_b = zip(*rows, strict=True) if rows else ((), (), (), ())
        return Answered(
            np.array(right_a, np.bool_),
            np.array(right_b, np.bool_),
            np.array(sure_a, np.float64),
            np.array(sure_b, np.float64),
        )


def _read(reader: Reader, picture: Picture) -> tuple[bool, float]:
    marks = any(symbol in MARKS for symbol in picture.text)
    symbols: Symbols = "number" if marks else "digits"
    try:
        reading = reader.read(picture.data, ReadOptions(symbols=symbols))
    except ReadError:
        return False, 0.0
    return reading.text == wanted(picture.text, symbols), reading.confidence


def mnist_validation() -> tuple[Digits, Digits]:
    """MNIST's digits of writers that no network learned from, as they are and spoiled."""
    config = PRESETS["digit"]
    _, clean = split_by_writer(load_mnist("train"), config.validation_share, config.seed)
    rng = np.random.default_rng([config.seed, _STREAM])
    spoiled = augment(clean.images, config.augmentation, rng)
    return clean, Digits(spoiled, clean.labels, clean.writers)


def outside_sets(model: DigitModel) -> list[tuple[str, Digits]]:
    """Digits from elsewhere, those that the data folder has, normalised as the network wants."""
    there = [name for name in ARRAYS if (data_folder() / name).is_dir()]
    return [(name, load_array(name, model.convention)) for name in there]


def no_digits(model: DigitModel) -> Images:
    """Letters, symbols and shapes of validation writers."""
    rng = np.random.default_rng(_STREAM)
    signs, shapes = _NO_DIGITS * 4 // 5, _NO_DIGITS // 5
    return draw_no_digits("validation", signs, shapes, model.convention, rng).images


def line_sets(limit: int) -> dict[str, Callable[[], Iterable[Picture]]]:
    """Files of one line for the whole reader, at most `limit` of a kind."""
    config = LINE_PRESETS["line"]
    return {
        "cells": lambda: cell_pictures("validation", limit),
        "strings": lambda: string_pictures("validation", config, _PENS, limit),
        "composed": lambda: composed_pictures("validation", config, limit),
        "singles": lambda: single_pictures("validation", config, limit),
        "letters": lambda: letter_pictures("validation", config, limit),
    }


def outside_pictures(name: str, limit: int) -> Iterable[Picture]:
    """Out-of-domain digits as files, each enlarged on paper of its own."""
    with np.load(data_folder() / name / f"{name}.npz") as kept:
        chosen = _some(len(kept["y"]), limit)
        pictures, labels = kept["x"][chosen], kept["y"][chosen]
    for picture, label in zip(pictures, labels, strict=True):
        scale = 96 / max(picture.shape)
        large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        yield Picture(_on_paper(large, 4 * _MARGIN_PX), str(label), name)


def strip_pictures(feedback: FeedbackSet) -> tuple[list[Picture], int]:
    """The corrected lines of accounts kept for tests as files, and how many accounts they are."""
    lines = feedback.lines("test")
    writers = {item.writer for item in feedback.line_items if item.split == "test"}
    drawn = [
        Picture(_on_paper(strip, _MARGIN_PX), text, "feedback")
        for strip, text in zip(lines.pictures, lines.texts, strict=True)
    ]
    return drawn, len(writers)


def first(pictures: Sequence[Picture], limit: int) -> list[Picture]:
    """A sample of pictures that does not depend on who is asked."""
    return list(islice((pictures[place] for place in _some(len(pictures), limit)), limit))


def _some(count: int, most: int) -> NDArray[np.int64]:
    """Places of at most so many, the same ones every time, in their order."""
    rng = np.random.default_rng(_STREAM)
    return np.sort(rng.permutation(count)[:most])


def _on_paper(ink: NDArray[np.uint8], margin: int) -> bytes:
    _, coded = cv2.imencode(".png", 255 - np.pad(ink, margin))
    return coded.tobytes()
