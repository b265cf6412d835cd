"""Random but plausible digits: the variety of real pens, people and cameras, a batch at a time.

Every step works on the whole batch: where OpenCV needs one picture, the batch is laid out as one
tall picture with empty rows between the digits, so that nothing is looped over in Python.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.config import Augmentation

Batch = NDArray[np.float32]

# Empty rows and columns around each digit in the tall picture: wider than any filter below.
_MARGIN_PX = 4
# Digits in one tall picture: OpenCV addresses at most 32,767 rows.
_PART = 512


def augment(images: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    """Draw a new variant of every digit.

    Args:
        images: (N, 28, 28, 1) float32, 0 paper .. 1 ink.
        options: how far.
        rng: the only source of chance; the same state gives the same result.

    Returns:
        A new array of the same shape, type and range. N = 0 gives N = 0.
    """
    return augment_in_two(images, options, rng)[1]


def augment_in_two(
    images: Batch, options: Augmentation, rng: np.random.Generator
) -> tuple[Batch, Batch]:
    """Draw a new variant of every digit, as it was written and as it arrives.

    Args:
        images: (N, 28, 28, 1) float32, 0 paper .. 1 ink.
        options: how far.
        rng: the only source of chance; the same state gives the same result.

    Returns:
        Two new arrays of the same shape, type and range: another hand and pen, and the same
        digits after a poor camera, a ruling and noise. The second is what `augment` gives.
    """
    written, arrived = [images[:0, :, :, 0]], [images[:0, :, :, 0]]
    for start in range(0, len(images), _PART):
        digits = _write_anew(images[start : start + _PART, :, :, 0], options, rng)
        written.append(digits)
        arrived.append(_spoil(digits, options, rng))
    return np.concatenate(written)[..., np.newaxis], np.concatenate(arrived)[..., np.newaxis]


def _write_anew(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    return _change_thickness(_warp(digits, options, rng), options, rng)


def _spoil(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    digits = _reduce_resolution(digits, options, rng)
    digits = _blur(digits, options, rng)
    digits = _change_contrast(digits, options, rng)
    digits = _cross_out(digits, options, rng)
    digits = _compress(digits, options, rng)
    noise = options.noise_sigma * _chosen(rng, len(digits), options.noise_share)
    digits = add_noise(digits, noise, rng)
    half = options.uniform_half * _chosen(rng, len(digits), options.uniform_share)
    digits = add_uniform_noise(digits, half, rng)
    salt = options.salt_amount * _chosen(rng, len(digits), options.salt_share)
    return add_salt_and_pepper(digits, salt, rng)


def add_noise(digits: Batch, sigma: float | Batch, rng: np.random.Generator) -> Batch:
    """Add Gaussian noise of standard deviation `sigma` (one, or one per digit), cut to 0..1."""
    noise = rng.standard_normal(digits.shape, np.float32)
    scale = np.asarray(sigma, np.float32).reshape(-1, *[1] * (digits.ndim - 1))
    return np.clip(digits + scale * noise, 0.0, 1.0)


def add_uniform_noise(digits: Batch, half: float | Batch, rng: np.random.Generator) -> Batch:
    """Add noise evenly spread over +-`half` (one, or one per digit), cut to 0..1."""
    noise = 2 * rng.random(digits.shape, np.float32) - 1
    scale = np.asarray(half, np.float32).reshape(-1, *[1] * (digits.ndim - 1))
    return np.clip(digits + scale * noise, 0.0, 1.0)


def add_salt_and_pepper(digits: Batch, amount: float | Batch, rng: np.random.Generator) -> Batch:
    """Turn a share `amount` of the pixels (one, or one per digit) to 0 or 1, as chance has it."""
    chance = rng.random(digits.shape, np.float32)
    share = np.asarray(amount, np.float32).reshape(-1, *[1] * (digits.ndim - 1))
    salted = np.where(chance < share / 2, np.float32(1), digits)
    return np.where((chance >= share / 2) & (chance < share), np.float32(0), salted)


def _chosen(rng: np.random.Generator, count: int, share: float) -> Batch:
    """A strength in 0..1 for a share of the digits, 0 for the others: (N,) float32."""
    strength = rng.random(count, np.float32)
    return np.where(rng.random(count) < share, strength, np.float32(0.0)).astype(np.float32)


def _warp(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    """Rotate, shear, scale, shift and bend, in one interpolation so that strokes stay sharp."""
    count, side, _ = digits.shape
    strength = rng.random((count, 1), np.float32)

    def draw(width: int) -> Batch:
        return strength * rng.uniform(-1.0, 1.0, (count, width)).astype(np.float32)

    angle = np.deg2rad(options.rotation_deg) * draw(1)[:, 0]
    shear = options.shear * draw(1)[:, 0]
    scale, aspect = (
        np.exp(options.log_scale * draw(1)[:, 0]),
        np.exp(options.log_aspect * draw(1)[:, 0]),
    )
    shift = options.shift_px * draw(2)
    cos, sin = np.cos(angle), np.sin(angle)
    # The map from the new picture to the old one: rotation, then shear, then a scale per axis.
    matrix = np.stack([cos, sin + shear, -sin, cos], axis=1).reshape(count, 2, 2)
    matrix[:, 0] /= (scale * np.sqrt(aspect))[:, None]
    matrix[:, 1] /= (scale / np.sqrt(aspect))[:, None]

    centre = (side - 1) / 2
    rows, columns = np.mgrid[:side, :side].astype(np.float32) - centre
    points = np.stack([columns.ravel(), rows.ravel()])  # (2, H*W), x before y
    field = matrix @ points + (centre + shift)[..., None]  # (N, 2, H*W)

    grid = options.elastic_grid
    smooth = _resize_matrix(grid, side, cv2.INTER_CUBIC)  # (H, grid)
    knots = rng.uniform(-1.0, 1.0, (count, 2, grid, grid)).astype(np.float32)
    bend = options.elastic_px * strength[..., None, None] * (smooth @ knots @ smooth.T)
    field = field.reshape(count, 2, side, side) + bend
    # Beyond the margin lies the neighbour in the tall picture.
    field = np.clip(field, 1.0 - _MARGIN_PX, side + _MARGIN_PX - 2.0) + _MARGIN_PX

    tile = side + 2 * _MARGIN_PX
    field[:, 1] += np.arange(count, dtype=np.float32)[:, None, None] * tile
    maps = field.astype(np.float32).transpose(1, 0, 2, 3).reshape(2, count * side, side)
    warped = cv2.remap(_stack(digits), maps[0], maps[1], cv2.INTER_CUBIC)
    return np.clip(warped.reshape(count, side, side), 0.0, 1.0)


def _change_thickness(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    """Move part of the way to the dilated or the eroded digit; a 3 px step at 28 px is a lot."""
    count = len(digits)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    tall = _stack(digits)
    thicker = _unstack(cv2.dilate(tall, cross), count)
    thinner = _unstack(cv2.erode(tall, cross), count)
    more = _chosen(rng, count, options.thickness_share)[:, None, None]
    # Thin strokes must not vanish.
    less = 0.6 * _chosen(rng, count, options.thickness_share)[:, None, None]
    change = more * (thicker - digits) + (1.0 - more) * less * (thinner - digits)
    return np.asarray(digits + change, np.float32)


def _reduce_resolution(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    """Reduce and enlarge again, both as products with a matrix picked per digit."""
    side = digits.shape[1]
    ways = [
        _resize_matrix(px, side, cv2.INTER_LINEAR) @ _resize_matrix(side, px, cv2.INTER_AREA)
        for px in options.low_resolution_px
    ]
    chosen = np.flatnonzero(rng.random(len(digits)) < options.low_resolution_share)
    picked = np.stack(ways)[rng.integers(len(ways), size=len(chosen))]  # (M, H, H)
    reduced = digits.copy()
    reduced[chosen] = picked @ digits[chosen] @ picked.transpose(0, 2, 1)
    return reduced


def _blur(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    """Blend with the most blurred picture: close to a Gaussian between, at the cost of one."""
    most = _unstack(cv2.GaussianBlur(_stack(digits), (7, 7), options.blur_px), len(digits))
    share = _chosen(rng, len(digits), options.blur_share)[:, None, None]
    return digits + share * (most - digits)


def _change_contrast(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    count = len(digits)
    chosen = rng.random(count) < options.contrast_share
    gamma = np.exp(options.log_gamma * rng.uniform(-1.0, 1.0, count))
    peak = rng.uniform(options.faintest, 1.0, count)
    gamma, peak = np.where(chosen, (gamma, peak), 1.0).astype(np.float32)[..., None, None]
    return np.asarray(peak * np.clip(digits, 0.0, 1.0) ** gamma, np.float32)


def _cross_out(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    """Lay one straight line over some digits: a ruling, a fold, the edge of a field."""
    count, side, _ = digits.shape
    chosen = np.flatnonzero(rng.random(count) < options.line_share)
    angle = rng.uniform(0, np.pi, (len(chosen), 1, 1))
    offset = rng.uniform(-0.4, 0.4, (len(chosen), 1, 1)) * side
    half_px = rng.uniform(*options.line_px, (len(chosen), 1, 1)) / 2
    rows, columns = np.mgrid[:side, :side] - (side - 1) / 2
    away = np.abs(rows * np.cos(angle) + columns * np.sin(angle) - offset)
    cover = np.clip(half_px + 0.5 - away, 0.0, 1.0) * rng.uniform(0.3, 1.0, angle.shape)
    # A white line cuts the digit, a dark one is laid over it.
    dark = rng.random(angle.shape) < 0.6
    crossed = digits.copy()
    with_line = np.where(dark, np.maximum(digits[chosen], cover), digits[chosen] * (1 - cover))
    crossed[chosen] = with_line.astype(np.float32)
    return crossed


def _compress(digits: Batch, options: Augmentation, rng: np.random.Generator) -> Batch:
    """Send some digits through JPEG, all at one quality: its blocks then lie alike as well."""
    chosen = np.flatnonzero(rng.random(len(digits)) < options.jpeg_share)
    quality = int(rng.integers(options.jpeg_worst, 91))
    if len(chosen) == 0:
        return digits
    tall = np.round(255 * np.clip(_stack(digits[chosen]), 0, 1)).astype(np.uint8)
    _, content = cv2.imencode(".jpg", tall, [cv2.IMWRITE_JPEG_QUALITY, quality])
    lossy = np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.float32) / 255
    compressed = digits.copy()
    compressed[chosen] = _unstack(lossy, len(chosen))
    return compressed


def _stack(digits: Batch) -> Batch:
    """(N, H, W) to one tall picture (N * tile, tile) with an empty margin around each digit."""
    around = ((0, 0), (_MARGIN_PX, _MARGIN_PX), (_MARGIN_PX, _MARGIN_PX))
    padded = np.pad(digits, around)
    return padded.reshape(-1, padded.shape[2])


def _unstack(tall: NDArray[Any], count: int) -> Batch:
    tile = tall.shape[1]
    inner = slice(_MARGIN_PX, tile - _MARGIN_PX)
    return tall.reshape(count, tile, tile)[:, inner, inner]


def _resize_matrix(source_px: int, target_px: int, how: int) -> Batch:
    """The (target, source) matrix that resizes a column, taken from OpenCV's own resize."""
    identity = np.eye(source_px, dtype=np.float32)
    return np.asarray(cv2.resize(identity, (source_px, target_px), interpolation=how), np.float32)
