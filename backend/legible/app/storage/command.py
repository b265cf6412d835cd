"""`legible storage`: what the operator asks of the store, where the service runs."""

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta

from legible.app.accounts.deletion import remove_pictures
from legible.app.db import Database, migrate
from legible.app.readings.forgetting import forget_noted
from legible.app.settings import Settings
from legible.app.storage import Storage, StorageUnavailable, open_storage, storage_at
from legible.app.storage.check import Check, Found
from legible.app.storage.copying import Copied, copy_pictures
from legible.app.system.serve import says_why

# So many of what cannot be copied are named.
_NAMED = 20


@says_why
def check(*, repair: bool, grace_h: float) -> int:
    """Compare database and store. 0: they are in step (again), 1: somebody must look."""
    settings = Settings()
    migrate(settings)
    with (
        closing(open_storage(settings)) as storage,
        closing(Database(settings.sqlalchemy_url())) as db,
    ):
        storage.check()
        return _until_it_fails(lambda: _check(db, storage, repair=repair, grace_h=grace_h))


@says_why
def copy(*, source: str, target: str, jobs: int) -> int:
    """Copy all pictures. 0: all are there, 1: some are not."""
    with (
        closing(storage_at(source, setting="FROM")) as old,
        closing(storage_at(target, setting="TO")) as new,
    ):
        new.check()
        return _until_it_fails(lambda: _copy(old, new, jobs))


def _until_it_fails(run: Callable[[], int]) -> int:
    try:
        return run()
    except StorageUnavailable as error:
        _complain(f"The store failed ({error}). What was done stays done; run it again.")
        return 1


def _check(db: Database, storage: Storage, *, repair: bool, grace_h: float) -> int:
    if repair:
        forget_noted(db, storage)
        remove_pictures(db, storage)
    walk = Check(db, storage, grace=timedelta(hours=grace_h), repair=repair)
    found = walk.run(lambda pictures: _complain(f"{pictures:,} pictures looked at", end="\r"))
    _say(_check_lines(found, repair=repair, grace_h=grace_h))
    return 0 if found.is_in_step else 1


def _check_lines(found: Found, *, repair: bool, grace_h: float) -> list[str]:
    lines = [f"{found.pictures:,} pictures in the store, {found.size_bytes:,} bytes"]
    if found.orphans:
        did = f"{found.removed:,} removed" if repair else "--repair removes them"
        lines.append(f"{found.orphans:,} belong to no reading, {found.orphan_bytes:,} bytes: {did}")
    if found.young:
        lines.append(
            f"{found.young:,} belong to no reading, but are younger than {grace_h:g} h: left"
        )
    if found.lost:
        did = "marked" if repair else "--repair marks their readings"
        lines.append(f"{found.lost:,} that readings show are lost: {did}")
        lines += [f"  reading {reading}" for reading in found.lost_readings]
    if found.known_lost:
        lines.append(f"{found.known_lost:,} that readings show were known as lost before")
    if found.back:
        did = "the mark is taken away" if repair else "--repair takes the mark away"
        lines.append(f"{found.back:,} known as lost are there again: {did}")
    if found.drafts:
        lines.append(f"{found.drafts:,} drafts of writes that never ended: removed")
    if found.foreign:
        lines.append(f"{found.foreign:,} other objects are no pictures of this service: left")
    lines.append("database and store are in step" if found.is_in_step else "not in step")
    return lines


def _copy(source: Storage, target: Storage, jobs: int) -> int:
    def tell(done: Copied) -> None:
        _complain(f"{done.copied:,} copied, {done.there:,} were there", end="\r")

    done = copy_pictures(source, target, jobs=jobs, tell=tell)
    lines = [
        f"{done.copied:,} pictures copied, {done.size_bytes:,} bytes; {done.there:,} were there"
    ]
    if done.gone:
        lines.append(f"{done.gone:,} were deleted meanwhile")
    if done.foreign:
        lines.append(f"{done.foreign:,} other objects are no pictures of this service: left")
    if done.damaged:
        lines.append(f"{len(done.damaged):,} are not what their name says, and were not copied:")
        lines += [f"  {key}" for key in done.damaged[:_NAMED]]
    _say(lines)
    return 1 if done.damaged else 0


def _say(lines: Sequence[str]) -> None:
    print("\n".join(lines))  # noqa: T201  the command's own answer


def _complain(line: str, end: str = "\n") -> None:
    print(line, file=sys.stderr, end=end)  # noqa: T201
