"""Boxes, tables and lines under writing: gone, the writing whole."""

import cv2
import numpy as np
import pytest

from legible.reader.frames import remove_frames
from legible.reader.ink import MaskArray, find_ink
from legible.reader.parts import find_parts
from tests.images import Grey, draw_text

PAGE = draw_text("4711\n083", height_px=60, pen_px=5, margin_px=60)


def _strokes(page: Grey) -> MaskArray:
    return find_ink(page).strokes


def _clean(page: Grey) -> MaskArray:
    strokes = _strokes(page)
    labels, parts = find_parts(strokes)
    return remove_frames(strokes, labels, parts)


def _framed(*boxes: tuple[int, int, int, int], thick: int = 2) -> Grey:
    page = PAGE.copy()
    for left, top, right, bottom in boxes:
        cv2.rectangle(page, (left, top), (right, bottom), 60, thick)
    return page


@pytest.mark.parametrize("thick", [1, 2, 3])
@pytest.mark.parametrize(
    "boxes",
    [
        [(30, 40, 340, 140)],
        [(30, 40, 340, 140), (30, 152, 300, 245)],
        [(15, 15, 355, 265)],
        # The lower side runs through the digits.
        [(30, 40, 340, 112)],
    ],
)
def test_remove_frames_takes_boxes_and_leaves_writing(
    boxes: list[tuple[int, int, int, int]], thick: int
) -> None:
    written = _strokes(PAGE)

    clean = _clean(_framed(*boxes, thick=thick))

    assert (clean & written).sum() > 0.97 * written.sum()
    assert (clean & ~written).sum() < 0.03 * written.sum()


def test_remove_frames_takes_the_line_that_digits_stand_on() -> None:
    page = PAGE.copy()
    cv2.line(page, (50, 119), (380, 121), 60, 3)
    written = _strokes(PAGE)

    clean = _clean(page)

    assert (clean & written).sum() > 0.97 * written.sum()
    assert (clean & ~written).sum() < 0.05 * written.sum()


@pytest.mark.parametrize("text", ["0", "8", "4", "7", "47110832956"])
def test_remove_frames_leaves_digits_alone(text: str) -> None:
    strokes = _strokes(draw_text(text, pen_px=3))
    labels, parts = find_parts(strokes)

    assert remove_frames(strokes, labels, parts) is strokes


def test_remove_frames_keeps_a_square_that_holds_nothing() -> None:
    page = np.full((200, 200), 240, np.uint8)
    cv2.rectangle(page, (60, 40), (140, 160), 30, 4)

    assert np.array_equal(_clean(page), _strokes(page))
