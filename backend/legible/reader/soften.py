"""Symbols no surer than the text they are part of."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from legible.reader.alone import RunSymbol

_DIGITS = "0123456789"
# Chances are kept off zero.
_LEAST = 1e-6
# The highest temperature that chances are softened with, and how often the span in which the right
# one lies is narrowed to a step of it.
_MOST_SOFT, _NARROWINGS, _STEPS = 50.0, 6, 16


def soften(symbols: Sequence[RunSymbol], confidence: float) -> list[RunSymbol]:
    """Bring the chances of a run's digits down to what its confidence bears.

    Two networks that agree make every digit surer than either is entitled to. One temperature for
    the whole run lets the chances of its digits multiply to its confidence: the doubtful ones give
    way first. Chances that are lower already stay.

    Args:
        symbols: of the run.
        confidence: the calibrated chance that all of them are right.
    """
    places = [place for place, symbol in enumerate(symbols) if symbol.text in _DIGITS]
    if not places:
        return list(symbols)
    logs = np.log(np.maximum([symbols[place].probabilities for place in places], _LEAST))
    tops = [int(symbols[place].text) for place in places]
    apart = logs - logs[range(len(tops)), tops][:, None]
    low, high = 0.0, math.log(_MOST_SOFT)
    for _ in range(_NARROWINGS):
        # Ever smaller steps, many at once.
        step = (high - low) / _STEPS
        cooling = np.exp(-(low + step * np.arange(1, _STEPS)))
        unlikely = np.exp(apart * cooling[:, None, None]).sum(axis=2).prod(axis=1)
        low += step * int((unlikely * confidence < 1).sum())
        high = low + step
    likelihoods = np.exp(apart * math.exp(-low))
    rows = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    softened = list(symbols)
    for place, row, top in zip(places, rows, tops, strict=True):
        softened[place] = replace(symbols[place], confidence=float(row[top]), probabilities=row)
    return softened
