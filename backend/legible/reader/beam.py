"""Beam search: the likeliest texts that a line network's answer can mean, with a pattern or not.

Source: Hannun et al., "First-Pass Large Vocabulary [...] Recognition" (2014), arXiv:1408.2873.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from legible.reader.pattern import Pattern

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Columns = NDArray[np.intp]

# Logarithms by which the beginning of a text may be behind the best of them.
_MOST_BEHIND = 12.0
# How much of a pattern is looked into before decoding: some 2,000 small sets; "luhn" has 1,700.
_MOST_EXPLORED = 25_000


def search(chances: Doubles, symbols: Sequence[str], beam: int) -> list[str]:
    """Find likely texts.

    The innermost loop of reading a line: what only a pattern needs is left to `search_pattern`.

    Args:
        chances: (T, len(symbols) + 1), of each frame in shares of its best, the last the blank's.
        symbols: what the columns but the last mean.
        beam: beginnings of texts that are kept from frame to frame.

    Returns:
        The texts left after the last frame, best first; at least one, maybe the empty one.
    """
    column = {symbol: place for place, symbol in enumerate((*symbols, ""))}
    # How likely each beginning is with a blank behind it, and with its last symbol last.
    held = [("", 1.0, 0.0)]
    behind, least = math.exp(-_MOST_BEHIND), 0.0
    for row in chances.tolist():
        likely = [(s, p) for s, p in zip(symbols, row[:-1], strict=True) if p]
        blank = row[-1]
        grown: dict[str, list[float]] = {}
        for text, bare, marked in held:
            last, both = text[-1:], bare + marked
            stay = marked * row[column[last]]
            if text in grown:
                grown[text][0] += both * blank
                grown[text][1] += stay
            else:
                grown[text] = [both * blank, stay]
            for symbol, chance in likely:
                # The same symbol again needs a blank between.
                fresh = (bare if symbol == last else both) * chance
                if fresh > least:
                    longer = text + symbol
                    if longer in grown:
                        grown[longer][1] += fresh
                    else:
                        grown[longer] = [0.0, fresh]
        ranked = [(bare + marked, text, bare, marked) for text, (bare, marked) in grown.items()]
        ranked.sort(reverse=True)
        best = ranked[0][0] * behind
        kept = [each for each in ranked[:beam] if each[0] > best]
        total = sum(mass for mass, _, _, _ in kept)
        held = [(text, bare / total, marked / total) for _, text, bare, marked in kept]
        least = best / total
    return [text for text, _, _ in held]


def search_pattern(
    chances: Doubles, log_probs: Floats, symbols: Sequence[str], beam: int, pattern: Pattern
) -> list[str]:
    """Find likely texts that fit a pattern; maybe none, and maybe some that do not.

    Args:
        chances: as of `search`.
        log_probs: the logarithms of the same probabilities.
        symbols: as of `search`.
        beam: as of `search`.
        pattern: what the text must look like.
    """
    moves, ends = _explore(pattern, tuple(symbols))
    hope = _hope(log_probs, moves, ends)
    column = {symbol: place for place, symbol in enumerate((*symbols, ""))}
    sets, held, least = {"": 0}, {"": [1.0, 0.0]}, -math.inf
    for time, row in enumerate(chances.tolist(), 1):
        ahead = hope[time]
        likely = [(s, column[s], p) for s, p in zip(symbols, row[:-1], strict=True) if p]
        # How likely each beginning is with a blank behind it, and with its last symbol last.
        grown: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for text, (bare, marked) in held.items():
            last, both = text[-1:], bare + marked
            grown[text][0] += both * row[-1]
            grown[text][1] += marked * row[column[last]]
            for symbol, place, chance in likely:
                # The same symbol again needs a blank between.
                fresh = (bare if symbol == last else both) * chance
                state = moves.item(sets[text], place)
                if fresh > 0 and math.log(fresh) + ahead.item(state, place) > least:
                    sets[text + symbol] = state
                    grown[text + symbol][1] += fresh
        ranked = []
        for text, (bare, marked) in grown.items():
            open_ = ahead.item(sets[text], -1)
            closed = ahead.item(sets[text], column[text[-1:]])
            peak = max(open_, closed)
            mass = bare * math.exp(open_ - peak) + marked * math.exp(closed - peak)
            if mass > 0:
                ranked.append((peak + math.log(mass), text, bare, marked))
        ranked.sort(reverse=True)
        kept = [each for each in ranked[:beam] if each[0] > ranked[0][0] - _MOST_BEHIND]
        total = sum(bare + marked for _, _, bare, marked in kept)
        held = {text: [bare / total, marked / total] for _, text, bare, marked in kept}
        least = ranked[0][0] - math.log(total) - _MOST_BEHIND if kept else math.inf
    return list(held)


@lru_cache(maxsize=8)
def _explore(pattern: Pattern, symbols: tuple[str, ...]) -> tuple[Columns, NDArray[np.bool_]]:
    """Number the pattern's sets of states: (sets, symbols) the next ones, (sets,) where it may end.

    What is beyond the most that is looked into has the number -1, as if there anything matched.
    """
    queue = [pattern.start()]
    known = {queue[0]: 0}
    moves, room = [], _MOST_EXPLORED
    for states in queue:
        targets = [pattern.step(states, symbol) for symbol in symbols]
        for target in targets:
            if target not in known and room > 0:
                room -= 10 + len(target)
                known[target] = len(queue)
                queue.append(target)
        moves.append([known.get(target, -1) for target in targets])
    ends = [*map(pattern.accepts, queue), True]
    return np.array([*moves, [-1] * len(symbols)], np.intp), np.array(ends)


def _hope(log_probs: Floats, moves: Columns, ends: NDArray[np.bool_]) -> Floats:
    """The best path from each frame on to where the pattern may end: (T + 1, sets, V) float32.

    The last axis is the column that came before, as the same symbol again is no new one.
    """
    hope = np.full((len(log_probs) + 1, len(moves), log_probs.shape[1]), -np.inf, np.float32)
    hope[-1, ends] = 0
    for time in range(len(log_probs) - 1, -1, -1):
        stay = hope[time + 1] + log_probs[time]
        fresh = np.full_like(stay, -np.inf)
        fresh[:, :-1] = stay[moves, np.arange(moves.shape[1])]
        second, first = np.partition(fresh, -2, axis=1)[:, -2:].T[:, :, None]
        hope[time] = np.maximum(stay, stay[:, -1:])
        np.maximum(hope[time], np.where(fresh == first, second, first), out=hope[time])
    return hope
