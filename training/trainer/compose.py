"""Numbers put together from single digits, as people write them: spaced, joined, cut off, crooked.

A canvas is (H, W) float32, 0 paper .. 1 ink, twice as high as the line network's input.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.data import Digits
from trainer.deform import Points, deform
from trainer.pen import PenStrokes, smooth_path

Canvas = NDArray[np.float32]
Strokes = Sequence[Points]

HEIGHT_PX = 64
# Fractional bits of OpenCV's coordinates.
_BITS = 4
_MARKS = ".,-"
# How numbers with marks look; # is any digit.
_FORMS = (
    *("#.#", "##.#", "###.#", "#.##", "##.##", "###.##", "####.##", "#,###", "##,###", "###,###"),
    *("#,#", "##,#", "#.###", "##.###", "-#", "-##", "-###", "-#.#", "##-##-##", "###-####"),
    *("####-##-##", "##.##.####", "#,###.##", "#####-####", ".##", "##-###", "#,###,###", "##."),
)
_LENGTHS = np.arange(1, 11)
_LENGTH_SHARES = np.array([8, 18, 17, 14, 13, 10, 7, 6, 4, 3]) / 100


@dataclass(frozen=True)
class Hand:
    """How one line is written, lengths as shares of the height of its digits."""

    digit_px: float
    pen_px: float
    nib: tuple[float, float]  # ratio of the axes, and angle in degrees
    smoothing: int
    gap: float
    gap_jitter: float
    slope: float
    wobble: float


def draw_hand(rng: np.random.Generator) -> Hand:
    """Choose how a line is written; digits that touch or nearly do are common."""
    digit_px = HEIGHT_PX * float(rng.uniform(0.5, 0.88))
    spacing = rng.choice(4, p=[0.24, 0.36, 0.3, 0.1])
    low, high = ((-0.1, 0.0), (0.0, 0.12), (0.12, 0.45), (0.45, 1.1))[int(spacing)]
    return Hand(
        digit_px=digit_px,
        pen_px=max(1.2, digit_px * float(np.exp(rng.uniform(np.log(0.04), np.log(0.2))))),
        nib=(float(rng.uniform(0.35, 1.0)), float(rng.uniform(0, 180))),
        smoothing=int(rng.integers(1, 5)),
        gap=float(rng.uniform(low, high)),
        gap_jitter=float(rng.uniform(0.0, 0.1)),
        slope=float(rng.normal(0, 0.03)),
        wobble=float(rng.uniform(0.0, 0.07)),
    )


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
            if sum(label not in _MARKS for label in kinds) >= 4
        ]

    def glyphs(self, text: str, hand: Hand, rng: np.random.Generator) -> list[Canvas]:
        """A canvas for each symbol in one writer's hand, as far as that writer wrote it."""
        mine = self._by_writer[str(rng.choice(self._writers))]
        drawn = []
        for symbol in text:
            known = mine.get(symbol) or self._all[symbol]
            strokes = known[int(rng.integers(len(known)))]
            if self._deformed:
                strokes = deform(strokes, _height(strokes), rng)
            drawn.append(_ink_symbol(symbol, strokes, hand, rng))
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
            if symbol in _MARKS:
                drawn += self._pen.glyphs(symbol, hand, rng)
                continue
            known = mine[labels == int(symbol)]
            known = known if len(known) else self._all[int(symbol)]
            picture = self._digits.images[int(rng.choice(known)), :, :, 0]
            drawn.append(_enlarge(picture, hand.digit_px * float(np.exp(rng.normal(0, 0.07)))))
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


def _height(strokes: Strokes) -> float:
    """The height of one symbol, or the length of a flat one."""
    wide, high = np.ptp(np.concatenate(strokes), axis=0)
    return max(1.0, float(high), float(wide) / 2)


def _ink_symbol(symbol: str, strokes: Strokes, hand: Hand, rng: np.random.Generator) -> Canvas:
    size = hand.digit_px * float(np.exp(rng.normal(0, 0.07)))
    if symbol == ".":
        return _dot(hand, rng)
    size *= {",": float(rng.uniform(0.18, 0.38)), "-": float(rng.uniform(0.25, 0.6))}.get(symbol, 1)
    every = np.concatenate(strokes).astype(np.float32)
    wide, high = np.ptp(every, axis=0)
    # Digits are as high as their line; flat ones, and marks, as long as they are.
    flat = symbol in _MARKS or wide > 1.3 * high
    return ink_strokes(strokes, size / max(1.0, float(max(wide, high) if flat else high)), hand)


def ink_strokes(strokes: Strokes, scale: float, hand: Hand) -> Canvas:
    """Draw strokes, each (P, 2) x, y downwards, `scale` pixels for one unit, cut to their ink."""
    every = np.concatenate(strokes).astype(np.float32)
    margin = round(hand.pen_px) + 2
    paths = [
        smooth_path((stroke - every.min(axis=0)) * np.float32(scale), hand.smoothing)
        for stroke in strokes
    ]
    wide, high = np.ceil(np.ptp(every, axis=0) * scale).astype(int) + 2 * margin
    canvas = np.zeros((int(high), int(wide)), np.uint8)
    fixed = [np.round((path + margin) * 2**_BITS).astype(np.int32) for path in paths]
    ratio, angle = hand.nib
    if ratio > 0.75 or hand.pen_px < 3:
        cv2.polylines(canvas, fixed, False, 255, max(1, round(hand.pen_px)), cv2.LINE_AA, _BITS)
    else:
        cv2.polylines(canvas, fixed, False, 255, 1, cv2.LINE_AA, _BITS)
        side = round(hand.pen_px) | 1
        nib = np.zeros((side, side), np.uint8)
        middle = (side - 1) / 2
        cv2.ellipse(nib, ((middle, middle), (side, side * ratio), angle), 1, -1)
        nib[side // 2, side // 2] = 1
        canvas = np.asarray(cv2.dilate(canvas, nib), np.uint8)
    return trim(canvas.astype(np.float32) / 255.0)


def _dot(hand: Hand, rng: np.random.Generator) -> Canvas:
    """A full stop: the pen put down, sometimes dragged a little."""
    pen = hand.pen_px * float(rng.uniform(0.9, 1.6))
    side = int(pen * 4) + 6
    canvas = np.zeros((side, side), np.uint8)
    drag = rng.uniform(-0.6, 0.6, 2) * pen
    ends = [np.full(2, side / 2), np.full(2, side / 2) + drag]
    a, b = (tuple(int(v) for v in np.round(end * 2**_BITS)) for end in ends)
    cv2.line(canvas, a, b, 255, max(1, round(pen)), cv2.LINE_AA, _BITS)
    return trim(canvas.astype(np.float32) / 255.0)


def _enlarge(picture: Canvas, high_px: float) -> Canvas:
    cut = trim(picture)
    scale = high_px / max(cut.shape[0], cut.shape[1] / 1.3)
    size = (max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale)))
    return np.asarray(
        np.clip(cv2.resize(cut, size, interpolation=cv2.INTER_CUBIC), 0, 1), np.float32
    )


def trim(canvas: Canvas) -> Canvas:
    """Cut to the ink; without any, as it is."""
    inked = canvas > 0.2
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if len(rows) == 0:
        return canvas
    return np.ascontiguousarray(canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
