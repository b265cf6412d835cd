"""A decoded picture of any mode to one grey channel in which writing stands out from paper."""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

GreyArray: TypeAlias = NDArray[np.uint8]

# Enough pixels to see which colour the ink has, few enough to cost nothing.
_SAMPLE_SIDE_PX = 256


def to_grey(picture: Image.Image) -> GreyArray:
    """Turn a picture into grey.

    Transparency is laid on whichever of black and white the drawing stands out from. More than
    eight bits are stretched to what the picture uses. Colours are weighted so that the ink, not
    the light, makes the greatest difference: red on green paper is as plain as black on white.

    Args:
        picture: loaded, any Pillow mode.

    Returns:
        (H, W) uint8.
    """
    if picture.mode in {"I", "F"} or picture.mode.startswith("I;16"):
        return _stretch(np.asarray(picture, dtype=np.float32))
    if picture.mode in {"1", "L"} and "transparency" not in picture.info:
        return np.asarray(picture if picture.mode == "L" else picture.convert("L"), np.uint8)
    if picture.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in picture.info:
        return _lay(np.asarray(picture.convert("RGBA")))
    return _mix(np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB")))


def _stretch(values: NDArray[np.float32]) -> GreyArray:
    """Map the range in use to 0..255; a flat picture becomes white."""
    values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    # A median over neighbours, so that a hot pixel of the scanner is not the lightest paper.
    calm = cv2.medianBlur(values, 3) if min(values.shape) >= 3 else values
    low, high = float(np.min(calm)), float(np.max(calm))
    if high <= low:
        low, high = float(np.min(values)), float(np.max(values))
    if high <= low:
        return np.full(values.shape, 255, np.uint8)
    share = np.clip((values - low) / (high - low), 0, 1)
    stretched: GreyArray = np.rint(share * 255).astype(np.uint8)
    return stretched


def to_rgb(picture: Image.Image) -> Image.Image:
    """Turn a picture into what people see, on the same paper that `to_grey` lays it on.

    Args:
        picture: loaded, any Pillow mode.

    Returns:
        A new picture in mode RGB, or L where there is no colour.
    """
    if picture.mode in {"1", "L", "I", "F"} or picture.mode.startswith("I;16"):
        return Image.fromarray(to_grey(picture))
    if picture.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        array = np.asarray(rgba)
        paper = _paper_behind(_mix(np.ascontiguousarray(array[..., :3])), array[..., 3])
        shown = Image.new("RGB", picture.size, (paper, paper, paper))
        shown.paste(rgba, mask=rgba.getchannel("A"))
        return shown
    return picture.convert("RGB")


def _lay(rgba: NDArray[np.uint8]) -> GreyArray:
    """Lay a transparent picture on white or black."""
    alpha = rgba[..., 3]
    grey = _mix(np.ascontiguousarray(rgba[..., :3]))
    if alpha.min() == 255:
        return grey
    paper = _paper_behind(grey, alpha)
    weight = alpha.astype(np.float32) / 255
    return np.rint(grey * weight + paper * (1 - weight)).astype(np.uint8)


def _paper_behind(grey: GreyArray, alpha: NDArray[np.uint8]) -> int:
    """0 or 255, whichever shows what is drawn."""
    visible = alpha > 127
    share = float(visible.mean())
    level = float(np.median(grey[visible])) if share else 0.0
    # Mostly transparent: what is visible is ink, so the paper is what differs from it. Mostly
    # opaque: what is visible is a page with cut corners, so the paper goes on beyond them.
    ink_is_light = level > 127
    return 0 if (ink_is_light if share < 0.5 else not ink_is_light) else 255


def _mix(rgb: NDArray[np.uint8]) -> GreyArray:
    """Weigh the channels along the direction in which fine detail differs most.

    That is the first principal component of the picture less its blurred self, which holds ink
    against paper and not one side of the page against the other.
    """
    weights = _detail_direction(rgb)
    low = 255 * float(weights[weights < 0].sum())
    high = 255 * float(weights[weights > 0].sum())
    scale = 255 / (high - low)
    matrix = np.append(weights * scale, -low * scale).reshape(1, 4)
    return np.asarray(cv2.transform(rgb, matrix), dtype=np.uint8)


def _detail_direction(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Three weights of length 1 whose sum is not negative; equal for a picture without colour."""
    height, width = rgb.shape[:2]
    scale = min(1.0, _SAMPLE_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    sample = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    detail = sample - cv2.blur(sample, (31, 31))
    flat = detail.reshape(-1, 3).astype(np.float64)
    values, vectors = np.linalg.eigh(flat.T @ flat / len(flat))
    even = np.full(3, 3**-0.5)
    if values[-1] < 1:  # less than one grey level of detail: nothing to tell colours apart by
        return even
    first = np.asarray(vectors[:, -1])
    first = first if first.sum() >= 0 else -first
    # Colour noise of a nearly grey picture would only tilt the weights.
    return even if float(first @ even) > 0.97 else first
