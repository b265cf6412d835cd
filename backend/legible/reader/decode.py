"""Any supported file to upright grey pages. The content decides what a file is, never its name.

Pages come one at a time, so that a long document never lies decoded in memory as a whole, and no
larger than `WORK_PIXELS`: writing is read no better above that, and memory and time grow with it.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import pillow_heif
from PIL import Image, ImageSequence

from legible.reader import pdf, webp
from legible.reader.errors import (
    NothingWritten,
    ReadError,
    TooLarge,
    TooManyPages,
    Truncated,
)
from legible.reader.formats import sniff
from legible.reader.grey import GreyArray, to_grey, to_rgb
from legible.reader.types import DecodeLimits

T = TypeVar("T")

pillow_heif.register_heif_opener(thumbnails=False)
# Pillow's own guard warns or raises before we can see the size; ours is `DecodeLimits.max_pixels`,
# checked on the header of each page before a pixel of it is decoded.
Image.MAX_IMAGE_PIXELS = None

# A4 at 300 dpi is 8.7 megapixels: handwriting is a few hundred pixels high there.
WORK_PIXELS = 9_000_000
# Pixels that are converted at once on the way to a reduced page.
_STRIP_PIXELS = 4_000_000
# A progressive JPEG must lie in memory as a whole, six bytes a pixel, before any of it is reduced.
_MAX_PROGRESSIVE_PIXELS = 70_000_000
# The smallest figures anybody ever drew have three pixels by five.
_LEAST_SIDE_PX = 3
# All others of these show one picture; an animation shows its first frame.
_PAGED = frozenset({"TIFF"})
# What undoes an EXIF orientation (CIPA DC-008, tag 274).
_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One upright page.

    `grey` is (H, W) uint8, possibly reduced; `width` and `height` are those of the upright page
    before the reduction, so that `width / grey.shape[1]` turns its pixels into the page's.
    """

    grey: GreyArray
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """A page as its decoder gave it, perhaps reduced, and how to turn it upright."""

    picture: Image.Image
    width: int  # of the upright page, before the reduction
    height: int
    orientation: int = 1


def decode(
    data: bytes, limits: DecodeLimits = DecodeLimits(), *, page: int | None = None
) -> Iterator[DecodedPage]:
    """Decode the pages of a file in order.

    Args:
        data: the file's bytes.
        limits: what is accepted.
        page: only this page, counted from 0; the others are not decoded.

    Yields:
        Upright pages; at least one, unless `page` is beyond the last.

    Raises:
        TooLarge, NotAnImage, UnsupportedFormat, TooManyPages: before the first page.
        Truncated, TooLarge, NothingWritten: when a page is damaged, larger than the limit, or
            has no room for writing.
    """
    for frame in _open_frames(data, limits, page):
        grey = _turn(_reduce(to_grey(frame.picture)), frame.orientation)
        decoded = DecodedPage(grey, frame.width, frame.height)
        # Its pixels need not stay while the page is read.
        del frame
        yield decoded


def show_page(
    data: bytes, page: int, max_side_px: int, limits: DecodeLimits = DecodeLimits()
) -> Image.Image | None:
    """Decode one page for people to look at: upright, in its colours.

    Args:
        data: the file's bytes.
        page: counted from 0.
        max_side_px: the most pixels of the longer side.
        limits: what is accepted.

    Returns:
        A picture in mode RGB or L; None where the file has no such page.

    Raises:
        What `decode` raises.
    """
    frame = next(_open_frames(data, limits, page), None)
    if frame is None:
        return None
    shown = to_rgb(frame.picture)
    shown.thumbnail((max_side_px, max_side_px), Image.Resampling.BOX)
    way = _TRANSPOSITIONS.get(frame.orientation)
    return shown if way is None else shown.transpose(way)


def check_size(size_bytes: int, limits: DecodeLimits) -> None:
    """Refuse a file by its size, perhaps before it is read.

    Raises:
        TooLarge: it has more bytes than the limit.
    """
    if size_bytes > limits.max_bytes:
        raise TooLarge(
            f"The file has {size_bytes:,} bytes and at most {limits.max_bytes:,} are read. "
            "Send a smaller copy, or split it."
        )


def _open_frames(data: bytes, limits: DecodeLimits, page: int | None) -> Iterator[_Frame]:
    check_size(len(data), limits)
    kind = sniff(data)
    if kind == "PDF":
        for picture in pdf.render(data, limits.max_pages, WORK_PIXELS, page):
            yield _Frame(picture, picture.width, picture.height)
    else:
        yield from _open_images(data, kind, limits, page)


def _open_images(
    data: bytes, kind: str, limits: DecodeLimits, page: int | None
) -> Iterator[_Frame]:
    if kind not in _PAGED:
        if not page:
            yield _guard(lambda: _load_only(data, kind, limits))
        return
    with _guard(lambda: Image.open(io.BytesIO(data), formats=[kind])) as picture:
        count = _guard(lambda: int(getattr(picture, "n_frames", 1)))
        if count > limits.max_pages:
            raise TooManyPages(
                f"The file has {count} pages and at most {limits.max_pages} are read at once. "
                "Split it and send the parts."
            )
        frames = ImageSequence.Iterator(picture)
        wanted = range(count) if page is None else [page] if page < count else []
        for index in wanted:
            yield _guard(lambda index=index: _load(frames[index], limits))  # type: ignore[misc]


