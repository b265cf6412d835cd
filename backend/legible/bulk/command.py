"""From the words of `legible bulk` to a place with a row for each file."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, NoReturn

from legible.bulk.chunks import Job
from legible.bulk.cluster import open_cluster, read_chunks
from legible.bulk.errors import BulkError
from legible.bulk.output import Output, open_output
from legible.bulk.places import Storage, answering
from legible.bulk.plan import Asked, make_plan
from legible.bulk.progress import Progress
from legible.bulk.sources import find_sources
from legible.bulk.tables import Format
from legible.local import SHIPPED_MODELS
from legible.reader.bundle import BundleError
from legible.reader.errors import BadPattern, UnsupportedSymbols
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions

_STOPPED = 130  # what a shell says of a command that was interrupted


def read_many(
    sources: Sequence[str],
    out: str,
    *,
    kind: Format | None = None,
    symbols: Literal["digits", "number"] = "digits",
    pattern: str | None = None,
    models: str | None = None,
    jobs: int = 0,
    address: str | None = None,
    storage: str | None = None,
    part_files: int | None = None,
) -> int:
    """Read all files of the sources on Ray, and write a row for each; or go on with that.

    Args:
        sources: files, folders, globs, zip archives; paths or addresses.
        out: a folder, a prefix in a bucket, or one file that ends in a format.
        kind: the format; None: by the ending of `out`, or Parquet.
        symbols, pattern: as in `ReadOptions`.
        models: folder of networks, the same on each node; None means LEGIBLE_MODELS_DIR or the
            shipped ones.
        jobs: cores of this machine; 0 or less means all. A cluster is used as a whole.
        address: of a Ray cluster; None starts Ray here.
        storage: a JSON object of options for fsspec, for what is not of this machine.
        part_files: the most files of a part; None lets their number decide.

    Returns:
        0 if all files were read, 1 if some were not, 2 if not all could be tried, 130 if stopped.
    """
    models_dir = str(
        Path(models or os.environ.get("LEGIBLE_MODELS_DIR") or SHIPPED_MODELS).resolve()
    )
    try:
        reader = Reader.open(Path(models_dir))
        reader.check(ReadOptions(symbols=symbols, pattern=pattern))
        told = _read_storage(storage)
        output = open_output(out, kind, told)
        at = output.parts.address(output.parts.path)
        job = Job(at, told, output.format, symbols, pattern, models_dir, dict(reader.models))
        del reader
        with _stopped_by_sigterm():
            return _Run(job, output, sources, part_files).read(address, jobs)
    except (BulkError, BundleError, BadPattern, UnsupportedSymbols) as error:
        _say(str(error))
        return 2
    except KeyboardInterrupt:
        _say("Stopped. What was read is kept: the same command goes on from there.")
        return _STOPPED


def _read_storage(text: str | None) -> Storage:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise BulkError(
            "--storage-options: expected a JSON object, such as "
            '\'{"endpoint_url": "https://s3.example.com"}\'.'
        )
    return told


class _Run:
    """One run: list, read what is missing, and say how it went."""

    def __init__(
        self, job: Job, output: Output, sources: Sequence[str], part_files: int | None
    ) -> None:
        self._job = job
        self._output = output
        self._sources = sources
        self._part_files = part_files

    def read(self, address: str | None, jobs: int) -> int:
        job, output = self._job, self._output
        asked = Asked(job.format, job.symbols, job.pattern, job.models)
        with answering(output.parts):
            found = find_sources(self._sources, job.storage)
            listed = make_plan(output.parts, asked, found, self._part_files)
            finished = output.finished()
        chunks = list(listed.plan.chunks())
        before = [chunk for chunk in chunks if chunk.number in finished]
        missing = [chunk for chunk in chunks if chunk.number not in finished]
        files_before = sum(chunk.count for chunk in before)
        progress = Progress(listed.plan.files, files_before, sys.stderr, time.monotonic)
        _say(_told(progress, listed.new, listed.gone))
        if missing:
            with answering(output.parts):
                output.begin()
            try:
                # Ray sets its own answer to SIGTERM when it starts; ours comes after it.
                cores = jobs if jobs > 0 else os.cpu_count() or 1
                with open_cluster(address, cores), _stopped_by_sigterm():
                    for done in read_chunks(job, missing):
                        progress.add(done.files, done.failed)
            finally:
                progress.clear()
        with answering(output.parts):
            failed = progress.failed + output.count_failed(before)
            summary = {"files": progress.done, "failed": failed, "parts": len(chunks)}
            output.finish(chunks, summary | asdict(asked))
        where = (output.whole or output.parts).named
        _say(f"{progress.done:,} files are at {where}, {failed:,} of them not read.")
        return int(failed > 0)


def _told(progress: Progress, new: int, gone: int) -> str:
    words = f"{progress.total:,} files"
    if progress.done:
        words += f", {progress.done:,} of them read before"
    if new and new < progress.total:
        words += f", {new:,} new"
    if gone:
        words += f", {gone:,} no longer there"
    return f"{words}."


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Have a cluster's way of stopping us end as cleanly as a person's."""

    def stop(*_signal: Any) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(words: str) -> None:
    sys.stderr.write(f"legible bulk: {words}\n")
    sys.stderr.flush()
