"""A picture's file without what it says about people: no place, camera, author, note or thumbnail.

The containers are cut open and put together again around the same compressed pixels, so nothing is
decoded or encoded anew. What a program needs to show the picture stays: size, colours, ICC profile,
animation and which way is up.
"""

from collections.abc import Callable

from legible.reader.metadata import directories, gif, heif, jpeg, pdf, png, tiff, webp
from legible.reader.metadata.sweep import sweep

_BY_SIGNATURE: dict[bytes, Callable[[bytes], bytes]] = {
    b"\xff\xd8\xff": jpeg.strip,
    b"\x89PNG\r\n\x1a\n": png.strip,
    b"GIF8": gif.strip,
    **{header: lambda data: sweep(tiff.strip(data)) for header in directories.HEADERS},
}


def strip_metadata(data: bytes) -> bytes:
    """Remove EXIF, GPS, XMP, IPTC, comments, maker notes and embedded thumbnails.

    Pixels, the number of pages or frames and the orientation stay; of a JPEG with further pictures
    behind the first one (MPO, motion photos) only the first stays. TIFF, HEIF and PDF keep their
    length: they are blanked in place, since offsets run through them.

    Args:
        data: a whole file of any kind; the content decides, not a name.

    Returns:
        The file to store. What is damaged or unknown is cleaned as far as it can be recognised,
        and is returned as it came when nothing is; empty gives empty. Never raises.
    """
    for signature, strip in _BY_SIGNATURE.items():
        if data.startswith(signature):
            return strip(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return webp.strip(data)
    if data[4:8] == b"ftyp":
        return sweep(heif.strip(data))
    if b"%PDF-" in data[:1024]:  # the specification lets up to 1,024 bytes of anything precede it
        return sweep(pdf.strip(data))
    return sweep(data)
