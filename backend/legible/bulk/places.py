"""Where files are read from and rows are written to: a folder, or a bucket by its address."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
from fsspec.implementations.local import LocalFileSystem

from legible.bulk.errors import BulkError
from legible.reader.errors import ReadError

Storage = Mapping[str, Any]

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A file or folder: `path` as its file system wants it, whole, so that any process finds it.

    `named` is how the user wrote it.
    """

    named: str
    path: str
    fs: Any = field(repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it is a path of this machine."""
        return isinstance(self.fs, LocalFileSystem)

    def address(self, path: str) -> str:
        """A path of the same file system as `open_place` takes it, from any working folder."""
        return path if self.is_local else str(self.fs.unstrip_protocol(path))

    def join(self, name: str) -> str:
        """The path of what lies in this folder."""
        return f"{self.path.rstrip('/')}/{name}"


def open_place(named: str, storage: Storage) -> Place:
    """Find the file system of a path or an address such as `s3://bucket/prefix`.

    Args:
        named: as the user wrote it.
        storage: what fsspec is to know of a file system that is not this machine's.

    Raises:
        BulkError: the address is of no kind that can be opened here.
    """
    scheme = _SCHEME.match(named)
    if scheme is None or scheme[1].lower() in {"file", "local"}:
        fs = fsspec.filesystem("file")
        path = str(fs._strip_protocol(named)) if scheme else os.path.abspath(named)  # noqa: PTH100  globs are no paths
        return Place(named, path, fs)
    try:
        # What was listed before must not hide what is there now.
        fs = fsspec.filesystem(scheme[1].lower(), **{"use_listings_cache": False, **storage})
    except (ImportError, ValueError, TypeError) as error:
        raise BulkError(
            f"{scheme[1]}:// cannot be opened here. Give a path, s3:// or file://, check "
            "--storage-options, or install the fsspec package of that storage."
        ) from error
    return Place(named, str(fs._strip_protocol(named)), fs)


def read_bytes(place: Place, path: str) -> bytes | None:
    """The content of a small file of ours; None where there is none."""
    try:
        return bytes(place.fs.cat_file(path))
    except FileNotFoundError:
        return None


def write_whole(place: Place, path: str, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it; what was there is replaced.

    A bucket shows an object when it is complete. A folder gets it under another name first.
    """
    if not place.is_local:
        place.fs.pipe_file(path, content)
        return
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    hidden = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with hidden.open("wb") as file:
            file.write(content)
            file.flush()
            # A name that outlives a power cut must not lead to nothing.
            os.fsync(file.fileno())
        hidden.replace(target)
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise


@contextmanager
def answering(place: Place) -> Iterator[None]:
    """Say in words what a storage has against what is done with it.

    Raises:
        BulkError: it does not let us, or does not answer.
    """
    try:
        yield
    except (BulkError, ReadError):
        raise
    except PermissionError as error:
        raise BulkError(f"You may not do this at {place.named}. Ask for the right to.") from error
    except FileNotFoundError as error:
        raise BulkError(f"There is nothing at {place.named}. Check its name.") from error
    except OSError as error:
        why = error.strerror or "it does not answer"
        raise BulkError(f"{place.named} cannot be used: {why}.") from error
    except Exception as error:
        if place.is_local:
            raise
        # Each storage has errors of its own, for a host that is not there or for a missing login.
        raise BulkError(
            f"{place.named} cannot be used ({type(error).__name__}). Look whether its address, "
            "login and --storage-options are right."
        ) from error
