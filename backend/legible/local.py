"""Reading files on this machine: what `legible read` does."""

import os
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from functools import partial
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import cv2

from legible.reader.bundle import BundleError
from legible.reader.decode import check_size
from legible.reader.errors import BadPattern, ReadError, UnsupportedSymbols
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions
from legible.rows import Row, describe, print_rows, printable

SHIPPED_MODELS = Path(__file__).resolve().parents[2] / "models"
# Files that travel to a process at once: enough to hide the way, few enough to share them evenly.
_CHUNK = 16

# One picture that we fail on must not cost the others.
INTERNAL_ERROR = {
    "code": "internal_error",
    "message": "Reading this file failed, which is a fault of ours. Try it saved anew.",
}


def read_files(
    files: Sequence[str],
    *,
    symbols: Literal["digits", "number"] = "digits",
    pattern: str | None = None,
    stages: bool = False,
    models: str | None = None,
    jobs: int = 1,
) -> int:
    """Read files and print a JSON object a line for each, in order.

    Args:
        files: paths.
        symbols, pattern, stages: as in `ReadOptions`; pictures are printed as PNG in Base64.
        models: folder of networks; None means LEGIBLE_MODELS_DIR or the shipped ones.
        jobs: processes; 0 or less means one for each core.

    Returns:
        0 if all files were read, 1 if some were not, 2 if nothing could be started.
    """
    models_dir = Path(models or os.environ.get("LEGIBLE_MODELS_DIR") or SHIPPED_MODELS)
    options = ReadOptions(symbols=symbols, pattern=pattern, stages=stages)
    try:
        reader = Reader.open(models_dir, time.perf_counter)
        reader.check(options)
    except (BundleError, BadPattern, UnsupportedSymbols) as error:
        sys.stderr.write(f"legible read: {error}\n")
        return 2
    jobs = min(jobs if jobs > 0 else os.cpu_count() or 1, max(1, len(files) // 4))
    _quieten()
    rows = (
        map(partial(_read_file, reader, options), files)
        if jobs == 1
        else _read_in_processes(files, models_dir, options, jobs)
    )
    return print_rows(rows)


def _read_file(reader: Reader, options: ReadOptions, file: str) -> Row:
    path = Path(file)
    try:
        with path.open("rb") as stream:
            check_size(os.fstat(stream.fileno()).st_size, options.limits)
            # A pipe tells no size; a byte more than is allowed shows that there are too many.
            data = stream.read(options.limits.max_bytes + 1)
        reading = asdict(reader.read(data, options))
    except ReadError as error:
        return {"file": file, "error": {"code": error.code, "message": error.detail}}
    except OSError as error:
        return {"file": file, "error": describe(error)}
    except Exception:
        return {"file": file, "error": INTERNAL_ERROR}
    if reading["stages"] is None:
        del reading["stages"]
    return {"file": file, **printable(reading)}


def _quieten() -> None:
    """Set up a process that reads many pictures."""
    # One core for each picture: the way to full speed with many, and fair to the neighbours.
    cv2.setNumThreads(1)
    # What is odd about a file is told in its line, and not with paths of this machine.
    warnings.filterwarnings("ignore", module="PIL")


_reader_of_process: Reader


def _start_process(models_dir: Path) -> None:
    global _reader_of_process  # noqa: PLW0603  a pool's processes have no other place for it
    _quieten()
    _reader_of_process = Reader.open(models_dir, time.perf_counter)


def _read_in_process(options: ReadOptions, file: str) -> Row:
    return _read_file(_reader_of_process, options, file)


def _read_in_processes(
    files: Sequence[str], models_dir: Path, options: ReadOptions, jobs: int
) -> Iterator[Row]:
    """Read with several processes, in order; one that dies costs no more than its file."""
    done = 0
    while done < len(files):
        try:
            with _start_pool(jobs, models_dir) as pool:
                for row in pool.map(
                    _read_in_process, repeat(options), files[done:], chunksize=_CHUNK
                ):
                    yield row
                    done += 1
        except BrokenProcessPool:
            # Whoever it was is among those that were handed out; they are read one by one.
            for file in files[done : done + _CHUNK * jobs]:
                yield _read_alone(file, models_dir, options)
                done += 1


def _read_alone(file: str, models_dir: Path, options: ReadOptions) -> Row:
    try:
        with _start_pool(1, models_dir) as pool:
            return pool.submit(_read_in_process, options, file).result()
    except BrokenProcessPool:
        return {"file": file, "error": INTERNAL_ERROR}


def _start_pool(jobs: int, models_dir: Path) -> ProcessPoolExecutor:
    # Forking a process whose libraries hold threads may hang; a fresh one may not.
    return ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=_start_process, initargs=(models_dir,)
    )
