"""What is no digit: letters, symbols, scribbles, shapes and blank patches, drawn as a reader would.

The network learns to say so instead of naming the likeliest of ten. Only what a person would not
take for a digit may teach it that: many letters and signs are written exactly like digits.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.normalise import Convention, normalise
from trainer.data import SIDE_PX, Images
from trainer.pen import Part, PenStrokes, draw_strokes, load_strokes

# Written alone, each of these is a digit to somebody: O 0 D Q C U ~ 0, I J l i j r ~ 1, Z z ~ 2,
# S s ~ 5, G b ~ 6, T ~ 7, B ~ 8, g q y a ~ 9, Y ~ 4. Whoever looks at one cannot tell.
LOOKALIKE_LETTERS = frozenset("BDGIJOQSTYZabgijloqrsyz")
# Strokes like a 1 of some hand, and signs built on a 2, 3, 5 or 8.
LOOKALIKE_SYMBOLS = frozenset("|/\\()[]!',`&$?}{")
# What has to stand beside every share of what was refused.
LEFT_OUT = (
    f"The hardest are not in this figure: {len(LOOKALIKE_LETTERS)} of 52 letters and "
    f"{len(LOOKALIKE_SYMBOLS)} of 32 symbols are written exactly like a digit (O, l, S, ...) and "
    "were neither learned nor counted; they have rows of their own. The scribbles come from the "
    "generator that drew those of training, with another seed."
)

_SHAPES = ("scribble", "scribble", "scribble", "bars", "grid", "blob", "box", "blank")
_CANVAS_PX = 96


def load_signs(part: Part, folder: Path | None = None, *, lookalikes: bool = False) -> PenStrokes:
    """The letters and symbols of one part's writers that no person takes for digits.

    Args:
        part: whose.
        folder: the data folder; default `data_folder()`.
        lookalikes: instead those that are written exactly like a digit: to measure, not to learn.

    Raises:
        DataError: a file is missing.
    """
    kept = []
    for name, like_digits in (
        ("upper", LOOKALIKE_LETTERS),
        ("lower", LOOKALIKE_LETTERS),
        ("symbols", LOOKALIKE_SYMBOLS),
    ):
        signs = load_strokes(f"unipen/{name}", folder).part(part)
        kept.append(signs.take(np.isin(signs.labels, sorted(like_digits)) == lookalikes))
    return PenStrokes(
        [strokes for signs in kept for strokes in signs.strokes],
        np.concatenate([signs.labels for signs in kept]),
        np.concatenate([signs.writers for signs in kept]),
    )


def draw_signs(
    part: Part,
    count: int,
    convention: Convention,
    rng: np.random.Generator,
    *,
    lookalikes: bool = False,
) -> tuple[Images, NDArray[np.str_]]:
    """Draw letters and symbols, each kind as often as the others as far as there are enough.

    Args:
        part: whose.
        count: at most this many.
        convention: how the normaliser draws.
        rng: chooses them and their pens.
        lookalikes: only those that are written exactly like a digit, instead of all others.

    Returns:
        Pictures (N, 28, 28, 1) float32, and what they are (N,).

    Raises:
        DataError: a file of pen strokes is missing.
    """
    signs = load_signs(part, lookalikes=lookalikes)
    _, kinds, sizes = np.unique(signs.labels, return_inverse=True, return_counts=True)
    weights = 1.0 / sizes[kinds]
    count = min(count, len(signs))
    chosen = rng.choice(len(signs), count, replace=False, p=weights / weights.sum())
    picked = signs.take(chosen)
    return draw_strokes(picked, convention, rng), picked.labels


def draw_shapes(
    count: int, convention: Convention, rng: np.random.Generator
) -> tuple[Images, NDArray[np.str_]]:
    """Draw scribbles, bars, grids, blobs, boxes and blank patches by chance.

    Returns:
        Pictures (N, 28, 28, 1) float32, and what they are (N,).
    """
    kinds = rng.choice(_SHAPES, count)
    images = np.zeros((count, SIDE_PX, SIDE_PX, 1), np.float32)
    for place, kind in enumerate(kinds):
        if kind == "blank":
            images[place, :, :, 0] = _blank(rng)
        else:
            drawn = _DRAW[str(kind)](rng).astype(np.float32) / 255.0
            images[place] = normalise([drawn], convention)[0]
    return images, kinds


def _canvas() -> NDArray[np.uint8]:
    return np.zeros((_CANVAS_PX, _CANVAS_PX), np.uint8)


def _pen(rng: np.random.Generator) -> int:
    return int(rng.integers(4, 13))


def _scribble(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A pen going round and to and fro: sums of a few random waves along both axes."""
    time = np.linspace(0, 2 * np.pi, 160)
    waves = rng.integers(3, 9, size=(2, 3))
    phases = rng.uniform(0, 2 * np.pi, (2, 3, 1))
    path = np.sin(waves[..., None] * time * rng.uniform(0.5, 1) + phases).sum(axis=1)  # (2, T)
    drift = np.stack([time, np.zeros_like(time)]) * rng.uniform(0, 0.5)
    points = (path + drift).T * rng.uniform(9, 13, 2) + _CANVAS_PX / 2
    canvas = _canvas()
    pen = int(rng.integers(3, 8))
    cv2.polylines(canvas, [points.round().astype(np.int32)], False, 255, pen, cv2.LINE_AA)
    return canvas


