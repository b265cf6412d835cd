"""New cells from photographed ones: the beginning of one and the end of another.

There are a few thousand cells, and a network that sees each a hundred times learns them by heart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import keras
import numpy as np
from numpy.typing import NDArray

from legible.reader.lattice import align
from legible.reader.line import Floats, LineConvention
from trainer.line_data import Lines
from trainer.line_model import SYMBOLS
from trainer.line_predict import predict_lines
from trainer.predict import probabilities

# A cut crosses at most this share of the ink that the symbols beside it have in their fullest
# column: a ruling or the edge of a cell may be cut, a digit not.
_MOST_CROSSED = 0.35
_LEAST = 1e-30
_STEP_PX = LineConvention().step_px


@dataclass(frozen=True)
class Cuts:
    """Where each line of a set may be cut: `columns[i]` by number of symbols before the cut."""

    lines: Lines
    columns: Sequence[dict[int, int]]

    def splice(self, place: int, rng: np.random.Generator) -> tuple[NDArray[np.uint8], str]:
        """Line `place` up to one of its cuts, and another from one of its cuts on.

        Returns:
            (32, W) uint8 and its text; the line as it is where it has no cut.
        """
        picture, text = self.lines.pictures[place], self.lines.texts[place]
        other = int(rng.integers(len(self.lines)))
        if not self.columns[place] or not self.columns[other]:
            return picture, text
        before, left = _choose(self.columns[place], rng)
        after, right = _choose(self.columns[other], rng)
        joined = np.concatenate([picture[:, :left], self.lines.pictures[other][:, right:]], axis=1)
        return joined, text[:before] + self.lines.texts[other][after:]


def _choose(columns: dict[int, int], rng: np.random.Generator) -> tuple[int, int]:
    return list(columns.items())[int(rng.integers(len(columns)))]


def cut_all(network: keras.Model, lines: Lines) -> list[dict[int, int]]:
    """The cuts of each line, by a network that knows where its symbols are."""
    columns: list[dict[int, int]] = [{} for _ in lines.texts]
    for places, logits in predict_lines(network, lines.pictures):
        for place, rows in zip(places.tolist(), logits, strict=True):
            log_probs = np.log(np.maximum(probabilities(rows, 1.0), _LEAST)).astype(np.float32)
            columns[place] = find_cuts(lines.pictures[place], lines.texts[place], log_probs)
    return columns


def find_cuts(picture: NDArray[np.uint8], text: str, log_probs: Floats) -> dict[int, int]:
    """The columns between symbols that hardly any ink crosses.

    Args:
        picture: (32, W) uint8, 0 paper .. 255 ink.
        text: what it says.
        log_probs: (T, K) of a network that knows where its symbols are; T at least W / 4.

    Returns:
        The column of each cut by the number of symbols before it; none where the network cannot
        give the text.
    """
    try:
        spans = align(log_probs[: picture.shape[1] // _STEP_PX], SYMBOLS, text)
    except ValueError:
        return {}
    ink = picture.astype(np.float32).sum(axis=0)
    middles = [(start + stop) * _STEP_PX // 2 for start, stop in spans]
    found = {}
    for count, (before, behind) in enumerate(pairwise(middles), 1):
        cut = before + int(ink[before : behind + 1].argmin())
        # A digit is about as wide as its line is high, its fullest column not far from its middle.
        beside = min(
            float(ink[max(0, middle - _STEP_PX * 2) : middle + _STEP_PX * 2].max())
            for middle in (before, behind)
        )
        if ink[cut] <= _MOST_CROSSED * beside:
            found[count] = cut
    return found
