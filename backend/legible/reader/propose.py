"""What the line network reads in a run, and the ink of each symbol for the digit network."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from legible.reader.alone import Answer
from legible.reader.bundle import Floats
from legible.reader.lattice import (
    Hypothesis,
    agree,
    align,
    symbol_probabilities,
    text_log_probability,
)
from legible.reader.line import LineConvention
from legible.reader.pattern import Pattern
from legible.reader.runs import Glyph, Run
from legible.reader.segment import Piece, place_symbols
from legible.reader.views import Sight

DIGITS = "0123456789"
# Chances are kept off zero: two networks that are sure of different digits must not divide by it.
LEAST = 1e-6
# Log-probabilities and odds are cut here; beyond it they tell nothing more.
MOST_LOG = 12.0
# A reading that breaks the pattern gives way to one that keeps it if that is at least so likely.
_LEAST_REPAIR = 1e-3


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the line network reads in a run, before the digit network was asked.

    `rows` (L, 10) float32: for each symbol the chance of every digit, the rest of the text given.
    `best` and `second` are log-probabilities of texts. `asked`: whether marks were.
    """

    run: Run
    text: str
    best: float
    second: float
    others: Sequence[Hypothesis]
    pieces: Sequence[Piece]
    rows: Floats
    unread: Sequence[Glyph]
    broken: str | None = None
    asked: bool = False

    @property
    def digits(self) -> int:
        """How many digits the text has."""
        return sum(symbol in DIGITS for symbol in self.text)

    def is_weighed(self) -> bool:
        """Whether both networks saw the same symbols, so that their answers can be multiplied."""
        return self.digits == 1 or (self.digits > 1 and len(self.run.glyphs) != 1)

    def glyphs(self) -> list[Glyph]:
        """What the digit network is asked about.

        Each symbol, then what shows none, then a lone glyph of which the line network says that
        it is several digits.
        """
        several = self.run.glyphs if len(self.run.glyphs) == 1 and self.digits > 1 else ()
        return [*(piece.glyph for piece in self.pieces), *self.unread, *several]


# A proposal, and the digit network's answers for `Proposal.glyphs()`.
Examined = tuple[Proposal, Sequence[Answer]]


def digits_alone(log_probs: Floats) -> Floats:
    """Fold every mark into the blank: (T, 11) log-probabilities of the ten digits and the blank."""
    rest = np.logaddexp.reduce(log_probs[:, 10:].astype(np.float64), axis=1, keepdims=True)
    return np.concatenate([log_probs[:, :10], rest], axis=1).astype(np.float32)


def propose(
    run: Run,
    sights: Sequence[Sight],
    symbols: Sequence[str],
    convention: LineConvention,
    pattern: Pattern | None = None,
) -> Proposal:
    """Decode a run and find each symbol's ink.

    Args:
        run: the run.
        sights: what the line network said of it, for each way in which it was drawn.
        symbols: what the columns mean; the last is CTC's blank.
        convention: how the run was drawn.
        pattern: what the text should look like; None = anything.
    """
    symbols = tuple(symbols)
    views = [sight.log_probs for sight in sights]
    found = agree(views, symbols)
    broken = None
    if pattern is not None and not pattern.matches(found[0].text):
        fitting = agree(views, symbols, pattern=pattern)
        if fitting and fitting[0].log_probability >= np.log(_LEAST_REPAIR):
            broken, found = found[0].text, fitting
    text = found[0].text
    # Symbols are looked for where they were seen best. What a single view says is known already.
    scores = (
        [found[0].log_probability]
        if len(views) == 1
        else [float(text_log_probability(view, symbols, [text])[0]) for view in views]
    )
    best = sights[int(np.argmax(scores))]
    middles = _middles(run, align(best.log_probs, symbols, text), best.scale, convention)
    pieces, unread = place_symbols(run, text, middles)
    possible = [view for view, score in zip(views, scores, strict=True) if np.isfinite(score)]
    rows = _mean_rows([symbol_probabilities(view, symbols, text) for view in possible])
    second = found[1].log_probability if len(found) > 1 else -MOST_LOG
    chance, asked = found[0].log_probability, len(symbols) > len(DIGITS)
    return Proposal(run, text, chance, second, found[1:], pieces, rows, unread, broken, asked)


def _middles(
    run: Run, spans: Sequence[tuple[int, int]], scale: float, convention: LineConvention
) -> list[float]:
    """The middles of symbols in columns of the page, from the network's steps [start, stop)."""
    return [
        ((start + stop) / 2 * convention.step_px - convention.margin_px) / scale + run.left
        for start, stop in spans
    ]


def _mean_rows(views: Sequence[Floats]) -> Floats:
    """The geometric mean of rows of chances, (L, 10), rows sum to 1."""
    if len(views) == 1:
        return views[0]
    logs = np.mean([np.log(np.maximum(rows, LEAST)) for rows in views], axis=0)
    rows = np.exp(logs)
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), np.float32)
