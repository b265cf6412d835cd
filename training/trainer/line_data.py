"""What the line network learns from: composed lines made once, and photographed cells."""

import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.line import Floats, draw_line
from trainer.compose import (
    PenWriters,
    PictureWriters,
    draw_text,
    join,
)
from trainer.data import load_mnist, split_by_writer
from trainer.deform import deform
from trainer.hand import (
    HEIGHT_PX,
    Canvas,
    Hand,
    Strokes,
    draw_hand,
    ink_strokes,
)
from trainer.line_config import LineConfig
from trainer.nodigit import load_signs
from trainer.paper import photograph
from trainer.pen import Part, PenStrokes, load_strokes

# Kept apart from the streams that vary lines.
_STREAM = {"train": 4_000_003, "validation": 4_000_033, "test": 4_000_037}
# Lines that one task of a worker makes.
_CHUNK = 500
# The same seed and share as the digit network's, so that both keep the same MNIST writers apart.
_MNIST_VALIDATION_SHARE = 0.1
# Share of composed lines that come as ink alone, as from a clean scan or a drawing.
_CLEAN_SHARE = 0.3
# From so much on a pixel belongs to a piece of ink.
_INKED = 0.35


@dataclass(frozen=True)
class Lines:
    """`pictures[i]` (32, W) uint8, 0 paper .. 255 ink, and what it says."""

    pictures: Sequence[NDArray[np.uint8]]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.texts)


class Composer:
    """Makes lines from the pen strokes and the MNIST digits of one part's writers."""

    def __init__(self, part: Part, config: LineConfig, folder: Path | None = None) -> None:
        """Load what lines are composed of.

        Raises:
            DataError: the data folder lacks a set.
        """
        pen = [
            load_strokes(name, folder).part(part)
            for name in ("unipen/digits", "pendigits/pendigits_train")
        ]
        self._strings = load_strokes("unipen/strings", folder).part(part)
        # The strings say only some 300 texts: their digits, put together anew, say any.
        pen.append(split_strings(self._strings))
        # Those that something is measured on stay as they were written.
        self._deformed = part == "train"
        marks = load_strokes("unipen/symbols", folder).part(part)
        self._pen = PenWriters(pen, marks, deformed=self._deformed)
        if part == "test":
            digits = load_mnist("test", folder)
        else:
            sides = split_by_writer(
                load_mnist("train", folder), _MNIST_VALIDATION_SHARE, config.seed
            )
            digits = sides[part == "validation"]
        self._pictures = PictureWriters(digits, self._pen)
        self._letters = _letters_alone(part, folder)
        self._config = config

    def compose(self, rng: np.random.Generator) -> tuple[Floats, str]:
        """One line as the network takes it, (32, W) float32, and its text."""
        row, text, hand = self._write(rng)
        if text and rng.random() < _CLEAN_SHARE:
            return draw_line(np.pad(row, ((0, 0), (2, 2)))), text
        other = self._pen.glyphs(str(rng.integers(10)), hand, rng)[0]
        return photograph(row, other, rng), text

    def touching(self, count: int, joined: int, rng: np.random.Generator) -> tuple[Canvas, str]:
        """A row of `count` digits of which a run of `joined` touch, the others stand apart.

        Returns:
            (64, W) float32 ink, and its text.
        """
        while True:
            hand = draw_hand(rng)
            text = "".join(map(str, rng.integers(10, size=count)))
            first = int(rng.integers(0, count - joined + 1)) if joined else 0
            together = range(first, first + joined - 1)
            gaps = [
                -rng.uniform(0.02, 0.1) * hand.digit_px
                if place in together
                else rng.uniform(0.08, 0.4) * hand.digit_px
                for place in range(count - 1)
            ]
            glyphs = self._pen.glyphs(text, hand, rng)
            row = join(glyphs, text, hand, rng, gaps)
            # A 4 can reach over the foot of a 1 without meeting it: only what touches counts.
            apart = sum(_pieces(glyph) for glyph in glyphs)
            if apart - _pieces(row) == max(0, joined - 1):
                return row, text

    def string(self, rng: np.random.Generator) -> tuple[Canvas, str, Hand]:
        """A whole string of one writer, drawn with a pen: (64, W) float32, its text, its hand."""
        place = int(rng.integers(len(self._strings)))
        return self.draw_string(place, rng)

    def draw_string(self, place: int, rng: np.random.Generator) -> tuple[Canvas, str, Hand]:
        """String `place` of the part, as `string` gives it."""
        hand = draw_hand(rng)
        strokes: Strokes = self._strings.strokes[place]
        high = float(np.ptp(np.concatenate(strokes)[:, 1]))
        if self._deformed:
            strokes = deform(strokes, max(high, 1.0), rng)
        row = ink_strokes(strokes, hand.digit_px / max(high, 1.0), hand)
        room = max(0, HEIGHT_PX - row.shape[0])
        above = int(rng.integers(0, room + 1))
        row = np.pad(row[:HEIGHT_PX], ((above, room - above), (0, 0)))
        return row, str(self._strings.labels[place]), hand

    def row(self, rng: np.random.Generator) -> tuple[Canvas, str]:
        """A composed number of this part's pen writers."""
        hand, text = draw_hand(rng), draw_text(rng)
        return join(self._pen.glyphs(text, hand, rng), text, hand, rng), text

    def single(self, rng: np.random.Generator) -> tuple[Canvas, str]:
        """One digit alone, of a pen writer or MNIST's."""
        hand, text = draw_hand(rng), str(rng.integers(10))
        writers = self._pen if rng.random() < 0.5 else self._pictures
        return join(writers.glyphs(text, hand, rng), text, hand, rng), text

    def glyph(self, digit: str, hand: Hand, rng: np.random.Generator) -> Canvas:
        """One digit alone."""
        return self._pen.glyphs(digit, hand, rng)[0]

    @property
    def strings(self) -> int:
        """How many whole strings this part's writers wrote."""
        return len(self._strings)

    def _write(self, rng: np.random.Generator) -> tuple[Canvas, str, Hand]:
        config = self._config
        shares = (config.pen_share, config.mnist_share, config.strings_share, config.nothing_share)
        kind = int(rng.choice(4, p=np.array(shares) / sum(shares)))
        if kind == 2:
            return self.string(rng)
        hand = draw_hand(rng)
        if kind == 3:
            return self._nothing(hand, rng), "", hand
        writers = self._pen if kind == 0 else self._pictures
        text = draw_text(rng)
        return join(writers.glyphs(text, hand, rng), text, hand, rng), text, hand

    def _nothing(self, hand: Hand, rng: np.random.Generator) -> Canvas:
        """Bare paper, or letters that no person takes for digits."""
        if rng.random() < 0.5 or not len(self._letters):
            return np.zeros((HEIGHT_PX, int(rng.integers(20, 200))), np.float32)
        return self.letters(int(rng.integers(1, 8)), hand, rng)

    def letters(self, count: int, hand: Hand, rng: np.random.Generator) -> Canvas:
        """A row of letters that no person takes for digits, of any writers of this part."""
        drawn = []
        for place in rng.integers(len(self._letters), size=count):
            strokes = self._letters.strokes[place]
            high = float(np.ptp(np.concatenate(strokes)[:, 1]))
            drawn.append(ink_strokes(strokes, hand.digit_px / max(high, 300.0), hand))
        return join(drawn, "0" * len(drawn), hand, rng)


