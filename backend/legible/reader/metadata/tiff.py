"""TIFF, and EXIF blocks inside other files, blanked in place: offsets run through all of it."""

import struct

from legible.reader.metadata import orientation
from legible.reader.metadata.directories import ORIENTATION, Directory, Tiff
from legible.reader.metadata.spans import Span, merged, zero

_XMP = 700
_THUMBNAIL, _THUMBNAIL_BYTES = 513, 514
# All that a decoder needs for pixels, size and colour. Texts, dates, names, print settings and
# every private tag are not among them.
_KEPT = frozenset(
    {*range(254, 260), *range(262, 267), 273, 274, *range(277, 285), *range(290, 294), 296, 297}
    | {301, *range(317, 333), 334, 336, *range(338, 348), *range(512, 522), *range(529, 533)}
    | {*range(32995, 32999), 34675, 50674}
)


def strip(data: bytes) -> bytes:
    """Erase every tag but those of `_KEPT` from all pages of a TIFF; the length stays.

    `data` starts with a TIFF or BigTIFF header. An orientation that only XMP told is written as
    the tag. Where a tag that goes claims the bytes of one that stays, they stay.
    """
    tiff = Tiff(data)
    erased: list[Span] = []
    needed: list[Span] = [(0, tiff.header_bytes)]
    tables: list[tuple[int, bytes]] = []
    for directory in tiff.directories():
        erased.append((directory.start, directory.end))
        kept = frozenset[int]() if directory.is_private else _KEPT
        for entry in directory.entries:
            if entry.is_elsewhere:
                (needed if entry.tag in kept else erased).append((entry.start, entry.end))
        if not directory.is_private:
            tables.append((directory.start, _table(tiff, data, directory)))
    out = bytearray(data)
    zero(out, erased)
    for start, end in merged(needed):
        out[start:end] = data[start:end]
    for start, table in tables:
        if start + len(table) <= len(out):  # a directory that begins behind the end is none
            out[start : start + len(table)] = table
    return bytes(out)


def blank_exif(buffer: bytearray, base: int) -> None:
    """Zero the EXIF block whose TIFF header is at `base`, with its values and thumbnail."""
    tiff = Tiff(buffer, base, max_entries=2_000)  # a segment of 64 KB cannot hold as many
    erased: list[Span] = [(base, base + tiff.header_bytes)]
    for directory in tiff.directories():
        erased.append((directory.start, directory.end))
        erased += [(e.start, e.end) for e in directory.entries if e.is_elsewhere]
        numbers = {e.tag: tiff.numbers(e)[:1] for e in directory.entries}
        if (at := numbers.get(_THUMBNAIL)) and (length := numbers.get(_THUMBNAIL_BYTES)):
            erased.append((base + at[0], base + at[0] + length[0]))
    zero(buffer, erased)


def _table(tiff: Tiff, data: bytes, directory: Directory) -> bytes:
    """The directory with nothing but the tags of `_KEPT`; never longer than it was."""
    kept = {entry.tag: entry.raw for entry in directory.entries if entry.tag in _KEPT}
    xmp = next((e for e in directory.entries if e.tag == _XMP), None)
    if xmp is not None and ORIENTATION not in kept:
        upright = orientation.from_xmp(data[xmp.start : xmp.end])
        if upright is not None:
            form = tiff.order + ("HHIH" if tiff.offset_bytes == 4 else "HHQH")
            entry = struct.pack(form, ORIENTATION, 3, 1, upright)
            kept[ORIENTATION] = entry.ljust(tiff.entry_bytes, b"\0")
    count = len(kept).to_bytes(tiff.count_bytes, "little" if tiff.order == "<" else "big")
    return count + b"".join(kept[tag] for tag in sorted(kept)) + directory.following
