"""The uploaded file: its name, its kind, and a page of it for a browser."""

import io
import re
import unicodedata
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import quote

from PIL import Image

from legible.app.errors import AppError
from legible.reader.decode import show_page
from legible.reader.formats import sniff
from legible.reader.types import Box, DecodeLimits

MAX_SIDE_PX = 2000
_JPEG_QUALITY = 85
_CUT_OUT_PX = (800, 240)
_MAX_NAME_CHARS = 255

# Pillow turns the other way round.
_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}

MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIF": "image/heif",
    "PDF": "application/pdf",
}


def media_type(data: bytes) -> str:
    """Name the media type that the content shows, whatever the sender said."""
    return MEDIA_TYPES.get(sniff(data), "application/octet-stream")


def file_extension(media_type: str) -> str:
    """Write the ending of a file's name, such as `.png`; nothing for what is not known."""
    return next(
        (f".{kind.lower()}" for kind, known in MEDIA_TYPES.items() if known == media_type), ""
    )


def clean_file_name(name: str | None) -> str:
    """Keep the last part of a name, without control characters; `picture` when nothing is left."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    # Category C: control, formatting (e.g. right-to-left overrides), surrogates, unassigned.
    shown = "".join(char for char in last if not unicodedata.category(char).startswith("C"))
    shown = re.sub(r"\s+", " ", shown).strip()
    return _shorten(shown) if shown.strip(".") else "picture"


def _shorten(name: str) -> str:
    if len(name) <= _MAX_NAME_CHARS:
        return name
    suffix = PurePosixPath(name).suffix[:16]
    return name[: _MAX_NAME_CHARS - len(suffix)] + suffix


def content_disposition(file_name: str, *, kind: Literal["inline", "attachment"] = "inline") -> str:
    """Write the header (RFC 6266) so that any name passes as ASCII."""
    return f"{kind}; filename*=UTF-8''{quote(file_name, safe='')}"


def page_jpeg(data: bytes, number: int, limits: DecodeLimits, turned_deg: int = 0) -> bytes:
    """Draw the upright page `number`, from 1, as a JPEG of at most `MAX_SIDE_PX` a side.

    `turned_deg`: by how much it was turned clockwise, in steps of 90, when it was read.

    Raises:
        AppError: 404 `not_found` when the file has no such page.
    """
    image = _upright_page(data, number, MAX_SIDE_PX, limits, turned_deg)
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=_JPEG_QUALITY)
    return jpeg.getvalue()


def cut_out_png(
    data: bytes, page: Mapping[str, Any], number: int, box: Box, limits: DecodeLimits
) -> bytes:
    """Cut a box out of the upright page `number`, from 1, as a small grey PNG.

    Args:
        data: the stored file.
        page: the page as it was read, in whose pixels the box is.
        number: which page it is.
        box: what is wanted; as much of it as lies on the page.
        limits: how large a file may be.

    Raises:
        AppError: 404 `not_found` when the file has no such page.
    """
    side = max(page["width"], page["height"])
    # Readings made before pages were turned do not tell.
    image = _upright_page(data, number, side, limits, page.get("turned_deg", 0))
    # As large as it was read, unless it is a PDF.
    scale_x, scale_y = image.width / page["width"], image.height / page["height"]
    x, y, width, height = box
    left, top = max(0, int(x * scale_x)), max(0, int(y * scale_y))
    right = min(image.width, max(left + 1, round((x + width) * scale_x)))
    bottom = min(image.height, max(top + 1, round((y + height) * scale_y)))
    cut = image.crop((left, top, right, bottom)).convert("L")
    cut.thumbnail(_CUT_OUT_PX, Image.Resampling.BOX)
    png = io.BytesIO()
    cut.save(png, "PNG")
    return png.getvalue()


def _upright_page(
    data: bytes, number: int, max_side_px: int, limits: DecodeLimits, turned_deg: int
) -> Image.Image:
    image = show_page(data, number - 1, max_side_px, limits)
    if image is None:
        raise AppError(404, "not_found", f"There is no page {number} in this file.")
    return image.transpose(_TURNS[turned_deg]) if turned_deg else image
