"""Reading a chunk of files into its part: what each worker does, on any machine."""

import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import cv2

from legible.bulk.errors import BulkError
from legible.bulk.loading import Load, Loader, NotThere
from legible.bulk.places import Place, Storage, open_place, write_whole
from legible.bulk.plan import Chunk, read_list
from legible.bulk.rows import failed_row, read_row
from legible.bulk.sources import Source
from legible.bulk.tables import Format, write_table
from legible.local import INTERNAL_ERROR
from legible.reader.decode import check_size
from legible.reader.errors import ReadError
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions
from legible.rows import Row


@dataclass(frozen=True)
class Job:
    """What is the same for all chunks: where the parts are, how files are read and by what."""

    out: str
    storage: Storage = field(repr=False)
    format: Format
    symbols: Literal["digits", "number"]
    pattern: str | None
    models_dir: str
    models: Mapping[str, str]

    @property
    def options(self) -> ReadOptions:
        """As the reader takes them; the limits are those of the API."""
        return ReadOptions(symbols=self.symbols, pattern=self.pattern)


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk that was read and lies there: how many rows it has, and how many with an error."""

    number: int
    files: int
    failed: int


def part_name(number: int, kind: Format) -> str:
    """The name of a chunk's part."""
    return f"part-{number:05}.{kind}"


def read_chunk(job: Job, chunk: Chunk, *, apart: bool = False) -> Done:
    """Read the files of a chunk, and write their rows in the place of any that were there.

    Args:
        job: how.
        chunk: which.
        apart: whether a process of its own reads, so that a file which kills it costs no other.

    Raises:
        BulkError, BundleError, OSError: nothing of it can be read here, or the part not written.
    """
    place = open_place(job.out, job.storage)
    listed = _list_of(place, chunk.list_number)
    sources = listed[chunk.start : chunk.start + chunk.count]
    rows = list(_read_apart(job, sources) if apart else _read_here(job, sources))
    path = place.join(part_name(chunk.number, job.format))
    write_whole(place, path, write_table(rows, job.format))
    return Done(chunk.number, len(rows), sum(row.get("error_code") is not None for row in rows))


@lru_cache(2)
def _list_of(place: Place, number: int) -> list[Source]:
    return read_list(place, number)


@lru_cache(1)
def _open_reader(models_dir: str, models: tuple[tuple[str, str], ...]) -> Reader:
    """The networks, opened once in a process; which then does one thing at a time."""
    cv2.setNumThreads(1)
    # What is odd about a file is told in its row, and not with paths of this machine.
    warnings.filterwarnings("ignore", module="PIL")
    return Reader.open(Path(models_dir), time.perf_counter, versions=dict(models))


def _read_here(job: Job, sources: Sequence[Source]) -> Iterator[Row]:
    reader = _open_reader(job.models_dir, tuple(sorted(job.models.items())))
    options = job.options
    with Loader(job.storage, options.limits.max_bytes) as loader:
        for source, load in loader.load_all(sources):
            yield _read_one(reader, options, source, load)


def _read_one(reader: Reader, options: ReadOptions, source: Source, load: Load) -> Row:
    if source.problem is not None:
        return failed_row(source, *source.problem)
    try:
        check_size(source.size, options.limits)
        data = load()
        check_size(len(data), options.limits)
        return read_row(source, data, reader.read(data, options))
    except ReadError as error:
        return failed_row(source, error.code, error.detail)
    except NotThere as error:
        return failed_row(source, **error.problem)
    except BulkError:
        raise  # the storage does not answer, which says nothing of the file
    except Exception:
        return failed_row(source, **INTERNAL_ERROR)


def _read_apart(job: Job, sources: Sequence[Source]) -> Iterator[Row]:
    """Read in a process that may die: the file it died of gets a row that says so."""
    done = 0
    while done < len(sources):
        # Forking a process whose libraries hold threads may hang; a fresh one may not.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            try:
                while done < len(sources):
                    yield pool.submit(_read_alone, job, sources[done]).result()
                    done += 1
            except BrokenProcessPool:
                source = sources[done]
                yield failed_row(source, **INTERNAL_ERROR)
                done += 1


def _read_alone(job: Job, source: Source) -> Row:
    (row,) = _read_here(job, [source])
    return row
