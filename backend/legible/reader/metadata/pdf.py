"""PDF: strings and streams, blanked in place, since a table of byte offsets closes the file.

Source: ISO 32000-1, sections 7.3, 7.5 and 14.3.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import pairwise

from legible.reader.metadata import jpeg
from legible.reader.metadata.spans import merged

_OBJECT = re.compile(rb"\b(\d{1,10})\s+\d{1,5}\s+obj\b")
_INFO = re.compile(rb"/Info\s+(\d{1,10})\s+\d{1,5}\s+R")
# The keys of a document's information, wherever they stand.
_ENTRY = re.compile(
    rb"/(?:Title|Author|Subject|Keywords|Creator|Producer|CreationDate|ModDate)\s*(?=[(<])"
)
_METADATA = re.compile(rb"/Type\s*/Metadata\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_JPEG = re.compile(rb"\bstream\r?\n(?=\xff\xd8\xff)")
_PACKED = re.compile(rb"/Type\s*/ObjStm\b")
_FIRST = re.compile(rb"/First\s+(\d{1,10})\b")
_COUNT = re.compile(rb"/N\s+(\d{1,10})\b")
_STRING = re.compile(rb"[(<]")
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_MAX_STRING_BYTES = 65_536  # twice the limit that the specification gives (annex C)
_MAX_PACKED_BYTES = 64 * 1024 * 1024  # of all object streams together, unpacked
_Span = tuple[int, int]


def strip(data: bytes) -> bytes:
    """Blank the document information, XMP streams and what JPEG streams say; the length stays.

    `data` has a PDF header near its beginning. Information in an object stream is blanked and
    packed anew if that fits into the place of the old. What is encrypted is blanked as it stands.
    """
    buffer = bytearray(data)
    at = 0
    for found in _ENTRY.finditer(data):
        if found.end() >= at:
            at = _blank_string(buffer, found.end())
    numbers = {int(found[1]) for found in _INFO.finditer(data)}
    room = _MAX_PACKED_BYTES
    for number, (start, end) in _objects(data):
        stream = _STREAM.search(data, start, end)
        head_end = stream.start() if stream else end
        if number in numbers:
            closing = buffer.find(b"endobj", start, head_end)
            _blank_strings(buffer, start, closing if closing >= 0 else head_end)
        if stream and _METADATA.search(data, start, head_end):
            closing = data.find(b"endstream", stream.end(), end)
            stop = closing if closing >= 0 else end
            buffer[stream.end() : stop] = b" " * (stop - stream.end())
        elif stream and room > 0 and numbers and _PACKED.search(data, start, head_end):
            room -= _blank_packed(buffer, data[start:head_end], (stream.end(), end), numbers, room)
    pictures = [found.end() for found in _JPEG.finditer(data)]
    for start, stop in pairwise([*pictures, len(data)]):
        jpeg.blank_in_place(buffer, start, stop)
    return bytes(buffer)


def _objects(data: bytes) -> Iterator[tuple[int, _Span]]:
    """Yield the number and span of each object; without its end it ends where the next begins."""
    number, start = -1, 0
    for found in _OBJECT.finditer(data):
        if number >= 0:
            yield number, (start, found.start())
        number, start = int(found[1]), found.end()
    if number >= 0:
        yield number, (start, len(data))


def _blank_strings(buffer: bytearray, start: int, end: int) -> None:
    at = start
    while found := _STRING.search(buffer, at, end):
        at = _blank_string(buffer, found.start())


def _blank_string(buffer: bytearray, at: int) -> int:
    """Blank the string that opens at `at` and return where to go on; a dictionary is passed."""
    if buffer[at : at + 2] == b"<<":
        return at + 2
    limit = min(at + _MAX_STRING_BYTES, len(buffer))
    stop = _end_of_string(buffer, at, limit)
    if stop is None:  # damaged: nothing shows where it ended, but it ended within its object
        end_of_object = buffer.find(b"endobj", at, limit)
        stop = end_of_object if end_of_object >= 0 else limit
    buffer[at + 1 : stop] = b" " * (stop - at - 1)
    return stop + 1


def _end_of_string(buffer: bytearray, at: int, limit: int) -> int | None:
    if buffer[at] == ord("<"):
        stop = buffer.find(b">", at, limit)
        return stop if stop >= 0 else None
    depth = 0
    for found in _PARENTHESIS.finditer(buffer, at, limit):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return None


def _blank_packed(buffer: bytearray, head: bytes, span: _Span, numbers: set[int], room: int) -> int:
    """Blank the strings of the objects `numbers` in an object stream; return the bytes unpacked."""
    count, first = _COUNT.search(head), _FIRST.search(head)
    unpacker = zlib.decompressobj()
    try:
        unpacked = bytearray(unpacker.decompress(bytes(buffer[span[0] : span[1]]), room))
    except zlib.error:
        return 0
    if not (count and first and unpacker.eof):
        return len(unpacked)
    # No number of a real index has more digits, and Python refuses one with thousands.
    index = [int(word[:10]) for word in unpacked[: int(first[1])].split() if word.isdigit()]
    members = list(zip(index[::2], index[1::2], strict=False))[: int(count[1])]
    starts = [int(first[1]) + offset for _, offset in members] + [len(unpacked)]
    wanted = merged(
        (starts[at], min(starts[at + 1], len(unpacked)))
        for at, (number, _) in enumerate(members)
        if number in numbers
    )
    for start, end in wanted:
        _blank_strings(unpacked, start, end)
    packed = zlib.compress(unpacked, 9)
    length = span[1] - span[0] - len(unpacker.unused_data)
    if wanted and len(packed) <= length:
        buffer[span[0] : span[0] + length] = packed.ljust(length, b"\0")
    return len(unpacked)