def _load_only(data: bytes, kind: str, limits: DecodeLimits) -> _Frame:
    with Image.open(io.BytesIO(data), formats=[kind]) as picture:
        if kind == "WEBP" and webp.is_large(picture, WORK_PIXELS):
            _check_frame(picture, limits)
            return _upright(picture, webp.read_reduced(data, WORK_PIXELS))
        return _load(picture, limits)


def _load(frame: Image.Image, limits: DecodeLimits) -> _Frame:
    _check_frame(frame, limits)
    full = frame.size
    _draft(frame)
    frame.load()
    # A TIFF's loader turns the page by itself and forgets the tag.
    return _upright(frame, _shrink(frame), frame.size if frame.format == "TIFF" else full)


def _check_frame(frame: Image.Image, limits: DecodeLimits) -> None:
    width, height = frame.size
    if width * height > limits.max_pixels:
        raise TooLarge(
            f"The picture has {width:,} x {height:,} = {width * height:,} pixels and at most "
            f"{limits.max_pixels:,} are read. Send a smaller copy."
        )
    if min(width, height) < _LEAST_SIDE_PX:
        raise NothingWritten(
            f"A picture of {width} x {height} pixels has no room for writing. Send a larger one."
        )
    if "progressive" in frame.info and width * height > _MAX_PROGRESSIVE_PIXELS:
        raise TooLarge(
            f"This progressive JPEG has {width * height:,} pixels and at most "
            f"{_MAX_PROGRESSIVE_PIXELS:,} are read of that kind. Save it as a baseline JPEG, or "
            "send a smaller copy."
        )


def _upright(
    frame: Image.Image, picture: Image.Image, size: tuple[int, int] | None = None
) -> _Frame:
    """A picture with the size that its file tells, or the given one, and how to turn it."""
    width, height = frame.size if size is None else size
    orientation = _orientation(frame)
    if orientation >= 5:
        width, height = height, width
    return _Frame(picture, width, height, orientation)


def _draft(frame: Image.Image) -> None:
    """Let the JPEG decoder give 1/2, 1/4 or 1/8 of the size at a fraction of time and memory."""
    keep = (WORK_PIXELS / (frame.width * frame.height)) ** 0.5
    if frame.format == "JPEG" and keep < 1:
        frame.draft(None, (int(frame.width * keep), int(frame.height * keep)))


def _shrink(frame: Image.Image) -> Image.Image:
    """Average whole blocks of a very large picture, in strips, before anything copies it."""
    factor = int((frame.width * frame.height / WORK_PIXELS) ** 0.5)
    if factor < 2:
        return frame
    mode = _averaging_mode(frame)
    size = (-(-frame.width // factor), -(-frame.height // factor))
    shrunk = Image.new(mode, size)
    rows = factor * max(1, _STRIP_PIXELS // (frame.width * factor))
    for top in range(0, frame.height, rows):
        strip = frame.crop((0, top, frame.width, min(top + rows, frame.height)))
        shrunk.paste(strip.convert(mode).reduce(factor), (0, top // factor))
    return shrunk


def _averaging_mode(frame: Image.Image) -> str:
    """The mode in which pixels of a frame may be averaged."""
    if "transparency" in frame.info or frame.mode in {"PA", "LA", "La", "RGBa", "RGBA"}:
        return "RGBA"
    if frame.mode.startswith("I"):
        return "I"
    return {"1": "L", "L": "L", "F": "F", "CMYK": "CMYK"}.get(frame.mode, "RGB")


def _reduce(grey: GreyArray) -> GreyArray:
    """Shrink to `WORK_PIXELS`; leave smaller pictures alone.

    They have less than four times as many: between two neighbours there is nothing to average.
    """
    height, width = grey.shape
    keep = (WORK_PIXELS / (width * height)) ** 0.5
    if keep >= 1:
        return grey
    size = (max(1, int(width * keep)), max(1, int(height * keep)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _orientation(frame: Image.Image) -> int:
    """EXIF orientation 1..8; anything else that cameras write there means upright."""
    try:
        value = frame.getexif().get(0x0112, 1)
        return int(value) if 1 <= int(value) <= 8 else 1
    except Exception:
        return 1  # damaged metadata must not cost anybody a good picture


def _turn(grey: GreyArray, orientation: int) -> GreyArray:
    """Undo an EXIF orientation, as `_TRANSPOSITIONS` do for pictures."""
    if orientation >= 5:
        grey = grey.T
    if orientation in {3, 4, 7, 8}:
        grey = grey[::-1]
    if orientation in {2, 3, 6, 7}:
        grey = grey[:, ::-1]
    return np.ascontiguousarray(grey)


def _guard(step: Callable[[], T]) -> T:
    """Run a step of a decoder; whatever it raises becomes one of our errors."""
    try:
        return step()
    except ReadError:
        raise
    except MemoryError:
        raise TooLarge("The picture needs too much memory. Send a smaller copy.") from None
    except Exception:
        raise Truncated(
            "The file begins like a picture but is damaged or cut off. Send it again from the "
            "original; if it opens elsewhere, save it anew."
        ) from None
