"""Where pictures lie: one small interface, and the one that keeps them as files."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol


class Storage(Protocol):
    """What the service needs of a store; keys are `part/part/part` of letters, digits and `-`."""

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, all of it or nothing."""

    def get(self, key: str) -> bytes:
        """Answer all bytes of a key. Raises FileNotFoundError."""

    def open(self, key: str) -> BinaryIO:
        """Open a key for reading piece by piece. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Forget a key; one that is not there is forgotten already."""

    def delete_all(self, prefix: str) -> None:
        """Forget all keys below `prefix`, which is their first part or parts."""

    def exists(self, key: str) -> bool:
        """Say whether a key is kept."""


class FileStorage:
    """Keeps each key as a file under one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, key: str, data: bytes) -> None:
        """Write to a draft beside it and rename: a reader sees the whole file or none."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
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
        return self._path(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        """Open the file; the caller closes it."""
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        """Remove the file. Its directory stays: another upload may be about to use it."""
        self._path(key).unlink(missing_ok=True)

    def delete_all(self, prefix: str) -> None:
        """Remove the directory and what is in it; another process may be doing the same."""
        for directory, folders, files in os.walk(self._path(prefix), topdown=False):
            for name in files:
                Path(directory, name).unlink(missing_ok=True)
            for name in folders:
                _remove_folder(Path(directory, name))
        _remove_folder(self._path(prefix))

    def exists(self, key: str) -> bool:
        """Look for the file."""
        return self._path(key).is_file()

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not all(part.replace("-", "").isalnum() for part in parts):
            raise ValueError(f"expected a key of letters, digits, - and /, got {key!r}")
        return self._directory.joinpath(*parts)


def _remove_folder(folder: Path) -> None:
    with suppress(FileNotFoundError):
        folder.rmdir()
