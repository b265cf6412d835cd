"""Zip archives made in memory: good ones, and ones that lie."""

import io
import struct
import zipfile
from collections.abc import Iterable

Files = Iterable[tuple[str | zipfile.ZipInfo, bytes]]


def pack(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack files in their order."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as packed:
        for name, data in files:
            packed.writestr(name, data)
    return archive.getvalue()


def linked(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    """A symbolic link, as `zip --symlinks` packs it."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    return info, target.encode()


def renamed(data: bytes, before: bytes, after: bytes) -> bytes:
    """Write another name of the same length into an archive, in both places."""
    assert len(before) == len(after)
    assert data.count(before) == 2
    return data.replace(before, after)


def patched(data: bytes, offset: int, layout: str, value: int) -> bytes:
    """Write a number into the first entry of an archive's central directory."""
    at = data.index(b"PK\x01\x02") + offset
    return data[:at] + struct.pack(layout, value) + data[at + struct.calcsize(layout) :]


def encrypted(data: bytes) -> bytes:
    """Say of the first entry that it is encrypted (APPNOTE 4.4.4, bit 0)."""
    return patched(data, 8, "<H", 1)


def claiming_size(data: bytes, size: int) -> bytes:
    """Say of the first entry that it is so long unpacked."""
    return patched(data, 24, "<I", size)


def claiming_zip64(data: bytes, size: int) -> bytes:
    """Say of the only entry, by a zip64 field, that it is so long (APPNOTE 4.5.3)."""
    directory, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = bytearray(data[directory:end])
    extra = struct.pack("<HHQ", 1, 8, size)
    struct.pack_into("<I", entry, 24, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, len(extra))
    tail = bytearray(data[end:])
    struct.pack_into("<I", tail, 12, len(entry) + len(extra))
    return data[:directory] + bytes(entry) + extra + bytes(tail)


def overlapping(data: bytes, times: int) -> bytes:
    """List the only entry of an archive many times under other names (a "better zip bomb")."""
    directory, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[directory:end]
    entries = [entry[:46] + b"%04d" % number + entry[50:] for number in range(times)]
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, times, times, len(entry) * times)
    return data[:directory] + b"".join(entries) + bytes(tail)
