"""The readings of an export, a few at a time."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from legible.app import models
from legible.app.db import Database
from legible.app.readings.filters import ReadingFilter, select_readings

PAGE_ROWS = 500


def read_pages(
    db: Database, *, user_id: UUID, only: ReadingFilter
) -> Iterator[Sequence[models.Reading]]:
    """Read all that match, newest first, in pages of at most `PAGE_ROWS`.

    Each page has a session of its own: however slowly somebody takes the file away, no connection
    and no transaction waits for them. What is added meanwhile is newer and not in the file; what
    is deleted before its page comes is not either.
    """
    before: UUID | None = None
    while True:
        with db.reads() as session:
            query = select_readings(user_id, only, before=before).limit(PAGE_ROWS)
            rows = session.scalars(query).all()
        if rows:
            yield rows
        if len(rows) < PAGE_ROWS:
            return
        before = rows[-1].id
