"""Glyphs read one by one by the digit network alone: all there is without a line network.

Also the values that either way of reading gives.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legible.reader.bundle import Floats
from legible.reader.runs import Glyph

# A glyph so wide for its height is rather several digits that touch: 3 in 1,000 single digits of
# real people are. In a line it need not be so wide, if it is against the others.
_MOST_ASPECT, _MOST_ASPECT_IN_LINE, _MOST_WIDTH = 1.2, 1.05, 1.6
# Where there is a doubt that no network was asked about, a reading counts as a coin's toss.
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Answer:
    """The digit network's answer for one glyph: `digits` (10,) float32, and that it is none."""

    digits: Floats
    no_digit: float


# For a cut that holds no ink.
NOTHING = Answer(np.full(10, 0.1, np.float32), 1.0)


@dataclass(frozen=True, slots=True)
class RunSymbol:
    """One symbol of a run.

    `no_digit` is the digit network's, 0 where it was not asked. `joined`: its glyph holds more
    than it, or may do. `opinions`: what the line network and the digit network read, where they
    differ.
    """

    glyph: Glyph
    text: str
    confidence: float
    probabilities: NDArray[np.float64]
    no_digit: float
    joined: bool
    opinions: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RunReading:
    """What a run says.

    `others`: how likely other texts are against this one. `unread`: glyphs that it says nothing
    of. `broken`: the likelier text that was left for one that fits the pattern. `opinions`: as of a
    symbol, where the networks differ on how many there are.
    """

    symbols: Sequence[RunSymbol]
    confidence: float
    others: Mapping[str, float]
    unread: Sequence[Glyph]
    broken: str | None = None
    opinions: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        """The symbols in order."""
        return "".join(symbol.text for symbol in self.symbols)


def read_alone(
    glyphs: Sequence[Glyph], answers: Sequence[Answer], *, doubted: bool = False
) -> RunReading:
    """Read glyphs by the digit network alone, one digit for each.

    Args:
        glyphs: left to right.
        answers: one for each glyph.
        doubted: whether the line network saw something else there.
    """
    widths = [glyph.ink.shape[1] for glyph in glyphs]
    typical = statistics.median(widths) if len(widths) >= 2 else np.inf
    symbols = []
    for glyph, answer in zip(glyphs, answers, strict=True):
        best, wide = int(answer.digits.argmax()), is_wide(glyph, typical)
        chance = float(answer.digits[best]) * (1 - answer.no_digit)
        chance *= HALF if wide or doubted else 1
        row = answer.digits.astype(np.float64)
        symbols.append(RunSymbol(glyph, str(best), chance, row, answer.no_digit, wide))
    return RunReading(symbols, float(np.prod([each.confidence for each in symbols])), {}, ())


def is_wide(glyph: Glyph, typical: float = np.inf) -> bool:
    """Whether a glyph is so wide for its height that it is rather several digits that touch.

    Args:
        glyph: the glyph.
        typical: the median width of its neighbours; infinite without any.
    """
    height, width = map(int, glyph.ink.shape)
    return width > _MOST_ASPECT * height or (
        width > _MOST_ASPECT_IN_LINE * height and width > _MOST_WIDTH * typical
    )
