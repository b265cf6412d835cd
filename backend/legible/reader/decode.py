"""Any supported file to upright grey pages. The content decides what a file is, never its name.

Pages come one at a time, so that a long document never lies decoded in memory as a whole, and no
larger than `WORK_PIXELS`: writing is read no better above that, and memory and time grow with it.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import cv2
import numpy as np
import pillow_heif
from PIL import Image, ImageSequence

from legible.reader import pdf
from legible.reader.errors import (
    NotAnImage,
    NothingWritten,
    ReadError,
    TooLarge,
    TooManyPages,
    Truncated,
    UnsupportedFormat,
)
from legible.reader.grey import GreyArray, to_grey
from legible.reader.types import DecodeLimits

T = TypeVar("T")

pillow_heif.register_heif_opener(thumbnails=False)
# Pillow's own guard warns or raises before we can see the size; ours is `DecodeLimits.max_pixels`,
# checked on the header of each page before a pixel of it is decoded.
Image.MAX_IMAGE_PIXELS = None

# A4 at 300 dpi is 8.7 megapixels: handwriting is a few hundred pixels high there.
WORK_PIXELS = 9_000_000
SUPPORTED = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC/HEIF and PDF"
# The smallest figures anybody ever drew have three pixels by five.
_LEAST_SIDE_PX = 3
# All others of these show one picture; an animation shows its first frame.
_PAGED = frozenset({"TIFF"})


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One upright page.

    `grey` is (H, W) uint8, possibly reduced; `width` and `height` are those of the upright page
    before the reduction, so that `width / grey.shape[1]` turns its pixels into the page's.
    """

    grey: GreyArray
    width: int
    height: int


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
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"The file has {len(data):,} bytes and at most {limits.max_bytes:,} are read. "
            "Send a smaller copy, or split it."
        )
    kind = sniff(data)
    if kind == "PDF":
        yield from _decode_pdf(data, limits, page)
    else:
        yield from _decode_image(data, kind, limits, page)


def sniff(data: bytes) -> str:
    """Name the format that the first bytes show, as Pillow names it, or `PDF`.

    Raises:
        NotAnImage: no format that we know, or no bytes at all.
        UnsupportedFormat: a format that we know and do not read.
    """
    if not data:
        raise NotAnImage("The file is empty. Send a picture: " + SUPPORTED + ".")
    for signature, offset, kind in _SUPPORTED_SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return _riff_kind(data) if kind == "RIFF" else kind
    if data[4:8] == b"ftyp":
        return _iso_kind(data)
    if b"%PDF-" in data[:1024]:  # readers accept some bytes before the header
        return "PDF"
    head = data[:512].lstrip().lower()
    for signature, offset, name in _UNSUPPORTED_SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            raise _unsupported(name)
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in data[:4096].lower():
        raise _unsupported("an SVG drawing")
    raise NotAnImage(
        "The file's content is no picture that is known here, whatever its name says. "
        f"Send one of {SUPPORTED}."
    )


_SUPPORTED_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "JPEG"),
    (b"\x89PNG\r\n\x1a\n", 0, "PNG"),
    (b"RIFF", 0, "RIFF"),
    (b"GIF87a", 0, "GIF"),
    (b"GIF89a", 0, "GIF"),
    (b"BM", 0, "BMP"),
    (b"II*\x00", 0, "TIFF"),
    (b"MM\x00*", 0, "TIFF"),
    (b"II+\x00", 0, "TIFF"),
    (b"MM\x00+", 0, "TIFF"),
)
_UNSUPPORTED_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"8BPS", 0, "a Photoshop document"),
    (b"\x00\x00\x01\x00", 0, "an icon"),
    (b"\x00\x00\x00\x0cjP  ", 0, "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", 0, "a JPEG 2000 picture"),
    (b"\x00\x00\x00\x0cJXL ", 0, "a JPEG XL picture"),
    (b"\xff\x0a", 0, "a JPEG XL picture"),
    (b"%!PS", 0, "a PostScript document"),
    (b"DICM", 128, "a DICOM picture"),
    (b"PK\x03\x04", 0, "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0", 0, "an old office document"),
    (b"\x1f\x8b", 0, "a gzip archive"),
    (b"7z\xbc\xaf", 0, "a 7z archive"),
    (b"Rar!", 0, "a RAR archive"),
    (b"\x1aE\xdf\xa3", 0, "a video"),
    (b"qoif", 0, "a QOI picture"),
    (b"v/1\x01", 0, "an OpenEXR picture"),
    (b"#?RADIANCE", 0, "a Radiance picture"),
    (b"P4\n", 0, "a PBM picture"),
    (b"P5\n", 0, "a PGM picture"),
    (b"P6\n", 0, "a PPM picture"),
    (b"FUJIFILMCCD-RAW", 0, "a camera raw picture"),
)


