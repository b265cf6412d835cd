"""Which way is up: the one thing from EXIF and XMP that stays with a picture."""

import re
import struct

from legible.reader.metadata.directories import HEADERS, ORIENTATION, Tiff

# The same pattern Pillow falls back to, so that what was upright before stays upright.
_XMP = re.compile(rb'tiff:Orientation(?:="|>)([1-8])')


def from_exif(exif: bytes) -> int | None:
    """Read the orientation, 1..8, from an EXIF block with or without its `Exif\\0\\0` prefix.

    None when there is none or it is invalid, and for anything that is no EXIF block.
    """
    exif = exif.removeprefix(b"Exif\0\0")
    return Tiff(exif).orientation() if exif.startswith(HEADERS) else None


def from_xmp(xmp: bytes) -> int | None:
    """Read the orientation, 1..8, from an XMP packet; None when there is none."""
    found = _XMP.search(xmp)
    return int(found[1]) if found else None


def to_exif(orientation: int) -> bytes:
    """Write an EXIF block, without prefix, that holds nothing but the orientation.

    Source: CIPA DC-008 (Exif 2.32), tag 0x0112, one SHORT.
    """
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
