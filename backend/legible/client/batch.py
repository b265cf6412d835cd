"""Many files with few requests, each taken up again where it broke off."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import httpx2

from legible.client.answers import decode, parse_lines
from legible.client.errors import LegibleError, NoConnection, error_of_problem
from legible.client.models import Reading, build
from legible.client.retry import Retries

# Small enough to be sent anew when the connection fails, large enough for few requests.
_GROUP_FILES = 100
_GROUP_BYTES = 64 * 1024 * 1024

Source = str | os.PathLike[str] | tuple[str, bytes]
Ask = Callable[..., AbstractContextManager[httpx2.Response]]


@dataclass(frozen=True, kw_only=True)
class BatchItem:
    """What became of one file: a `reading`, or the `error` instead.

    Attributes:
        source: the path or name that was given, of the archive for what is in one.
        file_name: as the service calls it; in an archive with its folders.
        archive: the name of the archive that it is in.
        reading: what was read.
        error: why it was not: the service refused it, or the file cannot be opened.
        replayed: it had been read under the same key before, and was not counted again.
        of: how many items there are; more once the service has looked into archives.
    """

    source: str
    file_name: str
    archive: str | None = None
    reading: Reading | None = None
    error: LegibleError | OSError | None = None
    replayed: bool = False
    of: int


@dataclass(frozen=True)
class _File:
    """One part of a request."""

    source: str
    name: str
    size: int
    data: bytes | None  # None: it lies at the path `source`

    def open(self) -> bytes | BinaryIO:
        return Path(self.source).open("rb") if self.data is None else self.data


def _look_at(source: Source) -> _File:
    """Find out what will be sent. Raises OSError where that cannot be opened."""
    if isinstance(source, tuple):
        name, data = source
        return _File(name, name, len(data), data)
    path = Path(source)
    with path.open("rb") as file:
        return _File(str(source), path.name, os.fstat(file.fileno()).st_size, None)


class Batch:
    """Reads files in groups, in their order, and answers each item once."""

    def __init__(self, ask: Ask, retries: Retries, *, key: str, fields: Mapping[str, str]) -> None:
        self._ask = ask
        self._retries = retries
        self._key = key
        self._fields = fields
        self._of = 0

    def read(self, sources: Iterable[Source]) -> Iterator[BatchItem]:
        """Answer the items of all files. Raises LegibleError when a request fails for good."""
        given = list(sources)
        self._of = len(given)
        group: list[_File] = []
        groups = 0
        for source in given:
            try:
                file, failure = _look_at(source), None
            except OSError as error:
                file, failure = None, error
            full = file is not None and (
                len(group) >= _GROUP_FILES or _size(group) + file.size > _GROUP_BYTES
            )
            if group and (full or failure):
                yield from self._read_group(group, f"{self._key}/{groups}")
                group, groups = [], groups + 1
            if file is not None:
                group.append(file)
            else:
                shown = str(source)
                yield BatchItem(source=shown, file_name=shown, error=failure, of=self._of)
        if group:
            yield from self._read_group(group, f"{self._key}/{groups}")

    def _read_group(self, group: list[_File], key: str) -> Iterator[BatchItem]:
        answered = failures = 0
        while True:
            try:
                for item in self._items(group, key, start=answered):
                    yield item
                    answered, failures = answered + 1, 0
                return
            except LegibleError as error:
                if error.status == 413 and not answered:
                    yield from self._read_less(group, key, error)
                    return
                failures += 1
                wait_s = self._retries.wait_s(failures, error)
                if wait_s is None:
                    raise
            time.sleep(wait_s)

    def _read_less(self, group: list[_File], key: str, error: LegibleError) -> Iterator[BatchItem]:
        """Send in two what was too much at once; a file that is too much alone has its error."""
        if len(group) == 1:
            [file] = group
            yield BatchItem(source=file.source, file_name=file.name, error=error, of=self._of)
            return
        half = len(group) // 2
        yield from self._read_group(group[:half], f"{key}a")
        yield from self._read_group(group[half:], f"{key}b")

    def _items(self, group: list[_File], key: str, *, start: int) -> Iterator[BatchItem]:
        """Ask once and answer the items. Raises LegibleError if there is no last line."""
        with ExitStack() as opened:
            files = []
            for file in group:
                content = file.open()
                if not isinstance(content, bytes):
                    opened.enter_context(content)
                files.append(("file", (file.name, content)))
            response = opened.enter_context(
                self._ask(
                    "POST",
                    "/readings/batch",
                    files=files,
                    data={**self._fields, "start": str(start)},
                    headers={"Idempotency-Key": key},
                )
            )
            first = not start
            for line in parse_lines(response):
                answer = decode(response, partial(self._take, group, line, first=first))
                if answer is None:
                    return
                if isinstance(answer, LegibleError):
                    raise answer
                yield answer
                first = False
        raise NoConnection("no_connection", "The answer broke off. Try again.")

    def _take(
        self, group: list[_File], line: Any, *, first: bool
    ) -> BatchItem | LegibleError | None:
        """Make an item of a line; or of the last one why it came too early, if it did."""
        if "done" in line:
            return None if line["done"] else _ended(line)
        if first:  # now the service has looked into the archives
            self._of += line["of"] - len(group)
        file = group[line["part"]]
        error = line.get("error")
        return BatchItem(
            source=file.source,
            file_name=line["file_name"],
            archive=line.get("archive"),
            reading=None if error else build(Reading, line["reading"]),
            error=error_of_problem(error) if error else None,
            replayed=line.get("replayed", False),
            of=self._of,
        )


def _size(group: list[_File]) -> int:
    return sum(file.size for file in group)


_STATUS_OF_END = {"stopping": 503, "account_frozen": 403}


def _ended(line: Any) -> LegibleError:
    """Why a batch ended before its end; all but a service that is stopped is about the caller."""
    return error_of_problem({"status": _STATUS_OF_END.get(line.get("code"), 401), **line})
