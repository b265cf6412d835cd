"""Random but plausible lines: other slants, widths, pens and cameras, one line at a time.

Lines differ in width, so there is no whole batch to work on at once; OpenCV takes some 0.3 ms for
each, a tenth of what a training step takes.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.line import Floats, LineConvention

_CONVENTION = LineConvention()
# Widths of a batch are multiples of this, so that few different shapes are met.
WIDTH_STEP_PX = 16
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def vary(picture: NDArray[np.uint8], text: str, rng: np.random.Generator) -> Floats:
    """Draw a new variant of a line.

    Args:
        picture: (32, W) uint8, 0 paper .. 255 ink.
        text: what it says; the variant stays wide enough for it.
        rng: the only source of chance.

    Returns:
        (32, W') float32, 0 paper .. 1 ink, W' a multiple of 16.
    """
    line = picture.astype(np.float32) / 255.0
    line = _warp(line, 4 * steps_needed(text), rng)
    if rng.random() < 0.5:
        line = _bend(line, rng)
    line = _change_pen(line, rng)
    line = _lose_detail(line, rng)
    if rng.random() < 0.4:
        line = np.float32(rng.uniform(0.5, 1)) * line ** np.float32(np.exp(rng.uniform(-0.5, 0.7)))
    if rng.random() < 0.2:
        noise = rng.standard_normal(line.shape, np.float32)
        line = line + np.float32(rng.uniform(0, 0.16)) * noise
    return np.asarray(np.clip(line, 0, 1), np.float32)


def steps_needed(text: str) -> int:
    """Steps of CTC that a text takes at least: one a symbol, and a blank within each pair."""
    return len(text) + sum(a == b for a, b in pairwise(text))


def _warp(line: Floats, least_px: int, rng: np.random.Generator) -> Floats:
    """Slant, stretch, turn and shift in one interpolation."""
    high, wide = line.shape
    strength = rng.random()
    x_scale = np.exp(strength * rng.uniform(-0.22, 0.22))
    y_scale = np.exp(strength * rng.uniform(-0.2, 0.1))
    shear = strength * rng.uniform(-0.35, 0.35)
    turn = np.tan(np.deg2rad(strength * rng.uniform(-2.5, 2.5)))
    shift = strength * rng.uniform(-2.5, 2.5, 2)
    x_scale = max(x_scale, min(1.0, (least_px + 8) / wide))
    out = round(wide * x_scale)
    out += -out % WIDTH_STEP_PX
    turn = float(np.clip(turn, -6 / wide, 6 / wide))
    middle = np.array([wide / 2, high / 2])
    matrix = np.array([[x_scale, shear], [turn, y_scale]])
    offset = np.array([out / 2, high / 2]) + shift - matrix @ middle
    affine = np.column_stack([matrix, offset])
    return np.asarray(cv2.warpAffine(line, affine, (out, high), flags=cv2.INTER_LINEAR), np.float32)


def _bend(line: Floats, rng: np.random.Generator) -> Floats:
    """Move each place a little its own way, neighbours alike (Simard et al., 2003)."""
    high, wide = line.shape
    # One free point about each half symbol; the first and last rows and columns move as well.
    coarse = rng.normal(0, rng.uniform(0.2, 1.1), (2, 4, 2 + wide // 10)).astype(np.float32)
    across, down = (
        cv2.resize(each, (wide, high), interpolation=cv2.INTER_CUBIC) for each in coarse
    )
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    return np.asarray(cv2.remap(line, x + across, y + down, cv2.INTER_LINEAR), np.float32)


def _change_pen(line: Floats, rng: np.random.Generator) -> Floats:
    """Move part of the way to thicker or thinner strokes."""
    chance = rng.random()
    if chance < 0.15:
        other, share = cv2.dilate(line, _CROSS), rng.uniform(0, 0.9)
    elif chance < 0.3:
        # Thin strokes must not vanish.
        other, share = cv2.erode(line, _CROSS), rng.uniform(0, 0.6)
    else:
        return line
    return np.asarray(line + np.float32(share) * (other - line), np.float32)


def _lose_detail(line: Floats, rng: np.random.Generator) -> Floats:
    """Blur, or few pixels enlarged again."""
    chance = rng.random()
    if chance < 0.15:
        return np.asarray(cv2.GaussianBlur(line, (0, 0), rng.uniform(0.3, 1.2)), np.float32)
    if chance < 0.27:
        high, wide = line.shape
        scale = rng.uniform(0.4, 0.9)
        size = (max(4, round(wide * scale)), max(8, round(high * scale)))
        small = cv2.resize(line, size, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(small, (wide, high)), np.float32)
    return line
