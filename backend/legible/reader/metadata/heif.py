"""HEIC, HEIF and AVIF: ISO base media boxes, blanked in place.

Which way is up stands in the image properties `irot` and `imir`, which are not touched.
Source: ISO/IEC 14496-12, sections 4.2 and 8.11; ISO/IEC 23008-12, annex A.
"""

from collections.abc import Iterator

from legible.reader.metadata.spans import zero

_PRIVATE_ITEMS = frozenset((b"Exif", b"mime", b"uri "))  # mime and uri: XMP and the like
_PRIVATE_BOXES = frozenset((b"uuid", b"udta", b"free", b"skip", b"xml ", b"bxml"))
_CONTAINERS = frozenset((b"moov", b"trak"))
# An offset of 0 to a TIFF without a tag: programs parse what calls itself EXIF.
_EMPTY_EXIF = bytes(4) + b"MM\0*\0\0\0\x08" + bytes(6)
_MAX_DEPTH = 4
_Box = tuple[bytes, int, int]  # type; start and end of what it holds


class _Fields:
    """Big-endian numbers one after the other; past the end they are 0."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self.at, self._end = data, at, end

    def take(self, size: int) -> int:
        """The next number of `size` bytes; size 0 gives 0, as the format has it."""
        value = int.from_bytes(self._data[self.at : min(self.at + size, self._end)], "big")
        self.at += size
        return value

    @property
    def is_past_end(self) -> bool:
        return self.at > self._end


def strip(data: bytes) -> bytes:
    """Blank the items and boxes that hold EXIF, XMP or a producer's own; the length stays.

    `data` starts with a file type box.
    """
    buffer = bytearray(data)
    boxes = list(_private_boxes(data, 0, len(data)))
    zero(buffer, [(start, end) for _, start, end in boxes])
    for kind, start, end in boxes:
        if kind == b"Exif" and len(_EMPTY_EXIF) <= min(end, len(data)) - start:
            buffer[start : start + len(_EMPTY_EXIF)] = _EMPTY_EXIF
    return bytes(buffer)


def _private_boxes(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[_Box]:
    """What is to be blanked, items included, between `start` and `end`."""
    for box in _boxes(data, start, end):
        if box[0] in _PRIVATE_BOXES:
            yield box
        elif box[0] == b"meta":
            yield from _private_in_meta(data, box)
        elif box[0] in _CONTAINERS and depth < _MAX_DEPTH:
            yield from _private_boxes(data, box[1], box[2], depth + 1)


def _private_in_meta(data: bytes, meta: _Box) -> Iterator[_Box]:
    inside = {box[0]: box for box in _boxes(data, meta[1] + 4, meta[2])}
    yield from (inside[kind] for kind in _PRIVATE_BOXES & inside.keys())
    if b"iinf" in inside and b"iloc" in inside:
        private = _private_items(data, inside[b"iinf"])
        yield from _extents(data, inside[b"iloc"], private, inside.get(b"idat"))


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    at = start
    while at + 8 <= end:
        size, header = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:  # the size follows in 64 bits
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:  # up to the end of the file
            size = end - at
        stop = min(at + max(size, header), end)
        yield data[at + 4 : at + 8], min(at + header, stop), stop
        at = stop


def _private_items(data: bytes, iinf: _Box) -> dict[int, bytes]:
    """Item number to type, of the items that are no picture."""
    fields = _Fields(data, iinf[1], iinf[2])
    version = fields.take(4) >> 24
    fields.take(2 if version == 0 else 4)
    private: dict[int, bytes] = {}
    for box in _boxes(data, fields.at, iinf[2]):
        entry = _Fields(data, box[1], box[2])
        entry_version = entry.take(4) >> 24
        number = entry.take(4 if entry_version >= 3 else 2)
        entry.take(2)
        kind = entry.take(4).to_bytes(4, "big")
        if entry_version >= 2 and kind in _PRIVATE_ITEMS:
            private[number] = kind
    return private


def _extents(data: bytes, iloc: _Box, items: dict[int, bytes], idat: _Box | None) -> Iterator[_Box]:
    """Where in the file the stretches of `items` lie."""
    fields = _Fields(data, iloc[1], iloc[2])
    version = fields.take(4) >> 24
    sizes = fields.take(2)
    offset_size, length_size, base_size, index_size = (sizes >> s & 15 for s in (12, 8, 4, 0))
    if version == 0:
        index_size = 0
    for _ in range(fields.take(2 if version < 2 else 4)):
        number = fields.take(2 if version < 2 else 4)
        method = fields.take(2) & 15 if version else 0
        fields.take(2)
        origin = fields.take(base_size)
        if method == 1:  # offsets count from the idat box
            origin += idat[1] if idat else len(data)
        # Extents without a length mean the whole file, which is no EXIF block.
        for _ in range(fields.take(2) if length_size else 0):
            fields.take(index_size)
            start = origin + fields.take(offset_size)
            length = fields.take(length_size)
            if fields.is_past_end:
                return
            if number in items and method < 2:
                yield items[number], start, start + length
        if fields.is_past_end:
            return
