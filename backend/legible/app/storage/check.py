"""Walks the database and the store side by side, and brings them in step again.

Both are read in the order of their keys, a part at a time, so memory does not grow with them. What
differs is looked at once more before it is told or changed: the database is seen as it was when the
walk began, the store as it is when the walk comes by.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy as sa

from legible.app import models
from legible.app.db import Database
from legible.app.readings.forgetting import remove_unshown
from legible.app.storage.store import Entry, Storage

# As `models.picture_key` writes them; other objects are somebody else's.
_PICTURE = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9a-f]{2})/(\2[0-9a-f]{62})"
)
_ROWS = 1000
# How many readings without a picture are named.
_NAMED = 20


class _Shown(NamedTuple):
    """A picture that readings show."""

    user_id: UUID
    sha256: str
    known_lost: bool


@dataclass
class Found:
    """What the walk saw, and what it did about it."""

    pictures: int = 0
    size_bytes: int = 0
    foreign: int = 0
    # Without a reading: too young to be judged; the others; those of them that were removed.
    young: int = 0
    orphans: int = 0
    orphan_bytes: int = 0
    removed: int = 0
    # Pictures that readings show and that are not there: newly found, and known before.
    lost: int = 0
    known_lost: int = 0
    # Known as lost, and there again.
    back: int = 0
    drafts: int = 0
    lost_readings: list[UUID] = field(default_factory=list)

    @property
    def is_in_step(self) -> bool:
        """Nothing is left that somebody has to look at."""
        return self.orphans == self.removed and not self.lost


class Check:
    """A walk over one database and one store."""

    def __init__(self, db: Database, storage: Storage, *, grace: timedelta, repair: bool) -> None:
        self._db = db
        self._storage = storage
        self._repair = repair
        self._settled_before = models.now() - grace
        self.found = Found()

    def run(self, tell: Callable[[int], None] = lambda _: None) -> Found:
        """Walk, and repair if asked; `tell` hears of each thousand pictures.

        Raises:
            StorageUnavailable: the store failed; what was done until then stays done.
        """
        for shown, entry in merge(self._shown(), self._pictures(), key_of_row, key_of_entry):
            if entry is not None:
                self.found.pictures += 1
                self.found.size_bytes += entry.size_bytes
                if self.found.pictures % 1000 == 0:
                    tell(self.found.pictures)
            if shown is None and entry is not None:
                self._take_orphan(entry)
            elif shown is not None and entry is None:
                self._take_lost(shown)
            elif shown is not None and shown.known_lost:
                self.found.back += 1
                self._mark(shown, None)
        if self._repair:
            self.found.drafts = self._storage.remove_drafts(self._settled_before)
        return self.found

    def _shown(self) -> Iterator[_Shown]:
        reading = models.Reading
        query = (
            sa.select(reading.user_id, reading.sha256, sa.func.max(reading.picture_lost_at))
            .group_by(reading.user_id, reading.sha256)
            .order_by(reading.user_id, reading.sha256)
            # A cursor of the server: the rows come as they are wanted.
            .execution_options(yield_per=_ROWS)
        )
        with self._db.reads() as session:
            for user_id, sha256, lost_at in session.execute(query):
                yield _Shown(user_id, sha256, lost_at is not None)

    def _pictures(self) -> Iterator[Entry]:
        for entry in self._storage.entries():
            if is_picture(entry.key):
                yield entry
            else:
                self.found.foreign += 1

    def _take_orphan(self, entry: Entry) -> None:
        user, _, sha256 = entry.key.split("/")
        if entry.changed_at >= self._settled_before:
            self.found.young += 1
        elif not self._readings(UUID(user), sha256):
            self.found.orphans += 1
            self.found.orphan_bytes += entry.size_bytes
            if self._repair:
                with self._db.writes() as session:
                    removed = remove_unshown(session, self._storage, UUID(user), sha256)
                self.found.removed += removed

    def _take_lost(self, shown: _Shown) -> None:
        # Deleted since the walk began, or arrived again.
        readings = self._readings(shown.user_id, shown.sha256)
        if not readings or self._storage.exists(models.picture_key(shown.user_id, shown.sha256)):
            return
        if shown.known_lost:
            self.found.known_lost += 1
            return
        self.found.lost += 1
        self.found.lost_readings += readings[: _NAMED - len(self.found.lost_readings)]
        self._mark(shown, models.now())

    def _readings(self, user_id: UUID, sha256: str) -> list[UUID]:
        reading = models.Reading
        query = sa.select(reading.id).where(reading.user_id == user_id, reading.sha256 == sha256)
        with self._db.reads() as session:
            return list(session.scalars(query.limit(_NAMED)))

    def _mark(self, shown: _Shown, lost_at: datetime | None) -> None:
        reading = models.Reading
        which = (reading.user_id == shown.user_id, reading.sha256 == shown.sha256)
        if self._repair:
            with self._db.writes() as session:
                session.execute(sa.update(reading).where(*which).values(picture_lost_at=lost_at))


def is_picture(key: str) -> bool:
    """Say whether a key is one of this service's pictures."""
    return _PICTURE.fullmatch(key) is not None


def key_of_row(shown: _Shown) -> str:
    """The key of what readings show."""
    return models.picture_key(shown.user_id, shown.sha256)


def key_of_entry(entry: Entry) -> str:
    """The key of what the store lists."""
    return entry.key


_A = TypeVar("_A")
_B = TypeVar("_B")


def merge(
    left: Iterable[_A],
    right: Iterable[_B],
    key_of_left: Callable[[_A], str],
    key_of_right: Callable[[_B], str],
) -> Iterator[tuple[_A | None, _B | None]]:
    """Pair what has one key in two sorted sequences; None where a side has nothing of that key."""
    lefts, rights = iter(left), iter(right)
    a, b = next(lefts, None), next(rights, None)
    while a is not None or b is not None:
        key_a = None if a is None else key_of_left(a)
        key_b = None if b is None else key_of_right(b)
        takes_a = key_a is not None and (key_b is None or key_a <= key_b)
        takes_b = key_b is not None and (key_a is None or key_b <= key_a)
        yield a if takes_a else None, b if takes_b else None
        a = next(lefts, None) if takes_a else a
        b = next(rights, None) if takes_b else b
