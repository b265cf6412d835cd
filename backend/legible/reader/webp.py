"""Large WebP pictures, reduced: Pillow would hold sixteen bytes for each of their pixels."""

import cv2
import numpy as np
from PIL import Image

# Smaller ones are read by Pillow: so many times what a page is read with.
_LARGE = 4


def is_large(picture: Image.Image, most_pixels: int) -> bool:
    """Whether a WebP is a still picture of many times as many pixels as are wanted."""
    still = not getattr(picture, "is_animated", False)
    return still and picture.width * picture.height >= _LARGE * most_pixels


def read_reduced(data: bytes, most_pixels: int) -> Image.Image:
    """Decode a still WebP and average it down by a whole number.

    Args:
        data: the file's bytes.
        most_pixels: the result has as many or up to four times as many.

    Returns:
        A picture in mode RGB or RGBA, not turned.

    Raises:
        ValueError: the file is damaged.
    """
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("expected a WebP, got something else; save it anew")
    height, width = pixels.shape[:2]
    factor = int((width * height / most_pixels) ** 0.5)
    size = (-(-width // factor), -(-height // factor))
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    way = cv2.COLOR_BGRA2RGBA if shrunk.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return Image.fromarray(np.asarray(cv2.cvtColor(shrunk, way), np.uint8))
