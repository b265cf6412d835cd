"""Copying all pictures from one store to another."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

from legible.app.storage.check import is_picture, key_of_entry, merge
from legible.app.storage.store import Entry, Storage

# Pictures that are in memory at most, for each that is being copied: one, and a few that wait.
_WAITING = 4

_Outcome = Literal["copied", "gone", "damaged"]


@dataclass
class Copied:
    """What became of the pictures."""

    copied: int = 0
    size_bytes: int = 0
    there: int = 0
    # Deleted while they were copied.
    gone: int = 0
    foreign: int = 0
    # Not what their name says: left where they are.
    damaged: list[str] = field(default_factory=list)


def copy_pictures(
    source: Storage, target: Storage, *, jobs: int, tell: Callable[[Copied], None]
) -> Copied:
    """Copy what the target does not have yet; the source is only read.

    A picture's key ends with the SHA-256 of its bytes: what is read from the source is compared
    with it, and so is what the target then answers. One that the target has in the same size is
    left as it is, so a copy that was broken off goes on where it was.

    Raises:
        StorageUnavailable: one of the two failed; what was copied stays.
    """
    done = Copied()
    with ThreadPoolExecutor(jobs) as pool:
        tasks = (
            (entry, pool.submit(_copy, source, target, entry))
            for entry in _missing(source, target, done)
        )
        for entry, task in _few_at_a_time(tasks, jobs * _WAITING):
            _count(done, entry, task.result())
            if (done.copied + done.there) % 1000 == 0:
                tell(done)
    return done


def _missing(source: Storage, target: Storage, done: Copied) -> Iterator[Entry]:
    for entry, there in merge(source.entries(), target.entries(), key_of_entry, key_of_entry):
        if entry is None:
            continue
        if not is_picture(entry.key):
            done.foreign += 1
        elif there is not None and there.size_bytes == entry.size_bytes:
            done.there += 1
        else:
            yield entry


def _few_at_a_time(
    tasks: Iterable[tuple[Entry, "Future[_Outcome]"]], most: int
) -> Iterator[tuple[Entry, "Future[_Outcome]"]]:
    """Hand on in order, `most` of them begun before the first is asked for."""
    begun: deque[tuple[Entry, Future[_Outcome]]] = deque()
    for task in tasks:
        begun.append(task)
        if len(begun) == most:
            yield begun.popleft()
    yield from begun


def _copy(source: Storage, target: Storage, entry: Entry) -> _Outcome:
    sha256 = entry.key.rpartition("/")[2]
    try:
        data = source.get(entry.key)
    except FileNotFoundError:
        return "gone"
    if hashlib.sha256(data).hexdigest() != sha256:
        return "damaged"
    target.put(entry.key, data)
    if hashlib.sha256(target.get(entry.key)).hexdigest() != sha256:
        target.delete(entry.key)
        return "damaged"
    return "copied"


def _count(done: Copied, entry: Entry, outcome: _Outcome) -> None:
    if outcome == "copied":
        done.copied += 1
        done.size_bytes += entry.size_bytes
    elif outcome == "gone":
        done.gone += 1
    else:
        done.damaged.append(entry.key)
