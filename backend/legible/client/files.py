"""The files of a caller: pictures that are sent, exports that are written."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO


def take_content(source: str | os.PathLike[str] | bytes | BinaryIO) -> tuple[str, bytes]:
    """Answer the name and the content of a path, of bytes, or of an open file."""
    if isinstance(source, bytes):
        return "picture", source
    if isinstance(source, str | os.PathLike):
        return Path(source).name, Path(source).read_bytes()
    name = getattr(source, "name", None)  # a number for a pipe
    return Path(name).name if isinstance(name, str) else "picture", source.read()


def open_target(
    target: str | os.PathLike[str] | IO[bytes],
) -> AbstractContextManager[IO[bytes]]:
    """Open what is written to: an open file as it is, a path so that it only gets a whole file."""
    if isinstance(target, str | os.PathLike):
        return _replacing(Path(target))
    return nullcontext(target)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write beside a file and put it in its place when all is written."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as draft:
        try:
            yield draft
            draft.close()
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink()
            raise
