"""The last look, for any file: EXIF blocks and XMP packets by their beginning, zeroed in place."""

import re
from itertools import islice

from legible.reader.metadata import tiff

_EXIF = re.compile(rb"Exif\0\0(?=II\*\0|MM\0\*)")
_XMP = re.compile(rb"<\?xpacket begin|<x:xmpmeta")
_XMP_END = re.compile(rb"</x:xmpmeta>(?:\s*<\?xpacket end[^>]{0,20}>)?|<\?xpacket end[^>]{0,20}>")
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_MAX_EXIF_BLOCKS = 100  # a file full of beginnings was made to cost time


def sweep(data: bytes) -> bytes:
    """Zero the EXIF blocks and XMP packets in `data`, which is returned itself if it has none.

    The length stays. What has no recognisable beginning is not found.
    """
    if not _EXIF.search(data) and not _XMP.search(data):
        return data
    buffer = bytearray(data)
    for found in islice(_EXIF.finditer(data), _MAX_EXIF_BLOCKS):
        tiff.blank_exif(buffer, found.end())
        buffer[found.start() : found.end()] = bytes(6)
    at = end = 0
    while packet := _XMP.search(data, at):
        start = packet.start()
        if end <= start:
            closing = _XMP_END.search(data, start)
            end = closing.end() if closing else len(data)
        # Without its end it is cut off, and goes as far as there is text.
        stop = _NOT_TEXT.search(data, start, end)
        at = stop.start() if stop else end
        buffer[start:at] = bytes(at - start)
    return bytes(buffer)
