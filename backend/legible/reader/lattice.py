"""Texts out of a line network's answer: the likeliest ones, and where their symbols stand.

The network says for each of T frames how likely each symbol or nothing ("blank") is. A text is
written by every path of symbols that gives it once repetitions are joined and blanks dropped; its
probability is their sum. In every function `log_probs` is (T, len(symbols) + 1) float32, each row
the logarithms of probabilities that sum to 1, its last column the blank.

Source: Graves et al., "Connectionist Temporal Classification" (2006).
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from legible.reader.pattern import Pattern

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Columns = NDArray[np.intp]

# Logarithms by which a symbol may be behind a frame's best (with a pattern any may be needed), and
# the beginning of a text behind the best of them.
_MOST_DOUBT, _MOST_BEHIND = 9.0, 12.0
# Stands for the logarithm of 0 where infinities would cancel; no network comes near it.
_NEVER = -1e6
# How much of a pattern is looked into before decoding: some 2,000 small sets; "luhn" has 1,700.
_MOST_EXPLORED = 25_000


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A text that may be written there, and the natural logarithm of its probability."""

    text: str
    log_probability: float


def decode_text(
    log_probs: Floats,
    symbols: Sequence[str],
    *,
    pattern: Pattern | None = None,
    beam: int = 16,
    count: int = 8,
) -> list[Hypothesis]:
    """Find the likeliest texts by prefix beam search.

    Args:
        log_probs: as above.
        symbols: what its columns but the last mean.
        pattern: what the text must look like; None = anything.
        beam: beginnings of texts that are kept from frame to frame.
        count: most texts to return.

    Returns:
        Best first, with exact probabilities, none that is far behind; at least one, maybe the
        empty one, unless there is a pattern. T = 0 gives the empty text if the pattern allows it.

    Source: Hannun et al., "First-Pass Large Vocabulary [...] Recognition" (2014), arXiv:1408.2873.
    """
    chances = np.exp(log_probs.astype(np.float64) - log_probs.max(axis=1, keepdims=True))
    if pattern is None:
        chances[chances < math.exp(-_MOST_DOUBT)] = 0
        # Frames that are surely blank tell nothing behind another such one.
        sure = log_probs[:, -1] > math.log(0.9999)
        chances = chances[~(sure & np.append(False, sure[:-1]))]
        moves = np.zeros((1, len(symbols)), np.intp)
        hope = np.zeros((len(chances) + 1, 1, len(symbols) + 1), np.float32)
    else:
        moves, ends = _explore(pattern, tuple(symbols))
        hope = _hope(log_probs, moves, ends)
    texts = _search(chances, symbols, beam, moves, hope)
    texts = [text for text in texts if pattern is None or pattern.matches(text)][:count]
    scores = text_log_probability(log_probs, symbols, texts).tolist()
    found = [Hypothesis(text, score) for text, score in zip(texts, scores, strict=True)]
    return sorted(found, key=lambda each: -each.log_probability)


def merge(hypotheses: Sequence[Hypothesis], keep: Callable[[str], str]) -> list[Hypothesis]:
    """Join texts of which `keep` makes the same, such as the digits without marks between them.

    Returns:
        What `keep` made, each once with the sum of the probabilities, best first.
    """
    sums: dict[str, float] = defaultdict(lambda: -math.inf)
    for each in hypotheses:
        text = keep(each.text)
        sums[text] = float(np.logaddexp(sums[text], each.log_probability))
    found = [Hypothesis(text, score) for text, score in sums.items()]
    return sorted(found, key=lambda each: -each.log_probability)


def text_log_probability(
    log_probs: Floats, symbols: Sequence[str], texts: Sequence[str]
) -> Doubles:
    """How likely each text is written there: the sum over all its paths.

    Returns:
        (N,) float64, natural logarithms; -inf for a text that needs more than T frames or has a
        symbol that is not among `symbols`.
    """
    lengths = np.array([len(text) for text in texts], np.intp)
    if len(log_probs) == 0:
        return np.where(lengths > 0, -np.inf, 0.0)
    ends = _forward(_widen(log_probs), _columns(texts, symbols))[:, -1]
    each = np.arange(len(texts))
    # A path ends with the last symbol or with a blank behind it.
    marked = np.where(lengths > 0, ends[2 * lengths - 1, each], -np.inf)
    total = np.logaddexp(ends[2 * lengths, each], marked)
    return np.where(total > _NEVER / 2, total, -np.inf)


