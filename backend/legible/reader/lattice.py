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

import numpy as np

from legible.reader.beam import Columns, Doubles, Floats, search, search_pattern
from legible.reader.pattern import Pattern

# Logarithms by which a symbol may be behind a frame's best; with a pattern any may be needed.
_MOST_DOUBT = 9.0
# Stands for the logarithm of 0 where infinities would cancel; no network comes near it.
_NEVER = -1e6


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
        told = np.ones(len(sure), np.bool_)
        told[1:] = ~(sure[1:] & sure[:-1])
        texts = search(chances[told], symbols, beam)
    else:
        found = search_pattern(chances, log_probs, symbols, beam, pattern)
        texts = [text for text in found if pattern.matches(text)]
    texts = texts[:count]
    scores = text_log_probability(log_probs, symbols, texts).tolist()
    hypotheses = [Hypothesis(text, score) for text, score in zip(texts, scores, strict=True)]
    return sorted(hypotheses, key=lambda each: -each.log_probability)


def agree(
    views: Sequence[Floats],
    symbols: Sequence[str],
    *,
    pattern: Pattern | None = None,
    count: int = 8,
) -> list[Hypothesis]:
    """Find the texts that several answers about the same writing agree on best.

    Args:
        views: one `log_probs` as above for each way in which the writing was drawn.
        symbols: what their columns but the last mean.
        pattern: what the text must look like; None = anything.
        count: most texts to return.

    Returns:
        As `decode_text`; the log-probability is the mean over the views, so that a text of which
        one of them is against is unlikely. Of one view it is what `decode_text` gives.
    """
    found = [decode_text(view, symbols, pattern=pattern, count=count) for view in views]
    if len(found) == 1:
        return found[0]
    texts = list(dict.fromkeys(each.text for hypotheses in found for each in hypotheses))
    scores = np.mean([text_log_probability(view, symbols, texts) for view in views], axis=0)
    likely = [
        Hypothesis(text, score)
        for text, score in zip(texts, scores.tolist(), strict=True)
        if score > _NEVER
    ]
    # Where no text fits into every view, what the first one says stands.
    return sorted(likely, key=lambda each: -each.log_probability)[:count] or found[0]


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
    # What comes behind a place comes before it when all is read from right to left. Both ways at
    # once: the second has its frames, and so its columns, beside the first's.
    both = np.concatenate([wide, wide[::-1]], axis=1)
    mass = _forward(both, np.concatenate([columns, columns[:, ::-1] + wide.shape[1]]))
    before = _beside(mass[:, :, 0], columns[0], digits)
    behind = _beside(mass[:, :, 1], columns[0, ::-1], digits)[::-1, ::-1]
    paths = _dwell(before, wide[:, None, digits]) + behind
    totals = np.maximum(np.logaddexp.reduce(paths, axis=0), _NEVER)
    likely = np.exp(totals - totals.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True), np.float32)


def _widen(log_probs: Floats) -> Doubles:
    """Finite, with one more column for symbols that the network does not know."""
    wide = np.full((len(log_probs), log_probs.shape[1] + 1), _NEVER)
    np.maximum(log_probs, _NEVER, out=wide[:, :-1])
    return wide


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
    along = np.cumsum(log_probs, axis=0)
    upto, before = along[:, columns.T], (along - log_probs)[:, columns.T]
    mass = np.empty((columns.shape[1], len(log_probs), len(columns)))
    for place in range(columns.shape[1]):
        here = mass[place]
        here[:1] = 0 if place < 2 else -np.inf
        here[1:] = mass[place - 1, :-1] if place else -np.inf
        # The blank between two symbols may be left out unless they are the same.
        if place > 1 and place % 2:
            other = columns[:, place] != columns[:, place - 2]
            add(here[1:], mass[place - 2, :-1], out=here[1:], where=other)
        # Enter in any frame and stay: m[t] = add(m[t - 1], enter[t]) + log_probs[t].
        here -= before[:, place]
        add.accumulate(here, axis=0, out=here)
        here += upto[:, place]
    return mass


def _dwell(enter: Doubles, log_probs: Doubles) -> Doubles:
    """Enter in any frame and stay, for all t, as in `_forward`."""
    along = np.cumsum(log_probs, axis=0)
    return np.asarray(np.logaddexp.accumulate(enter - (along - log_probs), axis=0) + along)


def _beside(mass: Doubles, columns: Columns, digits: Columns) -> Doubles:
    """(T, L, 10): what comes before each place in frame t, if this place were each digit.

    `mass` is (places, T), of one text.
    """
    blanks, others = mass[:-1:2, :-1].T, mass[1:-2:2, :-1].T
    beside = np.full((mass.shape[1], blanks.shape[1], len(digits)), -np.inf)
    beside[:1, :1] = 0
    beside[1:] = blanks[:, :, None]
    skips = np.where(columns[1:-2:2, None] != digits, others[:, :, None], -np.inf)
    beside[1:, 1:] = np.logaddexp(beside[1:, 1:], skips)
    return beside
