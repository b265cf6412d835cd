"""Chunks as tasks of Ray, on this machine or on a cluster (ADR 0006)."""

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

# Looked at when Ray is imported: nobody is told that it runs, and it sets up nothing for devices.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import ray
from ray.exceptions import RayError, RayTaskError

from legible.bulk.chunks import Done, Job, read_chunk
from legible.bulk.errors import BulkError
from legible.bulk.plan import Chunk
from legible.reader.bundle import BundleError

# The pictures do not go through Ray's store, only the few bytes of tasks and answers.
_STORE_BYTES = 80 * 1024 * 1024
# One that runs and one that waits for each core, so that no core waits for us.
_TASKS_PER_CORE = 2
# A chunk whose worker died may have killed it: the second time each file is read apart.
_APART_FROM = 2
# Nodes may be lost, and storage may fail for a moment, but not for ever.
_MOST_TRIES = 6
# Ray's sockets lie in the folder of its session, and their paths may have 107 bytes (unix(7)).
_MOST_PATH_BYTES = 40


@contextlib.contextmanager
def open_cluster(address: str | None, jobs: int) -> Iterator[None]:
    """Join a cluster, or start Ray in processes of our own, and stop it at the end.

    Args:
        address: of the cluster, `auto` for the one of this machine; None: start one.
        jobs: cores that the one of our own uses.

    Raises:
        BulkError: there is no cluster at this address.
    """
    folder = None if address else _make_folder()
    # Ray tells of each worker that dies on the standard output, whatever it is asked.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
        try:
            _start(address, jobs, folder)
            yield
        finally:
            ray.shutdown()
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


def _start(address: str | None, jobs: int, folder: str | None) -> None:
    try:
        if address:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        else:
            ray.init(
                address="local",  # not one that happens to run here
                num_cpus=jobs,
                num_gpus=0,
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
                object_store_memory=_STORE_BYTES,
                _temp_dir=folder,
            )
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        what = f"There is no Ray cluster at {address}." if address else "Ray did not start."
        raise BulkError(f"{what} Look at the address, and whether it runs.") from error


def _make_folder() -> str:
    wanted = tempfile.gettempdir()
    if len(os.fsencode(wanted)) > _MOST_PATH_BYTES:
        wanted = "/tmp"  # noqa: S108  the folder made in it is new and ours alone
    return tempfile.mkdtemp(prefix="legible-", dir=wanted)


def read_chunks(job: Job, chunks: Iterable[Chunk]) -> Iterator[Done]:
    """Have chunks read, and answer each when its part lies there.

    Ray itself tries nothing again. A task that was lost with its worker or its node is handed out
    anew here; it writes the same part.

    Raises:
        BulkError: a chunk cannot be read, however often it is tried.
        BundleError: the networks are not on a node as they are here.
    """
    task: Any = ray.remote(num_cpus=1, max_retries=0, scheduling_strategy="SPREAD")(read_chunk)
    waiting = iter(chunks)
    tries: dict[Any, tuple[Chunk, int]] = {}

    def begin(chunk: Chunk, number: int, *, apart: bool = False) -> None:
        tries[task.remote(job, chunk, apart=apart)] = (chunk, number)

    while True:
        for chunk in islice(waiting, max(0, _room() - len(tries))):
            begin(chunk, 1)
        if not tries:
            return
        ready, _ = ray.wait(list(tries), num_returns=1)
        for one in ready:
            chunk, number = tries.pop(one)
            try:
                yield ray.get(one)
            except RayError as error:
                _refuse_lasting(error, number)
                lost = not isinstance(error, RayTaskError)
                begin(chunk, number + 1, apart=lost and number >= _APART_FROM)


def _room() -> int:
    """How many tasks there should be, by the cores that there are just now."""
    cores = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(cores.get("CPU", 1))) * _TASKS_PER_CORE


def _refuse_lasting(error: RayError, number: int) -> None:
    """Give up where another try would not help, or enough were made."""
    cause = error.cause if isinstance(error, RayTaskError) else None
    if isinstance(cause, BundleError):
        raise cause
    if number < _MOST_TRIES:
        return
    if isinstance(cause, BulkError):
        raise BulkError(str(cause)) from error
    if isinstance(cause, OSError):
        raise BulkError(f"A part could not be written: {cause.strerror or 'no answer'}.") from error
    raise BulkError(f"A chunk of files was lost {number} times with its worker.") from error
