"""What a line network says of lines, in training and before."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from legible.reader.line import Floats, LineConvention
from trainer.data import DataError
from trainer.line_augment import WIDTH_STEP_PX
from trainer.line_model import SYMBOLS

MODELS = Path(__file__).parents[2] / "models" / "line"
_PREDICTED = 64


def open_start(version: str) -> keras.Model:
    """The shipped line network that a run starts from.

    Raises:
        DataError: there is no such version.
    """
    path = MODELS / version / "model.keras"
    if not path.is_file():
        raise DataError(
            f"Expected the network models/line/{version}/model.keras to start from, found none. "
            "Check the folder out again, or set `start` of the preset to None."
        )
    return keras.saving.load_model(path, compile=False)


def predict_lines(
    model: keras.Model, pictures: Sequence[NDArray[np.uint8]]
) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """Read lines in batches of like widths.

    Args:
        model: the network.
        pictures: each (32, W) uint8, 0 paper .. 255 ink.

    Yields:
        Places (N,) in `pictures`, and their logits (N, T, K); T of the widest among them.
    """
    order = np.argsort([picture.shape[1] for picture in pictures], kind="stable")
    for start in range(0, len(order), _PREDICTED):
        chosen = order[start : start + _PREDICTED]
        widest = pictures[chosen[-1]].shape[1]
        batch = np.zeros(
            (len(chosen), LineConvention().height_px, widest + -widest % WIDTH_STEP_PX, 1),
            np.float32,
        )
        for row, place in zip(batch, chosen, strict=True):
            row[:, : pictures[place].shape[1], 0] = pictures[place].astype(np.float32) / 255
        yield chosen, np.asarray(model.predict_on_batch(batch))


def best_path(logits: Floats) -> str:
    """The text of the likeliest class at each step: repeats are one symbol, blanks none.

    Args:
        logits: (T, K) float32, the last class the blank.
    """
    best = logits.argmax(axis=1)
    fresh = np.append(True, best[1:] != best[:-1])
    return "".join(SYMBOLS[place] for place in best[fresh] if place < len(SYMBOLS))
