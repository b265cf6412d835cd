"""What both networks say of made-up runs, for the tests of their fusion."""

from collections.abc import Mapping

import numpy as np

from legible.reader.alone import Answer
from legible.reader.bundle import Floats
from legible.reader.fuse import FEATURES
from legible.reader.line import LineConvention
from legible.reader.pattern import Pattern
from legible.reader.propose import Proposal, propose
from legible.reader.runs import Glyph, Run
from legible.reader.views import Sight

SYMBOLS = tuple("0123456789.,-")
CONVENTION = LineConvention(height_px=32, step_px=4, margin_px=4)
# A weight for each feature, and one for each kind of piece.
FUSION = {"whole_weight": 0.7, "cut_weight": 0.3, "bias": 0.5} | dict.fromkeys(FEATURES, 0.2)
# One frame of the line network: a symbol that is sure, "_" for none, or some with their chances.
Frame = str | Mapping[str, float]


def line_of(*frames: Frame) -> Floats:
    """The line network's answer; what its frames leave out shares the rest of the chance."""
    rows = []
    for frame in frames:
        told = {frame: 0.9999} if isinstance(frame, str) else frame
        rest = (1 - sum(told.values())) / (len(SYMBOLS) + 1 - len(told))
        rows.append([told.get(symbol, rest) for symbol in (*SYMBOLS, "_")])
    return np.log(np.array(rows, np.float32).reshape(-1, len(SYMBOLS) + 1))


def run_of(*glyphs: tuple[int, int]) -> Run:
    """As high as the network's drawing, so that frame t stands over columns 4 t - 4 .. 4 t."""
    ink = np.zeros((32, 100), np.float32)
    for left, right in glyphs:
        ink[4:28, left:right] = 1
    return Run(ink, 0, 0, [Glyph(ink[4:28, left:right], left, 4) for left, right in glyphs])


def proposed(run: Run, *frames: Frame, pattern: str | None = None) -> Proposal:
    compiled = None if pattern is None else Pattern.compile(pattern)
    return propose(run, [Sight(line_of(*frames), 1.0)], SYMBOLS, CONVENTION, compiled)


def said(digit: int, chance: float = 0.9, no_digit: float = 0.0) -> Answer:
    row = np.full(10, (1 - chance) / 9, np.float32)
    row[digit] = chance
    return Answer(row, no_digit)
