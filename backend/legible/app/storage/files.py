"""Pictures as files under one directory."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from legible.app.settings import StartError
from legible.app.storage.store import Entry, StorageUnavailable, check_key, is_key

_DRAFT = ".draft-"


class FileStorage:
    """Keeps each key as a file under one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, key: str, data: bytes) -> None:
        """Write to a draft beside it and rename: a reader sees the whole file or none."""
        path = self._path(key)
        with _told():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(draft).replace(path)
            except BaseException:
                Path(draft).unlink()
                raise

    def get(self, key: str) -> bytes:
        """Read the whole file."""
        with _told():
            return self._path(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        """Open the file; the caller closes it."""
        with _told():
            return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove the file. Its directory stays: another upload may be about to use it."""
        with _told():
            self._path(key).unlink(missing_ok=True)

    def delete_all(self, prefix: str) -> None:
        """Remove the directory and what is in it; another process may be doing the same."""
        with _told():
            for directory, folders, files in os.walk(self._path(prefix), topdown=False):
                for name in files:
                    Path(directory, name).unlink(missing_ok=True)
                for name in folders:
                    _remove_folder(Path(directory, name))
            _remove_folder(self._path(prefix))

    def exists(self, key: str) -> bool:
        """Look for the file."""
        return self._path(key).is_file()

    def entries(self) -> Iterator[Entry]:
        """Walk the directories, each sorted; one directory at a time is in memory."""
        with _told():
            yield from self._entries_below(self._directory, "")

    def _entries_below(self, directory: Path, above: str) -> Iterator[Entry]:
        try:
            found = sorted(os.scandir(directory), key=_place)
        except FileNotFoundError:  # an account that was deleted meanwhile; or nothing kept yet
            return
        for each in found:
            if each.is_dir(follow_symlinks=False):
                yield from self._entries_below(Path(each.path), f"{above}{each.name}/")
            elif is_key(each.name):  # no draft
                with suppress(FileNotFoundError):
                    stat = each.stat()
                    changed_at = datetime.fromtimestamp(stat.st_mtime, UTC)
                    yield Entry(above + each.name, stat.st_size, changed_at)

    def remove_drafts(self, before: datetime) -> int:
        """Remove files that a process wrote when it was killed."""
        removed = 0
        with _told():
            for draft in self._directory.rglob(f"{_DRAFT}*"):
                with suppress(FileNotFoundError):
                    if draft.stat().st_mtime < before.timestamp():
                        draft.unlink()
                        removed += 1
        return removed

    def link(self, key: str, *, media_type: str, disposition: str) -> str | None:  # noqa: ARG002
        """Files have no address."""
        return None

    def origin(self) -> str | None:
        """Files have no address."""
        return None

    def check(self) -> None:
        """Write a file and remove it."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._directory):
                pass
        except OSError as error:
            raise StartError(
                f"Pictures cannot be kept in {self._directory}: {error.strerror}. Make it a folder "
                "that the service may write to, or name another in LEGIBLE_STORAGE_URL."
            ) from error

    def answers(self) -> bool:
        """Look whether files can be made. A directory that is not there yet is made with one."""
        there = self._directory
        while not there.exists() and there != there.parent:
            there = there.parent
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)

    def close(self) -> None:
        """Nothing is open."""

    def _path(self, key: str) -> Path:
        return self._directory.joinpath(*check_key(key).split("/"))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "")
        raise StorageUnavailable(f"files: {code or type(error).__name__}") from error


def _place(entry: "os.DirEntry[str]") -> str:
    """What to sort by, so that keys come in the order of their text: `a-b/c` before `a/b`."""
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _remove_folder(folder: Path) -> None:
    with suppress(FileNotFoundError):
        folder.rmdir()
