"""Zip archives from anybody. Nothing in them is written to the disk, and no name of theirs is used.

Of what an archive says of itself only the upper bounds are believed: `zipfile` never gives more of
an entry than was announced, so the announced sizes bound the work, and a lie costs its entry.
"""

import io
import zipfile
from dataclasses import dataclass, field

from legible.app.batches.form import Part, Spool
from legible.app.errors import PROBLEMS, AppError
from legible.reader.formats import SUPPORTED
from legible.zips import BROKEN, MARKS, METHODS, NO_ZIP, is_encrypted, is_file, is_left_out

# No honest list of a thousand files is longer. It is read at once, and makes an object an entry.
_MAX_READ_BYTES = 2 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
# Deflate gives 1,032 times at most; pictures are hardly ever packed to a hundredth.
_MAX_RATIO = 200
_OTHER_METHOD = (
    "This entry is packed in a way that is not read. Pack it as an ordinary zip (deflate)."
)
_DAMAGED = "This entry is damaged: it is not what the archive says. Pack it anew."


@dataclass
class Budget:
    """What all archives of a batch may still hold together."""

    entries: int  # those that are left out too: each costs its object
    bytes: int

    @property
    def is_spent(self) -> bool:
        """Say whether there is more in the archives than is read."""
        return self.entries < 0 or self.bytes < 0


@dataclass(frozen=True)
class Entry:
    """A file in an archive, and why it will not be read, if it will not."""

    name: str
    info: zipfile.ZipInfo = field(repr=False)
    problem: AppError | None


class _Slice:
    """A part of the spool as the file that `zipfile` wants."""

    def __init__(self, spool: Spool, part: Part) -> None:
        self._spool = spool
        self._part = part
        self._at = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._part.size}[whence]
        if origin + offset < 0:
            raise ValueError("an offset before the archive")
        self._at = origin + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._part.size - self._at)
        wanted = left if size < 0 else min(size, left)
        if wanted > _MAX_READ_BYTES:
            raise zipfile.BadZipFile("a longer list of files than is read")
        data = self._spool.read_at(self._part.offset + self._at, wanted)
        self._at += len(data)
        return data


def is_archive(spool: Spool, part: Part) -> bool:
    """Say whether a file begins like a zip archive."""
    return spool.read_at(part.offset, min(4, part.size)) in MARKS


def open_archive(spool: Spool, part: Part) -> zipfile.ZipFile:
    """Open an archive.

    Raises:
        AppError: 422 `bad_archive`.
    """
    try:
        return zipfile.ZipFile(_Slice(spool, part))
    except (*NO_ZIP, OSError, NotImplementedError) as error:
        raise _problem("bad_archive") from error


def list_entries(
    archive: zipfile.ZipFile, *, packed_bytes: int, max_bytes: int, budget: Budget
) -> list[Entry]:
    """Answer the files in an archive, without what systems put beside them.

    Args:
        archive: just opened.
        packed_bytes: how long the archive is.
        max_bytes: how long one file may be.
        budget: from which the archive is taken.

    Raises:
        AppError: 413 `archive_too_large`; 415 `unsupported_format`; 422 `bad_archive`.
    """
    infos = archive.infolist()
    budget.entries -= len(infos)
    if budget.is_spent:
        raise archive_too_large()
    names = {info.orig_filename for info in infos}
    if "[Content_Types].xml" in names or "mimetype" in {info.orig_filename for info in infos[:1]}:
        raise AppError(
            415,
            "unsupported_format",
            f"This is an office document, which is not read. Save it as one of {SUPPORTED}.",
        )
    found, seen = [], set[str]()
    for info in infos:
        if is_left_out(info):
            continue
        name = info.orig_filename
        found.append(Entry(name, info, _problem_of(info, max_bytes, again=name in seen)))
        seen.add(name)
    if not found:
        raise _problem("bad_archive", "There is no file in this archive. Pack the pictures anew.")
    _refuse_bomb([one.info for one in found if one.problem is None], packed_bytes, max_bytes)
    budget.bytes -= sum(one.info.file_size for one in found if one.problem is None)
    if budget.is_spent:
        raise archive_too_large()
    return found


def _problem_of(info: zipfile.ZipInfo, max_bytes: int, *, again: bool) -> AppError | None:
    if not _is_safe(info.orig_filename):
        return _problem("unsafe_name")
    if not is_file(info):
        return _problem("unsafe_name", "This entry is a link or a device and no file. Pack files.")
    if again:
        return _problem("unsafe_name", "The archive has this name more than once. Pack it anew.")
    if is_encrypted(info):
        return _problem("encrypted")
    if info.compress_type not in METHODS:
        return _problem("bad_archive", _OTHER_METHOD)
    return _too_large(max_bytes) if info.file_size > max_bytes else None


def _is_safe(name: str) -> bool:
    """Say whether a name could be that of a file below the archive's folder, on any system."""
    inside = not name.startswith("/") and ".." not in name.split("/")
    return bool(name) and inside and "\\" not in name and "\0" not in name and name[1:2] != ":"


def _refuse_bomb(infos: list[zipfile.ZipInfo], packed_bytes: int, max_bytes: int) -> None:
    if sum(info.compress_size for info in infos) > packed_bytes:
        raise _problem("bad_archive", "Entries of this archive lie in one another. Pack it anew.")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > max(max_bytes, _MAX_RATIO * packed_bytes):
        raise archive_too_large()


def read_entry(archive: zipfile.ZipFile, entry: Entry, max_bytes: int) -> bytes:
    """Unpack one file into memory.

    Raises:
        AppError: 413 `too_large`; 422 `bad_archive`, `nested_archive`.
    """
    data = bytearray()
    try:
        with archive.open(entry.info) as file:
            while len(data) <= max_bytes and (chunk := file.read(_CHUNK_BYTES)):
                data += chunk
    except (*BROKEN, OSError) as error:
        raise _problem("bad_archive", _DAMAGED) from error
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    if len(data) != entry.info.file_size:
        raise _problem("bad_archive", _DAMAGED)
    if data[:4] in MARKS:
        raise _problem("nested_archive")
    return bytes(data)


def archive_too_large() -> AppError:
    """Say that an archive is not unpacked for all that is in it."""
    return _problem("archive_too_large")


def _too_large(max_bytes: int) -> AppError:
    return AppError(
        413, "too_large", f"A file may have at most {max_bytes:,} bytes. Send a smaller copy."
    )


def _problem(code: str, detail: str | None = None) -> AppError:
    status, words = PROBLEMS[code]
    return AppError(status, code, detail or words)