def _pieces(ink: Canvas) -> int:
    """Pieces of ink that hang together."""
    return int(cv2.connectedComponents((ink > _INKED).astype(np.uint8), connectivity=8)[0]) - 1


def split_strings(strings: PenStrokes) -> PenStrokes:
    """The symbols of whole strings, where the pen left paper between all of them.

    A string whose strokes fall into as many columns as it has symbols is split; others, whose
    digits overlap or consist of strokes apart, are left out.
    """
    symbols: list[Sequence[NDArray[np.int16]]] = []
    labels, writers = [], []
    for strokes, text, writer in zip(strings.strokes, strings.labels, strings.writers, strict=True):
        columns: list[list[NDArray[np.int16]]] = []
        right = -1
        for stroke in sorted(strokes, key=lambda points: int(points[:, 0].min())):
            if int(stroke[:, 0].min()) > right:
                columns.append([])
            columns[-1].append(stroke)
            right = max(right, int(stroke[:, 0].max()))
        if len(columns) == len(str(text)):
            symbols += columns
            labels += list(str(text))
            writers += [writer] * len(columns)
    return PenStrokes(symbols, np.array(labels, np.str_), np.array(writers, np.str_))


def _letters_alone(part: Part, folder: Path | None) -> PenStrokes:
    signs = load_signs(part, folder)
    return signs.take(np.array([str(label).isalpha() for label in signs.labels], bool))


def compose_lines(part: Part, count: int, config: LineConfig, workers: int = 2) -> Lines:
    """Make lines in several processes; the same ones for the same configuration.

    Args:
        part: whose writers.
        count: so many lines.
        config: seeds them and says what they are made of.
        workers: processes; a few lines are made in this one.

    Raises:
        DataError: the data folder lacks a set.
    """
    tasks = [
        (part, min(_CHUNK, count - start), start // _CHUNK, config)
        for start in range(0, count, _CHUNK)
    ]
    if len(tasks) < 4:
        chunks = [_compose_chunk(task) for task in tasks]
    else:
        with multiprocessing.get_context("spawn").Pool(workers, cv2.setNumThreads, (1,)) as pool:
            chunks = pool.map(_compose_chunk, tasks, chunksize=4)
    pairs = [pair for chunk in chunks for pair in chunk]
    return Lines([picture for picture, _ in pairs], [text for _, text in pairs])


_composers: dict[tuple[Part, LineConfig], Composer] = {}


def _compose_chunk(
    task: tuple[Part, int, int, LineConfig],
) -> list[tuple[NDArray[np.uint8], str]]:
    part, count, number, config = task
    # A worker loads the data once.
    if (part, config) not in _composers:
        _composers[part, config] = Composer(part, config)
    composer = _composers[part, config]
    rng = np.random.default_rng([config.seed, _STREAM[part], number])
    made: list[tuple[NDArray[np.uint8], str]] = []
    while len(made) < count:
        line, text = composer.compose(rng)
        made.append((np.round(line * 255).astype(np.uint8), text))
    return made
