"""The directories of tagged values that TIFF, BigTIFF and EXIF are made of.

Source: Adobe, TIFF Revision 6.0, section 2; Aware Systems, The BigTIFF File Format.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

HEADERS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
ORIENTATION = 274
SUB_IMAGES = 330
PRIVATE_DIRECTORIES = frozenset((34665, 34853, 40965))  # EXIF, GPS, interoperability
_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_BYTES |= {16: 8, 17: 8, 18: 8}  # BigTIFF
_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # what offsets and counts come as
# All directories of a file together. Honest files have some hundreds; crafted ones overlap.
_MAX_ENTRIES = 100_000
_MAX_POINTERS = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag as it stands in the file, `raw`, and where its value lies, `[start, end)`."""

    tag: int
    kind: int
    raw: bytes
    start: int
    end: int
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory at `[start, end)`; `following` is the raw offset of the next one."""

    start: int
    end: int
    entries: list[Entry]
    following: bytes
    is_private: bool


class Tiff:
    """Reads the directories of the TIFF or EXIF that begins at `base` in `data`.

    Nothing here raises on damaged data: what lies outside of it is empty.
    """

    def __init__(
        self, data: bytes | bytearray, base: int = 0, max_entries: int = _MAX_ENTRIES
    ) -> None:
        self._data, self._base, self._max_entries = data, base, max_entries
        self.order = "<" if data[base : base + 2] == b"II" else ">"
        is_big = b"+" in data[base + 2 : base + 4]
        self.header_bytes = 16 if is_big else 8
        self.count_bytes, self.offset_bytes, self.entry_bytes = (8, 8, 20) if is_big else (2, 4, 12)

    def directories(self) -> Iterator[Directory]:
        """Yield each directory once: pages, further images, EXIF and GPS, as far as they are whole.

        Directories that hang below an EXIF or GPS tag are private.
        """
        first_at = self._base + self.header_bytes - self.offset_bytes
        waiting = [(self._integer(first_at, self.offset_bytes), False)]
        seen: set[int] = set()
        budget = self._max_entries
        while waiting and budget > 0:
            offset, is_private = waiting.pop()
            if offset in seen or offset == 0:
                continue
            seen.add(offset)
            directory = self._directory(self._base + offset, is_private, budget)
            yield directory
            waiting.append((self._from_bytes(directory.following), is_private))
            pointers = self._pointers(directory)
            waiting += pointers
            budget -= len(directory.entries) + len(pointers) + 1

    def numbers(self, entry: Entry) -> tuple[int, ...]:
        """The unsigned numbers of `entry`, at most 1,000; empty for other types."""
        code = _CODES.get(entry.kind)
        if code is None:
            return ()
        size = struct.calcsize("=" + code)
        value = self._data[entry.start : min(entry.end, entry.start + size * _MAX_POINTERS)]
        count = len(value) // size
        return struct.unpack(f"{self.order}{count}{code}", value[: count * size])

    def orientation(self) -> int | None:
        """The orientation in the first directory, 1..8; None when absent or invalid."""
        first = next(self.directories(), None)
        for entry in first.entries if first else ():
            if entry.tag == ORIENTATION:
                value = self.numbers(entry)[:1]
                return value[0] if value and 1 <= value[0] <= 8 else None
        return None

    def _pointers(self, directory: Directory) -> list[tuple[int, bool]]:
        """Where the directories below this one begin, and whether they are private."""
        found: list[tuple[int, bool]] = []
        for entry in directory.entries:
            if entry.tag in PRIVATE_DIRECTORIES:
                found += [(at, True) for at in self.numbers(entry)[:1]]
            elif entry.tag == SUB_IMAGES and len(found) < _MAX_POINTERS:
                found += [(at, directory.is_private) for at in self.numbers(entry)]
        return found

    def _directory(self, start: int, is_private: bool, budget: int) -> Directory:
        at = start + self.count_bytes
        room = max(0, len(self._data) - at) // self.entry_bytes
        count = min(self._integer(start, self.count_bytes), room, budget)
        entries = [self._entry(at + i * self.entry_bytes) for i in range(count)]
        end = at + count * self.entry_bytes
        following = bytes(self._data[end : end + self.offset_bytes])
        return Directory(start, end + len(following), entries, following, is_private)

    def _entry(self, at: int) -> Entry:
        tag, kind = self._integer(at, 2), self._integer(at + 2, 2)
        count = self._integer(at + 4, self.offset_bytes)
        value_at = at + 4 + self.offset_bytes
        length = count * _BYTES.get(kind, 0)
        is_elsewhere = length > self.offset_bytes
        start = value_at
        if is_elsewhere:
            start = min(self._base + self._integer(value_at, self.offset_bytes), len(self._data))
        raw = bytes(self._data[at : at + self.entry_bytes])
        end = min(start + length, len(self._data))
        return Entry(tag, kind, raw, start, end, is_elsewhere)

    def _integer(self, at: int, size: int) -> int:
        return self._from_bytes(bytes(self._data[at : at + size]))

    def _from_bytes(self, raw: bytes) -> int:
        return int.from_bytes(raw, "little" if self.order == "<" else "big")
