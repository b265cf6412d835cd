"""Sending files to a service: what `legible read --server` does."""

import os
import re
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Literal

from legible.client import Client, LegibleError, Reading
from legible.reader import types
from legible.remote.credentials import NoCredentials, open_client
from legible.remote.progress import Progress
from legible.rows import Row, describe, print_rows, printable

# Of a folder only what its name says is a picture; a file that is named is sent as it is.
_PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf]|pdf)", re.IGNORECASE)
_STDIN = "-"


def read_files(
    names: Sequence[str],
    *,
    server: str,
    symbols: Literal["digits", "number"] = "digits",
    pattern: str | None = None,
    jobs: int = 1,
) -> int:
    """Send files and print a JSON object a line for each, in order, as reading them here would.

    Each line also has the `id` that the service knows the reading by.

    Args:
        names: files, folders (with all in them), or `-` for one picture on the standard input.
        server: address of the service.
        symbols, pattern: as in `ReadOptions`.
        jobs: how many are sent at the same time; 0 or less means one for each core.

    Returns:
        0 if all files were read, 1 if some were not, 2 if nothing could be started.
    """
    try:
        client = open_client(server)
    except NoCredentials as error:
        sys.stderr.write(f"legible read: {error}\n")
        return 2
    files = list(find_files(names, _PICTURE))
    send = partial(_read_file, client, symbols=symbols, pattern=pattern)
    rows = _in_order(send, files, jobs if jobs > 0 else os.cpu_count() or 1)
    with client, closing(_watched(rows, Progress(len(files), sys.stderr))) as watched:
        return print_rows(watched)


def find_files(names: Iterable[str], kinds: re.Pattern[str]) -> Iterator[str]:
    """Answer files as they are named, and of folders what has one of the suffixes."""
    for name in names:
        folder = Path(name)
        if name == _STDIN or not folder.is_dir():
            yield name
            continue
        found = [str(path) for path in sorted(folder.rglob("*")) if _is_one(path, folder, kinds)]
        yield from found or [name]  # an empty one has a line that says so


def _is_one(path: Path, folder: Path, kinds: re.Pattern[str]) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return bool(kinds.fullmatch(path.suffix)) and not hidden and path.is_file()


def _read_file(
    client: Client, name: str, *, symbols: Literal["digits", "number"], pattern: str | None
) -> Row:
    try:
        if name == _STDIN:
            reading = client.read(
                sys.stdin.buffer, file_name="stdin", symbols=symbols, pattern=pattern
            )
        else:
            reading = client.read(name, symbols=symbols, pattern=pattern)
    except (LegibleError, OSError) as error:
        return failed_row(name, error)
    return row_of(name, reading)


def failed_row(name: str, error: LegibleError | OSError) -> Row:
    """The line of a file that was not read."""
    if isinstance(error, LegibleError):
        return {"file": name, "error": {"code": error.code, "message": error.detail}}
    if isinstance(error, IsADirectoryError):
        message = "There is no picture in this folder. Name another, or files."
        return {"file": name, "error": {"code": "no_pictures", "message": message}}
    return {"file": name, "error": describe(error)}


def row_of(name: str, reading: Reading) -> Row:
    """The line of a file, as reading it here would give it, and the `id`."""
    values = asdict(reading)
    names = [field.name for field in fields(types.Reading) if field.name != "stages"]
    local = {name: printable(values[name]) for name in names}
    return {"file": name, **local, "id": str(reading.id)}


def _in_order(
    send: Callable[[str], Row], files: Sequence[str], jobs: int
) -> Generator[Row, None, None]:
    """Send a few at the same time, and no more ahead than are needed for that."""
    waiting: deque[Future[Row]] = deque()
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for name in files:
                waiting.append(pool.submit(send, name))
                if len(waiting) > 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _watched(rows: Generator[Row, None, None], progress: Progress) -> Generator[Row, None, None]:
    try:
        progress.show()
        for row in rows:
            progress.add(failed="error" in row)
            yield row
            progress.show()
    finally:
        rows.close()
        progress.clear()
