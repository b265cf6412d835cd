"""Sending many files at once: what `legible batch` does."""

import re
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Literal
from uuid import uuid4

from legible.client import BatchItem, LegibleError
from legible.remote.credentials import NoCredentials, open_client
from legible.remote.progress import Progress
from legible.remote.reading import failed_row, find_files, row_of
from legible.rows import Row, print_rows

_FILE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf]|pdf|zip)", re.IGNORECASE)


def read_batch(
    names: Sequence[str],
    *,
    server: str | None,
    symbols: Literal["digits", "number"] = "digits",
    pattern: str | None = None,
    key: str | None = None,
) -> int:
    """Send files and print a JSON object a line for each, in order, as reading them here would.

    Args:
        names: files, folders (with all in them), zip archives.
        server: address of the service; None: of the last login.
        symbols, pattern: as in `ReadOptions`.
        key: the same for the same files sent again.

    Returns:
        0 if all files were read, 1 if some were not, 2 if nothing could be started.
    """
    try:
        client = open_client(server)
    except NoCredentials as error:
        sys.stderr.write(f"legible batch: {error}\n")
        return 2
    files = list(find_files(names, _FILE))
    key = key or str(uuid4())
    progress = Progress(len(files), sys.stderr)
    with client:
        items = client.read_batch(files, symbols=symbols, pattern=pattern, idempotency_key=key)
        with closing(_rows(items, progress)) as rows:
            try:
                return print_rows(rows)
            except LegibleError as error:
                reason = error.detail
            except OSError as error:  # a file that was there when the command began
                reason = f"{error.filename}: {error.strerror}."
            except KeyboardInterrupt:
                reason = "Stopped."
    sys.stderr.write(f"legible batch: {reason} To go on, send the same files with --key {key}\n")
    return 1 if progress.done else 2


def _rows(
    items: Generator[BatchItem, None, None], progress: Progress
) -> Generator[Row, None, None]:
    try:
        progress.show()
        for item in items:
            progress.expect(item.of)
            progress.add(failed=item.error is not None)
            yield _row(item)
            progress.show()
    finally:
        items.close()
        progress.clear()


def _row(item: BatchItem) -> Row:
    name = item.source if item.archive is None else f"{item.source}/{item.file_name}"
    if item.reading is None:
        assert item.error is not None  # noqa: S101  one of the two is there
        return failed_row(name, item.error)
    return row_of(name, item.reading)
