"""A handwriting that no network was trained on: outlined digits, as with a wide hollow marker.

People read it at a glance. The served networks take the space between the two edges for a hole,
and so most digits for an 8. Drawn from the pen strokes of the data folder.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.pen import Part, PenStrokes, load_strokes, smooth_path

_FILE = "pendigits/pendigits_train"
_SIDE_PX, _HIGH_PX, _MARGIN_PX = 500, 100, 30
# Width of the marker, and of each of the two edges that it leaves.
_MARKER_PX, _EDGE_PX = 18, 2
_PAPER, _INK = 245, 30
_BITS = 4


@dataclass(frozen=True)
class Written:
    """A picture (the bytes of a PNG), the digits in it, and who wrote them."""

    data: bytes
    text: str
    writer: str


def shifted_writers(part: Part) -> list[str]:
    """Who can write shifted digits, about 250 each; those of other parts are other people."""
    return sorted(set(load_strokes(_FILE).part(part).writers.tolist()))


def shifted_writing(
    writers: Sequence[str], each: int, seed: int = 1, length: int = 1
) -> Iterator[Written]:
    """Draw pictures of outlined digits.

    Args:
        writers: names, see `shifted_writers`.
        each: pictures of every writer.
        seed: decides which of a writer's digits, and the grain of the paper.
        length: digits in a picture, side by side with room between them.
    """
    samples = load_strokes(_FILE)
    for writer in writers:
        mine = samples.take(samples.writers == writer)
        rng = np.random.default_rng([seed, *writer.encode()])
        order = np.concatenate([rng.permutation(len(mine)) for _ in range(length)])
        for place in range(each):
            chosen = mine.take(order[place * length : (place + 1) * length])
            yield Written(_picture(chosen, rng), "".join(chosen.labels.tolist()), writer)


def _picture(samples: PenStrokes, rng: np.random.Generator) -> bytes:
    glyphs = [_outline(strokes) for strokes in samples.strokes]
    high = max(glyph.shape[0] for glyph in glyphs)
    level = [
        np.pad(g, ((high - len(g), 0), (_MARGIN_PX, _MARGIN_PX)), constant_values=0) for g in glyphs
    ]
    ink = np.hstack(level)
    down, across = (max(60, _SIDE_PX - side) for side in ink.shape)
    ink = np.pad(ink, ((down // 2, down - down // 2), (across // 2, across - across // 2)))
    grey = _PAPER - ink * ((_PAPER - _INK) / 255) + rng.normal(0, 3, ink.shape)
    _, coded = cv2.imencode(".png", np.clip(grey, 0, 255).astype(np.uint8))
    return coded.tobytes()


def _outline(strokes: Sequence[NDArray[np.int16]]) -> NDArray[np.uint8]:
    """The two edges of a wide marker that followed the strokes."""
    every = np.concatenate(strokes).astype(np.float32)
    wide, high = np.ptp(every, axis=0)
    scale = np.float32(_HIGH_PX / max(1.0, float(high), 0.6 * float(wide)))
    paths = [
        smooth_path((stroke - every.min(axis=0)) * scale, 2) + _MARKER_PX for stroke in strokes
    ]
    size = np.ceil([high * scale, wide * scale]).astype(int) + 2 * _MARKER_PX
    marker, hollow = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    points = [np.round(path * 2**_BITS).astype(np.int32) for path in paths]
    for canvas, px in ((marker, _MARKER_PX), (hollow, _MARKER_PX - 2 * _EDGE_PX)):
        cv2.polylines(canvas, points, False, 255, px, cv2.LINE_AA, _BITS)
    return np.asarray(cv2.subtract(marker, hollow), np.uint8)
