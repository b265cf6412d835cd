"""Numbers put together from single digits, as people write them: spaced, joined, cut off, crooked.

A canvas is (H, W) float32, 0 paper .. 1 ink, twice as high as the line network's input.
"""

from collections import defaultdict
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.data import Digits
from trainer.deform import deform
from trainer.hand import HEIGHT_PX, MARKS, Canvas, Hand, Strokes, enlarge, ink_symbol, symbol_height
from trainer.pen import PenStrokes

# How numbers with marks look; # is any digit.
_FORMS = (
    *("#.#", "##.#", "###.#", "#.##", "##.##", "###.##", "####.##", "#,###", "##,###", "###,###"),
    *("#,#", "##,#", "#.###", "##.###", "-#", "-##", "-###", "-#.#", "##-##-##", "###-####"),
    *("####-##-##", "##.##.####", "#,###.##", "#####-####", ".##", "##-###", "#,###,###", "##."),
)
_LENGTHS = np.arange(1, 11)
_LENGTH_SHARES = np.array([8, 18, 17, 14, 13, 10, 7, 6, 4, 3]) / 100


def draw_text(rng: np.random.Generator, marks: float = 0.25) -> str:
    """A number of 1 to 10 digits; a share of `marks` of all is a form with . , or - instead."""
    if rng.random() < marks:
        form = str(rng.choice(_FORMS))
        return "".join(str(rng.integers(10)) if each == "#" else each for each in form)
    length = int(rng.choice(_LENGTHS, p=_LENGTH_SHARES))
    if rng.random() < 0.06:
        # Runs of one digit are where CTC needs a blank between.
        return str(rng.integers(10)) * min(length, 5)
    return "".join(map(str, rng.integers(10, size=length)))


