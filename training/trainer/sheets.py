"""Sheets of pictures to look at: some of each label, the mean of each label, numbers, pairs."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.data import SIDE_PX, Digits
from trainer.duplicates import Nearest
from trainer.pictures import TextPicture

Sheet = NDArray[np.uint8]

_ROWS, _COLUMNS = 11, 24
# Numbers are shown in tiles as wide as four or eight to a row of 960 px, with their text below.
_WIDE_PX, _CAPTION_PX = 960, 18
_TILES = 48


def contact_sheet(digits: Digits) -> Sheet:
    """The first pictures of each label, a row a label: (11 * 28, 24 * 28) uint8, bright ink."""
    sheet = np.zeros((_ROWS * SIDE_PX, _COLUMNS * SIDE_PX), np.uint8)
    for label in range(_ROWS):
        chosen = np.flatnonzero(digits.labels == label)[:_COLUMNS]
        row = slice(label * SIDE_PX, (label + 1) * SIDE_PX)
        sheet[row, : len(chosen) * SIDE_PX] = _in_a_row(digits, chosen)
    return sheet


def mean_sheet(digits: Digits) -> Sheet:
    """The mean picture of each label, side by side: (28, 11 * 28) uint8, bright ink."""
    means = np.zeros((SIDE_PX, _ROWS * SIDE_PX), np.uint8)
    for label in np.unique(digits.labels):
        mean = digits.images[digits.labels == label][..., 0].mean(axis=0)
        means[:, label * SIDE_PX : (label + 1) * SIDE_PX] = np.round(255 * mean)
    return means


def pair_sheet(digits: Digits, among: Digits, nearest: Nearest) -> Sheet:
    """The 24 closest pairs, and below them the 24 closest that are no 1s.

    Returns:
        (4 * 28, 24 * 28) uint8, bright ink; below each of `digits` its nearest in `among`.
    """
    order = np.argsort(nearest.distance)
    order = order[np.isfinite(nearest.distance[order])]
    sheet = np.zeros((4 * SIDE_PX, _COLUMNS * SIDE_PX), np.uint8)
    for block, chosen in enumerate((order, order[digits.labels[order] != 1])):
        first = chosen[:_COLUMNS]
        for offset, rows in enumerate(
            (_in_a_row(digits, first), _in_a_row(among, nearest.place[first]))
        ):
            top = (2 * block + offset) * SIDE_PX
            sheet[top : top + SIDE_PX, : rows.shape[1]] = rows
    return sheet


def text_sheet(pictures: Sequence[TextPicture]) -> Sheet:
    """Some pictures of numbers from all over a set, each above its text: (H, 960) uint8.

    Args:
        pictures: at least one.

    Raises:
        DataError: a picture is missing or damaged.
    """
    shown = [pictures[place] for place in _spread(len(pictures), _TILES)]
    tall = all(picture.kind == "sheet" for picture in shown)
    columns, ratio = (4, 1.0) if tall else (8, 0.6)
    width = _WIDE_PX // columns
    height = round(ratio * width)
    tiles = [_tile(picture, width, height) for picture in shown]
    blank = np.full((height + _CAPTION_PX, width), 255, np.uint8)
    tiles += [blank] * (-len(tiles) % columns)
    rows = [np.hstack(tiles[start : start + columns]) for start in range(0, len(tiles), columns)]
    return np.vstack(rows)


def _tile(picture: TextPicture, width: int, height: int) -> Sheet:
    tile = np.full((height + _CAPTION_PX, width), 255, np.uint8)
    grey = picture.grey()
    scale = min((width - 6) / grey.shape[1], (height - 6) / grey.shape[0])
    size = (max(1, int(grey.shape[1] * scale)), max(1, int(grey.shape[0] * scale)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    tile[3 : 3 + size[1], 3 : 3 + size[0]] = small
    told = picture.text.split("\n")[0] or picture.kind
    told += " ..." if "\n" in picture.text else ""
    place = (3, height + _CAPTION_PX - 5)
    cv2.putText(tile, told, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, 60, 1, cv2.LINE_AA)
    return tile


def _spread(total: int, most: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, total - 1, min(total, most)).round().astype(np.int64))


def _in_a_row(digits: Digits, places: NDArray[np.int64]) -> Sheet:
    chosen = digits.images[places, :, :, 0]
    side_by_side = chosen.transpose(1, 0, 2).reshape(SIDE_PX, -1)
    return np.round(255 * side_by_side).astype(np.uint8)
