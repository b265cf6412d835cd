"""Zip archives among what is read. Nothing is unpacked but into memory, one file at a time."""

import zipfile
from collections.abc import Iterator
from typing import Any

from legible.reader.errors import ReadError
from legible.zips import BROKEN, MARKS, METHODS, NO_ZIP, is_encrypted, is_file, is_left_out


class BadArchive(ReadError):
    """An archive, or a file in it, that cannot be unpacked."""

    code = "bad_archive"


class Encrypted(ReadError):
    """A file in an archive that wants a password."""

    code = "encrypted"


class NestedArchive(ReadError):
    """An archive in an archive."""

    code = "nested_archive"


def open_archive(file: Any) -> zipfile.ZipFile:
    """Open an archive.

    Raises:
        BadArchive: it is none, or its list of files is damaged.
    """
    try:
        return zipfile.ZipFile(file)
    except (*NO_ZIP, NotImplementedError) as error:
        raise BadArchive("This is no zip archive, or it is damaged. Pack it anew.") from error


def list_archive(
    archive: zipfile.ZipFile,
) -> Iterator[tuple[int, zipfile.ZipInfo, ReadError | None]]:
    """Answer the files in an archive, without what systems put beside them.

    Yields:
        The place in the archive's list, what the list says, and why it is not read, if so.
    """
    seen = set[str]()
    for index, info in enumerate(archive.infolist()):
        if is_left_out(info):
            continue
        yield index, info, _problem_of(info, again=info.orig_filename in seen)
        seen.add(info.orig_filename)


def _problem_of(info: zipfile.ZipInfo, *, again: bool) -> ReadError | None:
    if not is_file(info):
        return BadArchive("This entry is a link or a device and no file. Pack files.")
    if again:
        return BadArchive("The archive has this name more than once. Pack it anew.")
    if is_encrypted(info):
        return Encrypted("This file wants a password. Pack it without one.")
    if info.compress_type not in METHODS:
        return BadArchive("This is packed in a way that is not read. Use an ordinary zip.")
    return None


def read_member(archive: zipfile.ZipFile, index: int, name: str, max_bytes: int) -> bytes:
    """Unpack one file into memory, and a byte more than is allowed at most.

    Args:
        archive: the archive.
        index: its place in the list.
        name: what it was called when the archive was listed.
        max_bytes: how long it may be.

    Raises:
        ReadError: it is damaged, or no longer what was listed.
    """
    infos = archive.infolist()
    if index >= len(infos) or infos[index].orig_filename != name:
        raise BadArchive("The archive was changed while it was read. Leave it as it is.")
    try:
        with archive.open(infos[index]) as file:
            data = file.read(max_bytes + 1)
    except BROKEN as error:
        raise BadArchive("This file is damaged in the archive. Pack it anew.") from error
    if data[:4] in MARKS:
        raise NestedArchive("This is an archive in an archive. Unpack it first.")
    return data