class PenWriters:
    """Digits and marks as pen strokes, by writer."""

    def __init__(
        self, digits: Sequence[PenStrokes], marks: PenStrokes, *, deformed: bool = False
    ) -> None:
        """Take files of pen digits of one part of the writers, and their signs.

        With `deformed` no symbol is drawn twice the same way.
        """
        self._deformed = deformed
        self._by_writer: dict[str, dict[str, list[Strokes]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._all: dict[str, list[Strokes]] = defaultdict(list)
        for samples in (*digits, marks):
            for strokes, label, writer in zip(
                samples.strokes, samples.labels, samples.writers, strict=True
            ):
                if str(label) in "0123456789.,-":
                    self._by_writer[str(writer)][str(label)].append(strokes)
                    self._all[str(label)].append(strokes)
        self._writers = [
            writer
            for writer, kinds in self._by_writer.items()
            if sum(label not in MARKS for label in kinds) >= 4
        ]

    def glyphs(self, text: str, hand: Hand, rng: np.random.Generator) -> list[Canvas]:
        """A canvas for each symbol in one writer's hand, as far as that writer wrote it."""
        mine = self._by_writer[str(rng.choice(self._writers))]
        drawn = []
        for symbol in text:
            known = mine.get(symbol) or self._all[symbol]
            strokes = known[int(rng.integers(len(known)))]
            if self._deformed:
                strokes = deform(strokes, symbol_height(strokes), rng)
            drawn.append(ink_symbol(symbol, strokes, hand, rng))
        return drawn


class PictureWriters:
    """MNIST's digits, by writer; marks come from pen strokes."""

    def __init__(self, digits: Digits, pen: PenWriters) -> None:
        """Take the digits of one part, and who draws the marks."""
        self._digits = digits
        self._pen = pen
        self._all = [np.flatnonzero(digits.labels == digit) for digit in range(10)]
        order = np.argsort(digits.writers, kind="stable")
        _, starts = np.unique(digits.writers[order], return_index=True)
        self._by_writer = np.split(order, starts[1:])

    def glyphs(self, text: str, hand: Hand, rng: np.random.Generator) -> list[Canvas]:
        """A canvas for each symbol, of one writer of MNIST as far as that writer wrote it."""
        mine = self._by_writer[int(rng.integers(len(self._by_writer)))]
        labels = self._digits.labels[mine]
        drawn = []
        for symbol in text:
            if symbol in MARKS:
                drawn += self._pen.glyphs(symbol, hand, rng)
                continue
            known = mine[labels == int(symbol)]
            known = known if len(known) else self._all[int(symbol)]
            picture = self._digits.images[int(rng.choice(known)), :, :, 0]
            drawn.append(enlarge(picture, hand.digit_px * float(np.exp(rng.normal(0, 0.07)))))
        return drawn


def join(
    glyphs: Sequence[Canvas],
    text: str,
    hand: Hand,
    rng: np.random.Generator,
    gaps: Sequence[float] | None = None,
) -> Canvas:
    """Lay glyphs in a row on one canvas.

    Args:
        glyphs: one for each symbol of `text`, cut to their ink.
        text: what they say.
        hand: spacing and base line.
        rng: varies both from symbol to symbol.
        gaps: free pixels between neighbours (less than 0 overlaps), in place of the hand's.

    Returns:
        (HEIGHT_PX, W) float32 cut to the ink on the left and right, the row somewhere between top
        and bottom.
    """
    height, at = HEIGHT_PX, 0.0
    placed: list[tuple[Canvas, int, int]] = []
    edge = np.full(3 * height, -(10**6), np.int64)  # rightmost ink of each row so far
    for index, (glyph, symbol) in enumerate(zip(glyphs, text, strict=True)):
        high, _ = glyph.shape
        base = at * hand.slope + hand.digit_px * float(rng.normal(0, hand.wobble / 2))
        top = round(height + hand.digit_px / 2 + base - _rise(symbol, high, hand, rng))
        top = int(np.clip(top, 0, 3 * height - high))
        gap = hand.digit_px * (hand.gap + float(rng.normal(0, hand.gap_jitter)))
        if gaps is not None and index > 0:
            gap = gaps[index - 1]
        left = _fit(edge, glyph, top, max(round(gap), -round(0.2 * hand.digit_px)))
        placed.append((glyph, left, top))
        inked = glyph > 0.35
        rows = np.flatnonzero(inked.any(axis=1))
        right = glyph.shape[1] - 1 - inked[rows, ::-1].argmax(axis=1)
        edge[top + rows] = np.maximum(edge[top + rows], left + right)
        at = left + glyph.shape[1] / 2
    return _crop(_lay(placed), rng)


def _rise(symbol: str, high: int, hand: Hand, rng: np.random.Generator) -> float:
    """How far the top of a symbol lies above the base line."""
    if symbol == "-":
        return hand.digit_px * float(rng.uniform(0.35, 0.65))
    if symbol == ".":
        return high * float(rng.uniform(0.6, 1.3)) + hand.digit_px * float(rng.choice([0, 0, 0.1]))
    if symbol == ",":
        return hand.digit_px * float(rng.uniform(0.0, 0.25))
    return float(high)


def _fit(edge: NDArray[np.int64], glyph: Canvas, top: int, gap: int) -> int:
    """The left end of a glyph whose nearest ink keeps this gap to what stands before it."""
    inked = glyph > 0.35
    rows = np.flatnonzero(inked.any(axis=1))
    if len(rows) == 0 or edge.max() < 0:
        return max(0, int(edge.max())) + max(gap, 0) + 1
    # A low mark slides under its neighbour only a little: rows near by count as well.
    reach = 3
    near = np.stack([edge[np.clip(top + rows + d, 0, len(edge) - 1)] for d in range(-reach, reach)])
    first = inked[rows].argmax(axis=1)
    tight = int((near.max(axis=0) - first).max())
    # Nothing beside it at these heights: stay right of the middle of what stands there.
    loose = int(edge.max()) - glyph.shape[1] // 2
    return int(max(tight, loose, 0)) + gap + 1


def _lay(placed: Sequence[tuple[Canvas, int, int]]) -> Canvas:
    left = min(place for _, place, _ in placed)
    right = max(place + glyph.shape[1] for glyph, place, _ in placed)
    canvas = np.zeros((3 * HEIGHT_PX, right - left), np.float32)
    for glyph, place, top in placed:
        part = canvas[top : top + glyph.shape[0], place - left : place - left + glyph.shape[1]]
        np.maximum(part, glyph, out=part)
    return canvas


def _crop(canvas: Canvas, rng: np.random.Generator) -> Canvas:
    """Cut a row of HEIGHT_PX out so that the writing lies within it, now and then barely."""
    rows = np.flatnonzero((canvas > 0.2).any(axis=1))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    high = bottom - top
    if high > 0.97 * HEIGHT_PX:
        scale = float(rng.uniform(0.7, 0.97)) * HEIGHT_PX / high
        size = (max(1, round(canvas.shape[1] * scale)), round(canvas.shape[0] * scale))
        canvas = np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.float32)
        rows = np.flatnonzero((canvas > 0.2).any(axis=1))
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        high = bottom - top
    canvas = np.pad(canvas, ((HEIGHT_PX, HEIGHT_PX), (0, 0)))
    room = HEIGHT_PX - high
    start = HEIGHT_PX + top - int(rng.integers(0, room + 1))
    return np.ascontiguousarray(canvas[start : start + HEIGHT_PX])
