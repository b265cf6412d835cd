"""PNG and APNG: a row of chunks. Source: W3C, PNG (Third Edition), section 5."""

import re
import zlib
from collections.abc import Iterator

from legible.reader.metadata import orientation

_SIGNATURE_BYTES = 8
_TYPE = re.compile(rb"[A-Za-z]{4}")
# What pixels, colours and animation need; everything else says something about somebody.
_KEPT = frozenset(
    (
        b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT"
    ).split()
)
_OLD_EXIF, _XMP = b"Raw profile type exif", b"XML:com.adobe.xmp"
_MAX_TEXT_BYTES = 1 << 20  # no honest EXIF profile is longer; a bomb is


def strip(data: bytes) -> bytes:
    """Keep the chunks of `_KEPT` and the orientation; end at IEND or where the chunks end.

    `data` starts with a PNG signature.
    """
    kept: list[bytes] = []
    turned: dict[bytes, int | None] = {}  # what the first chunk of each kind says
    for kind, start, end in _chunks(data):
        if kind in _KEPT:
            kept.append(data[start:end])
            continue
        payload = data[start + 8 : max(start + 8, end - 4)]
        keyword = kind if kind == b"eXIf" else payload[:32].partition(b"\0")[0]
        if keyword in (b"eXIf", _OLD_EXIF, _XMP) and keyword not in turned:
            turned[keyword] = _orientation_in(kind, keyword, payload)
    upright = turned.get(b"eXIf") or turned.get(_OLD_EXIF) or turned.get(_XMP) or 1
    if upright != 1:
        kept.insert(1, _chunk(b"eXIf", orientation.to_exif(upright)))  # IHDR is first by rule
    return data[:_SIGNATURE_BYTES] + b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start, end) of each chunk; a chunk cut short ends with the data."""
    at = _SIGNATURE_BYTES
    while _TYPE.fullmatch(kind := data[at + 4 : at + 8]):
        end = min(at + 12 + int.from_bytes(data[at : at + 4], "big"), len(data))
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end


def _orientation_in(kind: bytes, keyword: bytes, payload: bytes) -> int | None:
    if kind == b"eXIf":
        return orientation.from_exif(payload)
    rest = payload[len(keyword) + 1 :]
    if keyword == _OLD_EXIF and kind in (b"tEXt", b"zTXt"):
        return orientation.from_exif(_from_hex(rest if kind == b"tEXt" else _inflate(rest[1:])))
    if keyword == _XMP and kind == b"iTXt":
        text = rest[2:].split(b"\0", 2)[-1]  # behind language and translated keyword
        return orientation.from_xmp(_inflate(text) if rest[:1] == b"\1" else text)
    return None


def _inflate(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MAX_TEXT_BYTES)
    except zlib.error:
        return b""


def _from_hex(profile: bytes) -> bytes:
    # A line feed, "exif", the length, then lines of hexadecimal digits.
    digits = b"".join(profile.split(b"\n")[3:])
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return b""


def _chunk(kind: bytes, payload: bytes) -> bytes:
    check = zlib.crc32(kind + payload)
    return len(payload).to_bytes(4, "big") + kind + payload + check.to_bytes(4, "big")
