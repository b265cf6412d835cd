"""Reading files on this machine: what `legible read` does."""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import cv2

from legible.reader.bundle import BundleError
from legible.reader.errors import BadPattern, ReadError, UnsupportedSymbols
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions

SHIPPED_MODELS = Path(__file__).resolve().parents[2] / "models"
# Files that travel to a process at once: enough to hide the way, few enough to share them evenly.
_CHUNK = 16

Row = Mapping[str, Any]


def read_files(
    files: Sequence[str],
    *,
    symbols: Literal["digits", "number"] = "digits",
    pattern: str | None = None,
    models: str | None = None,
    jobs: int = 1,
) -> int:
    """Read files and print a JSON object a line for each, in order.

    Args:
        files: paths.
        symbols, pattern: as in `ReadOptions`.
        models: folder of networks; None means LEGIBLE_MODELS_DIR or the shipped ones.
        jobs: processes; 0 or less means one for each core.

    Returns:
        0 if all files were read, 1 if some were not, 2 if nothing could be started.
    """
    models_dir = Path(models or os.environ.get("LEGIBLE_MODELS_DIR") or SHIPPED_MODELS)
    options = ReadOptions(symbols=symbols, pattern=pattern)
    try:
        reader = Reader.open(models_dir, time.perf_counter)
        reader.check(options)
    except (BundleError, BadPattern, UnsupportedSymbols) as error:
        sys.stderr.write(f"legible read: {error}\n")
        return 2
    jobs = min(jobs if jobs > 0 else os.cpu_count() or 1, max(1, len(files) // 4))
    # One core for each picture: the way to full speed with many, and fair to the neighbours.
    cv2.setNumThreads(1)
    rows = (
        map(partial(_read_file, reader, options), files)
        if jobs == 1
        else _read_in_processes(files, models_dir, options, jobs)
    )
    try:
        return _print_rows(rows)
    except BrokenPipeError:
        # The one who reads our lines has seen enough, e.g. `| head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _print_rows(rows: Iterable[Row]) -> int:
    failed = False
    for row in rows:
        failed |= "error" in row
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return int(failed)


def _read_file(reader: Reader, options: ReadOptions, file: str) -> Row:
    path = Path(file)
    try:
        # Reading a byte more than is allowed shows that there are too many, whatever the size.
        with path.open("rb") as stream:
            data = stream.read(options.limits.max_bytes + 1)
        reading = asdict(reader.read(data, options))
    except ReadError as error:
        return {"file": file, "error": {"code": error.code, "message": error.detail}}
    except OSError as error:
        return {"file": file, "error": _describe(error)}
    return {"file": file, **_rounded(reading)}


def _describe(error: OSError) -> dict[str, str]:
    match error:
        case FileNotFoundError():
            return {"code": "not_found", "message": "There is no such file. Check its name."}
        case IsADirectoryError():
            return {"code": "is_a_folder", "message": "This is a folder. Name the files in it."}
        case PermissionError():
            return {"code": "no_permission", "message": "The file may not be read by you."}
    return {"code": "not_readable", "message": f"The file cannot be read: {error.strerror}."}


def _rounded(value: Any) -> Any:
    """Six digits tell probabilities apart; more are noise and double the length of a line."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value


_reader_of_process: Reader


def _start_process(models_dir: Path) -> None:
    global _reader_of_process  # noqa: PLW0603  a pool's processes have no other place for it
    cv2.setNumThreads(1)
    _reader_of_process = Reader.open(models_dir, time.perf_counter)


def _read_in_process(options: ReadOptions, file: str) -> Row:
    return _read_file(_reader_of_process, options, file)


def _read_in_processes(
    files: Sequence[str], models_dir: Path, options: ReadOptions, jobs: int
) -> Iterator[Row]:
    # Forking a process whose libraries hold threads may hang; a fresh one may not.
    with ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=_start_process, initargs=(models_dir,)
    ) as pool:
        yield from pool.map(_read_in_process, repeat(options), files, chunksize=_CHUNK)