def _bars(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Level lines, one to three, as a ruling, a dash or an equals sign leaves them."""
    canvas = _canvas()
    pen, tilt = _pen(rng), rng.uniform(-15, 15)
    for y in rng.choice([20, 35, 50, 65], int(rng.integers(1, 4)), replace=False):
        cv2.line(canvas, (8, int(y - tilt / 2)), (88, int(y + tilt / 2)), 255, pen, cv2.LINE_AA)
    return canvas


def _grid(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Crossing lines of squared paper, at least two each way."""
    canvas = _canvas()
    pen, step = int(rng.integers(2, 6)), int(rng.integers(18, 36))
    for place in range(int(rng.integers(8, 18)), _CANVAS_PX, step):
        cv2.line(canvas, (place, 4), (place, 92), 255, pen, cv2.LINE_AA)
        cv2.line(canvas, (4, place), (92, place), 255, pen, cv2.LINE_AA)
    return canvas


def _blob(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A filled blot, or a thick drop."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, 12))
    radii = rng.uniform(18, 38, 12)[:, None]
    points = 48 + radii * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    canvas = _canvas()
    cv2.fillPoly(canvas, [points.round().astype(np.int32)], 255, cv2.LINE_AA)
    return canvas


def _box(rng: np.random.Generator) -> NDArray[np.uint8]:
    """The frame of a field, with a stroke or two inside, as of a box that was ticked."""
    canvas, pen = _canvas(), int(rng.integers(2, 7))
    cv2.rectangle(canvas, (10, 10), (86, int(rng.integers(70, 90))), 255, pen, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 3))):
        a, b = rng.integers(20, 76, (2, 2)).tolist()
        cv2.line(canvas, a, b, 255, pen, cv2.LINE_AA)
    return canvas


def _blank(rng: np.random.Generator) -> NDArray[np.float32]:
    """Paper: a faint cloud of grey, a speck or two, or nothing at all."""
    coarse = rng.random((5, 5), np.float32) * np.float32(rng.uniform(0, 0.4))
    patch = cv2.resize(coarse, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    for y, x in rng.integers(2, SIDE_PX - 2, (int(rng.integers(0, 5)), 2)):
        patch[y : y + 2, x : x + 2] = rng.random()
    return np.asarray(np.clip(patch, 0, 1), np.float32)


_DRAW = {"scribble": _scribble, "bars": _bars, "grid": _grid, "blob": _blob, "box": _box}