def _unsupported(what: str) -> UnsupportedFormat:
    return UnsupportedFormat(f"This is {what}, which is not read. Save it as one of {SUPPORTED}.")


def _riff_kind(data: bytes) -> str:
    if data[8:12] == b"WEBP":
        return "WEBP"
    raise _unsupported("a sound or video file")


def _iso_kind(data: bytes) -> str:
    """ISO base media files by their brands (ISO/IEC 14496-12, 4.3): still pictures or video."""
    brands = {data[i : i + 4] for i in (8, *range(16, min(64, len(data)), 4))}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
        return "HEIF"
    raise _unsupported("a video or another media file")


def _decode_pdf(data: bytes, limits: DecodeLimits, page: int | None) -> Iterator[DecodedPage]:
    for picture in pdf.render(data, limits.max_pages, WORK_PIXELS, page):
        yield DecodedPage(to_grey(picture), picture.width, picture.height)


def _decode_image(
    data: bytes, kind: str, limits: DecodeLimits, page: int | None
) -> Iterator[DecodedPage]:
    opened = _guard(lambda: Image.open(io.BytesIO(data), formats=[kind]))
    with opened as picture:
        if kind not in _PAGED:
            if not page:
                yield _guard(lambda: _decode_frame(picture, limits))
            return
        count = _guard(lambda: int(getattr(picture, "n_frames", 1)))
        if count > limits.max_pages:
            raise TooManyPages(
                f"The file has {count} pages and at most {limits.max_pages} are read at once. "
                "Split it and send the parts."
            )
        frames = ImageSequence.Iterator(picture)
        wanted = range(count) if page is None else [page] if page < count else []
        for index in wanted:
            yield _guard(lambda index=index: _decode_frame(frames[index], limits))  # type: ignore[misc]


def _decode_frame(frame: Image.Image, limits: DecodeLimits) -> DecodedPage:
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
    _draft(frame)
    frame.load()
    if frame.format == "TIFF":
        width, height = frame.size  # its loader turns the page by itself and forgets the tag
    orientation = _orientation(frame)
    grey = _turn(_reduce(to_grey(_shrink(frame))), orientation)
    if orientation >= 5:
        width, height = height, width
    return DecodedPage(grey, width, height)


def _draft(frame: Image.Image) -> None:
    """Let the JPEG decoder give 1/2, 1/4 or 1/8 of the size at a fraction of time and memory."""
    keep = (WORK_PIXELS / (frame.width * frame.height)) ** 0.5
    if frame.format == "JPEG" and keep < 1:
        frame.draft(None, (int(frame.width * keep), int(frame.height * keep)))


def _shrink(frame: Image.Image) -> Image.Image:
    """Average whole blocks of a very large picture before anything copies it."""
    factor = int((frame.width * frame.height / WORK_PIXELS) ** 0.5)
    if factor >= 2 and frame.mode in {"L", "RGB", "RGBA", "CMYK"}:
        return frame.reduce(factor)
    return frame


def _reduce(grey: GreyArray) -> GreyArray:
    """Shrink to `WORK_PIXELS` by averaging; leave smaller pictures alone."""
    height, width = grey.shape
    keep = (WORK_PIXELS / (width * height)) ** 0.5
    if keep >= 1:
        return grey
    size = (max(1, int(width * keep)), max(1, int(height * keep)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _orientation(frame: Image.Image) -> int:
    """EXIF orientation 1..8; anything else that cameras write there means upright."""
    try:
        value = frame.getexif().get(0x0112, 1)
        return int(value) if 1 <= int(value) <= 8 else 1
    except Exception:
        return 1  # damaged metadata must not cost anybody a good picture


def _turn(grey: GreyArray, orientation: int) -> GreyArray:
    """Undo an EXIF orientation (CIPA DC-008, tag 274)."""
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


def decode_page(
    data: bytes, page: int, limits: DecodeLimits = DecodeLimits()
) -> DecodedPage | None:
    """Decode one page, counted from 0; None where the file has no such page."""
    return next(islice(decode(data, limits, page=page), 1), None)
