"""A written row on paper, photographed: cells, rulings, neighbours, light, blur, JPEG."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.ink import find_faint_ink
from legible.reader.line import Floats, draw_line
from trainer.hand import (
    HEIGHT_PX,
    Canvas,
)


@dataclass(frozen=True)
class _Room:
    """Free paper around the row in pixels."""

    left: int
    right: int
    top: int
    bottom: int


def photograph(row: Canvas, neighbour: Canvas, rng: np.random.Generator) -> Floats:
    """A picture of any poorness, drawn as the line network takes it: (32, W) float32, 0 .. 1."""
    picture = take_picture(row, neighbour, rng, poorness=float(rng.random()))
    return draw_line(find_faint_ink(picture, bright=False))


def take_picture(
    row: Canvas, neighbour: Canvas, rng: np.random.Generator, poorness: float
) -> NDArray[np.uint8]:
    """Put a row on paper and take a picture of it.

    Args:
        row: (64, W) float32 ink.
        neighbour: the ink of another symbol, of which an edge may be seen.
        rng: the only source of chance.
        poorness: 0 .. 1, how bad it may get. 0: a pen on fairly lit paper, 40 pixels high or more.
            1: pencil that is hardly seen, 24 pixels, strong blur, noise and JPEG.

    Returns:
        (H, W') uint8 grey, dark ink on light paper, 24 to 64 pixels high.
    """
    left, right = (int(each) for each in rng.integers(1, 34, 2))
    top, bottom = _two(rng, 0, 9)
    room = _Room(left, right, top, bottom)
    ink = np.pad(row, ((room.top, room.bottom), (room.left, room.right)))
    if rng.random() < 0.45:
        _add_neighbour(ink, neighbour, room, rng)
    if rng.random() < 0.3:
        # Show-through and erased pencil.
        ghost = np.roll(ink[:, ::-1], int(rng.integers(ink.shape[1])), axis=1)
        ink = np.maximum(ink, ghost * np.float32(rng.uniform(0.03, 0.2)))
    printed = np.zeros_like(ink)
    kind = rng.choice(5, p=[0.34, 0.34, 0.12, 0.1, 0.1])
    (_no_print, _draw_cell, _draw_rulings, _draw_squares, _draw_comb)[int(kind)](printed, room, rng)
    darkness = rng.uniform((0.55 - 0.42 * poorness, 0.13), 0.95).astype(np.float32)
    grey = _light(ink.shape, rng) * (1 - darkness[0] * ink) * (1 - darkness[1] * printed)
    grey = _lose_detail(grey, rng, poorness)
    noise = rng.uniform(0, 0.012 + 0.018 * poorness)
    grey += rng.normal(0, noise, grey.shape).astype(np.float32)
    picture = np.asarray(np.clip(255 * grey, 0, 255), np.uint8)
    if rng.random() < 0.6:
        quality = int(rng.integers(round(60 - 35 * poorness), 92))
        _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture


def _two(rng: np.random.Generator, low: int, high: int) -> tuple[int, int]:
    return int(rng.integers(low, high)), int(rng.integers(low, high))


def _add_neighbour(ink: Canvas, other: Canvas, room: _Room, rng: np.random.Generator) -> None:
    """Let the edge of a symbol of the next cell or line show at one edge of the picture."""
    high, wide = ink.shape
    side = int(rng.integers(4))
    shown = int(rng.integers(1, 1 + max(1, (room.left, room.right, 5, 5)[side] // 2)))
    other = other[:high, :wide]
    h, w = other.shape
    if side < 2:
        top = int(rng.integers(0, high - h + 1))
        part = other[:, -min(shown, w) :] if side == 0 else other[:, : min(shown, w)]
        left = 0 if side == 0 else wide - part.shape[1]
    else:
        left = int(rng.integers(0, wide - w + 1))
        part = other[-min(shown, h) :] if side == 2 else other[: min(shown, h)]
        top = 0 if side == 2 else high - part.shape[0]
    region = ink[top : top + part.shape[0], left : left + part.shape[1]]
    np.maximum(region, part, out=region)


def _no_print(_printed: Canvas, _room: _Room, _rng: np.random.Generator) -> None:
    """Blank paper."""


def _draw_cell(printed: Canvas, room: _Room, rng: np.random.Generator) -> None:
    """One to four sides of a cell, a little crooked."""
    high, wide = printed.shape
    tilt = rng.uniform(-2, 2, 4)
    sides = (
        ((0, room.top // 2), (wide, room.top // 2)),
        ((0, high - 1 - room.bottom // 2), (wide, high - 1 - room.bottom // 2)),
        ((room.left // 2, 0), (room.left // 2, high)),
        ((wide - 1 - room.right // 2, 0), (wide - 1 - room.right // 2, high)),
    )
    for (start, end), lean in zip(sides, tilt, strict=True):
        if rng.random() < 0.6:
            across = 0 if start[0] == end[0] else 1
            moved = [list(start), list(end)]
            moved[0][across] += round(lean)
            moved[1][across] -= round(lean)
            _rule(printed, moved[0], moved[1], rng)


def _draw_rulings(printed: Canvas, _room: _Room, rng: np.random.Generator) -> None:
    """A ruled line through or under the row, or two."""
    high, wide = printed.shape
    for _ in range(int(rng.integers(1, 3))):
        y = float(rng.choice([rng.uniform(0, high), rng.uniform(0.75, 1.0) * high]))
        _rule(printed, [0, y], [wide, y + rng.uniform(-3, 3)], rng)


def _draw_squares(printed: Canvas, _room: _Room, rng: np.random.Generator) -> None:
    """Squared paper."""
    high, wide = printed.shape
    step = float(rng.uniform(12, 40))
    faint = np.zeros_like(printed)
    for y in np.arange(rng.uniform(0, step), high, step):
        _rule(faint, [0, y], [wide, y], rng)
    for x in np.arange(rng.uniform(0, step), wide, step):
        _rule(faint, [x, 0], [x, high], rng)
    np.maximum(printed, faint * np.float32(rng.uniform(0.15, 0.6)), out=printed)


def _draw_comb(printed: Canvas, room: _Room, rng: np.random.Generator) -> None:
    """The teeth of a form's field below the symbols, or dividers as high as the row."""
    high, wide = printed.shape
    top = high * float(rng.choice([0.0, rng.uniform(0.6, 0.85)]))
    faint = np.zeros_like(printed)
    for x in np.arange(room.left / 2, wide, HEIGHT_PX * float(rng.uniform(0.45, 0.9))):
        _rule(faint, [x, top], [x, high], rng)
    _rule(faint, [0, high - 2], [wide, high - 2], rng)
    np.maximum(printed, faint * np.float32(rng.uniform(0.2, 0.8)), out=printed)


def _rule(printed: Canvas, start: list[float], end: list[float], rng: np.random.Generator) -> None:
    a, b = ((round(point[0]), round(point[1])) for point in (start, end))
    cv2.line(printed, a, b, float(rng.uniform(0.4, 1)), int(rng.integers(1, 4)), cv2.LINE_AA)


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> Canvas:
    """What bare paper sends back: a level, a slope or a shadow's edge, and its texture."""
    high, wide = shape
    y, x = np.mgrid[-1 : 1 : high * 1j, -1 : 1 : wide * 1j].astype(np.float32)
    slope = rng.uniform(-0.12, 0.12, 2).astype(np.float32)
    paper = np.float32(rng.uniform(0.35, 1.0)) * (1 + slope[0] * x + slope[1] * y)
    if rng.random() < 0.12:
        angle = rng.uniform(0, 2 * np.pi)
        along = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
        edge = 1 / (1 + np.exp(-(along - np.float32(rng.uniform(-0.7, 0.7))) * 8))
        paper = paper * (1 - np.float32(rng.uniform(0.1, 0.4)) * edge)
    coarse = rng.normal(0, rng.uniform(0, 0.025), (8, 8 + wide // 16)).astype(np.float32)
    texture = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    return np.asarray(paper * (1 + texture), np.float32)


def _lose_detail(grey: Canvas, rng: np.random.Generator, poorness: float) -> Canvas:
    """Blur, and a height of 24 to 64 pixels: cells of a page photographed whole have few."""
    if rng.random() < 0.5:
        blurred = cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(0.4, 0.8 + poorness)))
        grey = np.asarray(blurred, np.float32)
    high = int(rng.integers(round(40 - 16 * poorness), 65))
    scale = high / grey.shape[0]
    size = (max(8, round(grey.shape[1] * scale)), high)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)