def align(log_probs: Floats, symbols: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Find where each symbol stands: the frames in which the text's best path emits it.

    Returns:
        For each symbol its frames [start, stop), left to right, never overlapping.

    Raises:
        ValueError: no path gives the text, as it needs more frames or other symbols.
    """
    columns = _columns([text], symbols)
    best = _forward(_widen(log_probs), columns, np.maximum)[:, :, 0].tolist()
    ways = range(max(0, 2 * len(text) - 1), 2 * len(text) + 1)
    spans = [(0, 0)] * len(text)
    for time in range(len(log_probs) - 1, -1, -1):
        score, place = max((best[way][time], way) for way in ways)
        if score < _NEVER / 2:
            break
        if place % 2:
            spans[place // 2] = (time, max(spans[place // 2][1], time + 1))
        over = place % 2 and place > 1 and columns[0, place] != columns[0, place - 2]
        ways = range(max(0, place - 2 if over else place - 1), place + 1)
    if any(start == stop for start, stop in spans):
        raise ValueError(
            f"Expected a text that {len(log_probs)} frames can give, got '{text}'. Decode first."
        )
    return spans


def symbol_probabilities(log_probs: Floats, symbols: Sequence[str], text: str) -> Floats:
    """How likely each digit stands at each place if the rest of the text is right.

    Returns:
        (len(text), 10) float32, columns 0-9, rows sum to 1, also where the text has no digit; all
        alike where the rest of the text leaves no frame for any.
    """
    wide, columns = _widen(log_probs), _columns([text], symbols)
    digits = _columns(["0123456789"], symbols)[0, 1::2]
    before = _beside(_forward(wide, columns), columns[0], digits)
    # What comes behind a place comes before it when all is read from right to left.
    columns = columns[:, ::-1]
    behind = _beside(_forward(wide[::-1], columns), columns[0], digits)[::-1, ::-1]
    paths = _dwell(before, wide[:, None, digits], np.logaddexp) + behind
    totals = np.maximum(np.logaddexp.reduce(paths, axis=0), _NEVER)
    likely = np.exp(totals - totals.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True), np.float32)


def _search(
    chances: Doubles, symbols: Sequence[str], beam: int, moves: Columns, hope: Floats
) -> list[str]:
    """The texts left after the last frame, best first. Chances are shares of each frame's best."""
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


def _widen(log_probs: Floats) -> Doubles:
    """Finite, with one more column for symbols that the network does not know."""
    finite = np.maximum(log_probs.astype(np.float64), _NEVER)
    return np.pad(finite, ((0, 0), (0, 1)), constant_values=_NEVER)


def _columns(texts: Sequence[str], symbols: Sequence[str]) -> Columns:
    """(N, 2 L + 1): each text's columns with blanks around them, and behind the shorter ones."""
    known = {symbol: column for column, symbol in enumerate(symbols)}
    longest = max(map(len, texts), default=0)
    columns = np.full((len(texts), 2 * longest + 1), len(symbols), np.intp)
    for row, text in zip(columns, texts, strict=True):
        row[1 : 2 * len(text) : 2] = [known.get(symbol, len(symbols) + 1) for symbol in text]
    return columns


def _forward(log_probs: Doubles, columns: Columns, add: np.ufunc = np.logaddexp) -> Doubles:
    """CTC's forward variable: (places, T, N), all paths of text n at a place in frame t.

    With `np.maximum` the best instead of all. By place, as texts are shorter than lines are wide.
    """
    mass = np.full((columns.shape[1], len(log_probs), len(columns)), -np.inf)
    for place, here in enumerate(columns.T):
        enter = np.full(mass.shape[1:], -np.inf)
        enter[:1] = 0 if place < 2 else -np.inf
        if place:
            enter[1:] = mass[place - 1, :-1]
        # The blank between two symbols may be left out unless they are the same.
        if place > 1 and place % 2:
            skip = np.where(here != columns[:, place - 2], mass[place - 2, :-1], -np.inf)
            add(enter[1:], skip, out=enter[1:])
        mass[place] = _dwell(enter, log_probs[:, here], add)
    return mass


def _dwell(enter: Doubles, log_probs: Doubles, add: np.ufunc) -> Doubles:
    """Enter in any frame and stay: m[t] = add(m[t - 1], enter[t]) + log_probs[t], for all t."""
    along = np.cumsum(log_probs, axis=0)
    return np.asarray(add.accumulate(enter - (along - log_probs), axis=0) + along)


def _beside(mass: Doubles, columns: Columns, digits: Columns) -> Doubles:
    """(T, L, 10): what comes before each place in frame t, if this place were each digit."""
    blanks, others = mass[:-1:2, :-1, 0].T, mass[1:-2:2, :-1, 0].T
    beside = np.full((mass.shape[1], blanks.shape[1], len(digits)), -np.inf)
    beside[:1, :1] = 0
    beside[1:] = blanks[:, :, None]
    skips = np.where(columns[1:-2:2, None] != digits, others[:, :, None], -np.inf)
    beside[1:, 1:] = np.logaddexp(beside[1:, 1:], skips)
    return beside
