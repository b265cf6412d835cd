"""Two networks, one answer: what the line network read, and what the digit network says of it.

The line network reads a run without cutting it and so knows how many symbols there are; the digit
network knows single digits better, and knows what is none. Where they agree a reading is surest.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from legible.reader.alone import HALF, Answer, RunReading, RunSymbol, is_wide, read_alone
from legible.reader.propose import DIGITS, LEAST, MOST_LOG, Proposal
from legible.reader.soften import soften

# How much the digit network's word counts on a lone glyph that is wide: it knows single digits.
_WIDE_POOL = 0.1
# And on one in which the line network saw several: any two make a fine one to it now and then.
_SEVERAL_POOL = 0.4

# What one run's confidence is made of; each has a weight under this name in the manifest.
FEATURES = (
    "line_odds",  # log-odds of the text by the line network alone
    "margin",  # log of its chance over that of the second text
    "fused",  # sum of the logs of the symbols' fused chances
    "whole",  # least log chance of a symbol by the digit network, of glyphs that were not cut
    "cut",  # the same of those that were cut
    "no_digit",  # log-odds of no digit of the worst glyph that was not cut
    "unread",  # glyphs that show no symbol of the text
    "length",  # log of the number of symbols
    "asked",  # 1 where marks were asked for, so that one may have been missed
    "marks",  # marks in the text
)


def fuse(proposal: Proposal, answers: Sequence[Answer], fusion: Mapping[str, float]) -> RunReading:
    """Weigh a proposal with the digit network's answers.

    Args:
        proposal: what the line network reads.
        answers: the digit network's, for each of `proposal.glyphs()`.
        fusion: from the line network's manifest: `whole_weight` and `cut_weight`, how much the
            digit network's answer counts for a glyph and for a cut one, `apart_weight` for a
            glyph that was found on a larger page, `bias`, and a weight for each of `FEATURES`.
            Without them the networks' chances are multiplied.

    Returns:
        The reading: a digit may become another where the digit network is surer, but symbols are
        never added or dropped, except where a lone glyph or nothing at all was read.
    """
    symbols = weigh(proposal, answers, fusion)
    confidence = _confidence(proposal, symbols, answers, fusion)
    others = {
        other.text: math.exp(min(0.0, other.log_probability - proposal.best))
        for other in proposal.others
    }
    if "bias" in fusion:
        symbols = soften(symbols, confidence)
    reading = RunReading(symbols, confidence, others, proposal.unread, proposal.broken)
    if proposal.is_weighed() or len(proposal.run.glyphs) == 0:
        return reading
    if len(proposal.run.glyphs) == 1:
        return _pool(reading, proposal, answers[-1])
    if not symbols and min(answer.no_digit for answer in answers) < HALF:
        alone = read_alone(proposal.run.glyphs, answers, doubted=True)
        return replace(alone, opinions=("", alone.text))
    return reading


def weigh(
    proposal: Proposal, answers: Sequence[Answer], fusion: Mapping[str, float]
) -> list[RunSymbol]:
    """The symbols of a proposal, each by both networks; arguments as of `fuse`."""
    asked = answers[: len(proposal.text)]
    if not asked:
        return []
    cut = fusion.get("cut_weight", 1.0)
    whole = fusion.get("whole_weight", 1.0)
    if not proposal.run.strip:
        whole = fusion.get("apart_weight", whole)
    weights = np.array([whole if piece.whole else cut for piece in proposal.pieces])
    digits = np.array([answer.digits for answer in asked], np.float64)
    chances = np.maximum(proposal.rows, LEAST, dtype=np.float64)
    chances *= np.maximum(digits, LEAST) ** weights[:, None]
    chances /= chances.sum(axis=1, keepdims=True)
    return [
        _weighed(proposal, index, row, answer)
        for index, (row, answer) in enumerate(zip(chances, asked, strict=True))
    ]


def _weighed(
    proposal: Proposal, index: int, chances: NDArray[np.float64], answer: Answer
) -> RunSymbol:
    """One symbol with the chances of its digits by both networks."""
    symbol, piece = proposal.text[index], proposal.pieces[index]
    if symbol not in DIGITS:
        return RunSymbol(piece.glyph, symbol, math.exp(proposal.best), np.full(10, 0.1), 0.0, False)
    # Where a pattern decided, it stays so.
    best = int(symbol) if proposal.broken is not None else int(chances.argmax())
    none = answer.no_digit if piece.whole else 0.0
    return RunSymbol(
        glyph=piece.glyph,
        text=str(best),
        confidence=float(chances[best]),
        probabilities=chances,
        no_digit=none,
        joined=not piece.whole,
        opinions=_opinions(symbol, answer) if piece.whole and proposal.broken is None else None,
    )


def _opinions(text: str, answer: Answer) -> tuple[str, str] | None:
    """What the two networks read where they differ; who sees no digit has no opinion on which."""
    digit = str(int(answer.digits.argmax()))
    return (text, digit) if digit != text and answer.no_digit < HALF else None


def _pool(reading: RunReading, proposal: Proposal, answer: Answer) -> RunReading:
    """A lone glyph in which the line network saw no digit or several: who is surer is believed."""
    (glyph,) = proposal.run.glyphs
    weight = _WIDE_POOL if is_wide(glyph) else _SEVERAL_POOL if proposal.digits else HALF
    digit = int(answer.digits.argmax())
    alike = sum(
        np.exp(other.log_probability) for other in proposal.others if other.text == str(digit)
    )
    single = weight * float(answer.digits[digit]) * (1 - answer.no_digit) + (1 - weight) * alike
    opinions = None if is_wide(glyph) else _opinions(proposal.text, answer)
    if (1 - weight) * np.exp(proposal.best) >= single:
        return replace(reading, opinions=opinions)
    row = answer.digits.astype(np.float64)
    symbol = RunSymbol(glyph, str(digit), single, row, answer.no_digit, False, opinions)
    return RunReading([symbol], single, {proposal.text: 1 - single}, ())


def measure_run(
    proposal: Proposal, symbols: Sequence[RunSymbol], answers: Sequence[Answer]
) -> NDArray[np.float64]:
    """The numbers behind a run's confidence: (len(FEATURES),) float64, in that order."""
    odds = _odds(math.exp(proposal.best))
    margin = min(MOST_LOG, proposal.best - proposal.second)
    # If the digit network changed a symbol, the line network is against it.
    against = -1 if "".join(symbol.text for symbol in symbols) != proposal.text else 1
    fused, whole, cut, worst = 0.0, 0.0, 0.0, -MOST_LOG
    for symbol, answer in zip(symbols, answers, strict=False):
        if symbol.text not in DIGITS:
            continue
        fused += math.log(max(symbol.confidence, LEAST))
        chance = math.log(max(float(answer.digits[int(symbol.text)]), LEAST))
        if symbol.joined:
            cut = min(cut, chance)
            continue
        whole = min(whole, chance)
        worst = max(worst, _odds(symbol.no_digit))
    nameless = answers[len(symbols) : len(symbols) + len(proposal.unread)]
    unread = sum(answer.no_digit < HALF for answer in nameless)
    length = math.log(max(1, len(symbols)))
    numbers = [against * odds, against * margin, max(fused, -MOST_LOG), whole, cut, worst]
    marks = len(proposal.text) - proposal.digits
    return np.array(
        [*numbers, min(unread, 3), length, float(proposal.asked), min(marks, 3)], np.float64
    )


def _odds(chance: float) -> float:
    """Log-odds, never infinite."""
    chance = min(max(float(chance), LEAST), 1 - LEAST)
    return math.log(chance / (1 - chance))


def _confidence(
    proposal: Proposal,
    symbols: Sequence[RunSymbol],
    answers: Sequence[Answer],
    fusion: Mapping[str, float],
) -> float:
    """The chance that the whole text of a run is right."""
    if "bias" not in fusion:
        return float(np.exp(proposal.best) * np.prod([symbol.confidence for symbol in symbols]))
    features = measure_run(proposal, symbols, answers)
    weights = np.array([fusion[name] for name in FEATURES])
    return float(1 / (1 + np.exp(-np.clip(features @ weights + fusion["bias"], -30, 30))))
