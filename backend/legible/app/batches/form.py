"""The form of a batch: all its files in one temporary file, which has no name.

A form parser that opens a file for each part would need a thousand of them, or the memory instead.
"""

import tempfile
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from legible.app.errors import AppError, FieldProblem
from legible.app.readings.pictures import clean_file_name

_IN_MEMORY_BYTES = 1024 * 1024
_MAX_FIELDS = 20
_MAX_FIELD_BYTES = 4096
_MAX_HEADER_BYTES = 8192


class Spool:
    """What came, one after another. Threads may share it."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115  `close`
            _IN_MEMORY_BYTES
        )
        self._lock = threading.Lock()
        self.size = 0

    def append(self, data: bytes) -> None:
        """Keep some more."""
        with self._lock:
            self._file.seek(self.size)
            self._file.write(data)
            self.size += len(data)

    def read_at(self, offset: int, size: int) -> bytes:
        """Answer `size` bytes from `offset` on."""
        with self._lock:
            self._file.seek(offset)
            return self._file.read(size)

    def close(self) -> None:
        """Forget it all."""
        with self._lock:
            self._file.close()


@dataclass
class Part:
    """One file of the form: its place among them, its name, and where it lies in the spool."""

    number: int
    name: str
    offset: int
    size: int = 0


@dataclass
class Form:
    """The files of a batch in their order, and the fields beside them."""

    spool: Spool = field(default_factory=Spool)
    parts: list[Part] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def read(self, part: Part) -> bytes:
        """Answer all of one file."""
        return self.spool.read_at(part.offset, part.size)


async def read_form(request: Request, *, max_files: int) -> AsyncIterator[Form]:
    """Take the form of a request in, and forget its files when the answer is out.

    Raises:
        AppError: 422 `invalid_request`; 413 `too_many_files`.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise _invalid("Send the files as multipart/form-data, each in a part called `file`.")
    form = Form()
    try:
        taker = _Taker(form, boundary, max_files)
        try:
            async for chunk in request.stream():
                await run_in_threadpool(taker.take, chunk)
            taker.finish()
        except ClientDisconnect as error:
            raise _invalid("The form ends before it is whole. Send it again.") from error
        yield form
    finally:
        form.spool.close()


def _invalid(message: str, name: str = "body") -> AppError:
    problem = FieldProblem(field=name, message=message)
    return AppError(422, "invalid_request", "The body is not the form it should be.", [problem])


class _Taker:
    """Takes a form apart as its bytes come."""

    def __init__(self, form: Form, boundary: bytes, max_files: int) -> None:
        self._form = form
        self._max_files = max_files
        self._header = (b"", b"")
        self._header_bytes = 0
        self._disposition = b""
        self._part: Part | None = None
        self._field = ""
        self._value = b""
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._add_to_name,
                    "on_header_value": self._add_to_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._add,
                    "on_part_end": self._end,
                    "on_end": self._end_form,
                },
            )
        except FormParserError as error:
            raise _invalid("Its boundary is too long.") from error

    def take(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _invalid("It is damaged. Send it again.") from error

    def finish(self) -> None:
        """Check that all of it came."""
        if not self._ended:
            raise _invalid("It ends before it is whole. Send it again.")

    def _begin(self) -> None:
        self._header, self._header_bytes, self._disposition = (b"", b""), 0, b""
        self._part, self._field, self._value = None, "", b""

    def _add_to_name(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _add_to_value(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > _MAX_HEADER_BYTES:
            raise _invalid("The header of a part is too long.")

    def _end_header(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            self._disposition = self._header[1]
        self._header = (b"", b"")

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._field = name
            if len(self._form.fields) >= _MAX_FIELDS:
                raise _invalid("There are too many fields.")
            return
        if name != "file":
            raise _invalid("Each file belongs in a part called `file`.", name or "body")
        if len(self._form.parts) >= self._max_files:
            raise too_many_files(self._max_files)
        shown = clean_file_name(options[b"filename"].decode("utf-8", "replace"))
        self._part = Part(len(self._form.parts), shown, self._form.spool.size)
        self._form.parts.append(self._part)

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._part is not None:
            self._form.spool.append(data[start:end])
            self._part.size += end - start
        elif len(self._value) + end - start > _MAX_FIELD_BYTES:
            raise _invalid(f"It may have at most {_MAX_FIELD_BYTES:,} bytes.", self._field)
        else:
            self._value += data[start:end]

    def _end(self) -> None:
        if self._part is None:
            self._form.fields[self._field] = self._value.decode("utf-8", "replace")

    def _end_form(self) -> None:
        self._ended = True


def too_many_files(max_files: int) -> AppError:
    """Say how many files one batch may have."""
    return AppError(
        413,
        "too_many_files",
        f"A batch may have at most {max_files:,} files, those in archives included, and this one "
        "has more. Send it in several.",
    )
