"""WebP: RIFF chunks. Source: RFC 9649, section 2."""

from collections.abc import Iterator

from legible.reader.metadata import orientation

_HEADER_BYTES = 12
_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04  # in the first byte of VP8X


def strip(data: bytes) -> bytes:
    """Keep the chunks of `_KEPT` and the orientation, and say so in the VP8X flags.

    `data` starts with the RIFF header of a WebP file; what lies behind its size is dropped.
    """
    kept: list[bytearray] = []
    features: bytearray | None = None
    turned: list[int | None] = [None, None]  # as EXIF says it, as XMP says it; EXIF goes first
    for kind, start, end in _chunks(data):
        if kind in _KEPT:
            kept.append(bytearray(data[start:end]))
            if kind == b"VP8X" and features is None and end > start + 8:
                features = kept[-1]
        # Without their flag decoders do not look at these chunks.
        elif features is not None and kind == b"EXIF" and features[8] & _EXIF_FLAG:
            turned[0] = turned[0] or orientation.from_exif(data[start + 8 : end])
        elif features is not None and kind == b"XMP " and features[8] & _XMP_FLAG:
            turned[1] = turned[1] or orientation.from_xmp(data[start + 8 : end])
    if features is not None:
        features[8] &= 0xFF ^ _EXIF_FLAG ^ _XMP_FLAG
        upright = turned[0] or turned[1] or 1
        if upright != 1:
            features[8] |= _EXIF_FLAG
            exif = orientation.to_exif(upright)
            kept.append(bytearray(b"EXIF" + len(exif).to_bytes(4, "little") + exif))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start, end) with padding; a chunk cut short ends with the data."""
    limit = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    at = _HEADER_BYTES
    while at < limit:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = min(at + 8 + length + length % 2, limit)
        yield data[at : at + 4], at, end
        at = end
