"""JPEG: a row of marker segments. Source: ITU-T T.81, annex B."""

import re
from collections.abc import Iterator

from legible.reader.metadata import orientation
from legible.reader.metadata.spans import zero

# In entropy-coded data FF00 is a byte and FFD0-FFD7 are restarts: neither ends the scan.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_SOI, _EOI, _SOS, _COM, _TEM = 0xD8, 0xD9, 0xDA, 0xFE, 0x01
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_XMP_NAMESPACE = b"http://ns.adobe.com/xap/1.0/\0"


def strip(data: bytes) -> bytes:
    """Keep the segments that decoding needs and the orientation; end at the end-of-image marker.

    `data` starts with an SOI marker. Junk between segments, which decoders skip, is dropped.
    """
    kept: list[bytes] = []
    turned: list[int | None] = [None, None]  # as EXIF says it, as XMP says it; EXIF goes first
    for marker, start, end in _segments(data, 2):
        payload = data[start + 4 : min(end, start + 65537)]
        if marker == _APP1 and payload.startswith(b"Exif\0"):
            turned[0] = turned[0] or orientation.from_exif(payload)
        elif marker == _APP1 and payload.startswith(_XMP_NAMESPACE):
            turned[1] = turned[1] or orientation.from_xmp(payload)
        if marker == _APP0 and payload.startswith(b"JFIF\0"):
            kept.append(_without_thumbnail(data[start:end]))
        elif not _is_private(marker, payload):
            kept.append(data[start:end])
    upright = turned[0] or turned[1] or 1
    if upright != 1:
        exif = b"Exif\0\0" + orientation.to_exif(upright)
        segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
        # JFIF wants its own segment first.
        kept.insert(1 if kept and kept[0][1] == _APP0 else 0, segment)
    return b"\xff\xd8" + b"".join(kept)


def blank_in_place(buffer: bytearray, start: int, stop: int) -> None:
    """Zero the private segments before the first scan of the JPEG that lies in [start, stop)."""
    for marker, at, end in _segments(buffer, start + 2, stop):
        if marker == _SOS or end > stop:
            return
        if _is_private(marker, bytes(buffer[at + 4 : at + 18])):
            zero(buffer, [(at + 4, end)])


def _segments(
    data: bytes | bytearray, at: int, stop: int | None = None
) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, end) from `at` to EOI or `stop`; a scan includes its coded data.

    Nothing is looked for behind `stop`, the end by default; a segment may still reach behind it.
    """
    stop = len(data) if stop is None else stop
    while found := _MARKER.search(data, at, stop):
        marker, at = data[found.start() + 1], found.start()
        if marker in (_SOI, _TEM):  # neither has a length or a use here
            at += 2
            continue
        if marker == _EOI:
            yield marker, at, at + 2
            return
        end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
        if marker == _SOS:
            following = _MARKER.search(data, min(end, stop), stop)
            end = following.start() if following else stop
        end = min(end, len(data))
        yield marker, at, end
        at = end


def _is_private(marker: int, payload: bytes) -> bool:
    if marker == _COM:
        return True
    if not _APP0 <= marker <= _APP15:
        return False
    needed = {_APP0: b"JFIF\0", _APP2: b"ICC_PROFILE\0", _APP14: b"Adobe"}.get(marker)
    return needed is None or not payload.startswith(needed)


def _without_thumbnail(segment: bytes) -> bytes:
    # FFE0, length, "JFIF\0", version, units, densities: 16 bytes; then width, height and RGB.
    if len(segment) <= 18:
        return segment
    return b"\xff\xe0\0\x10" + segment[4:16] + b"\0\0"
