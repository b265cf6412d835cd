"""Which of somebody's readings a list or an export has, newest first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, Query

from legible.app import models
from legible.app.dates import Day
from legible.reader.types import Status

_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class ReadingFilter:
    """What readings must be like; None allows all. Days are in UTC, the last one is included."""

    status: Status | None = None
    text: str | None = None
    first_day: date | None = None
    last_day: date | None = None


def get_filter(
    status: Annotated[Status | None, Query(description="Only readings with this status.")] = None,
    text: Annotated[
        str | None,
        # PostgreSQL has no NUL in its texts and would refuse to search for one.
        Query(max_length=100, pattern=r"^[^\x00]*$", description="Only texts that contain this."),
    ] = None,
    first_day: Annotated[
        Day | None, Query(alias="from", description="Not before this day (UTC).")
    ] = None,
    last_day: Annotated[
        Day | None, Query(alias="to", description="Not after this day (UTC), which is included.")
    ] = None,
) -> ReadingFilter:
    """Take the filter from the query of a request."""
    return ReadingFilter(status, text or None, first_day, last_day)


FilterDep = Annotated[ReadingFilter, Depends(get_filter)]


def select_readings(
    user_id: UUID, only: ReadingFilter, *, before: UUID | None = None
) -> sa.Select[models.Reading]:
    """Select the readings of a user, newest first, from the one before `before` on."""
    row = models.Reading
    query = sa.select(row).where(row.user_id == user_id).order_by(row.id.desc())
    if before is not None:
        query = query.where(row.id < before)
    if only.status is not None:
        query = query.where(row.status == only.status.value)
    if only.text is not None:
        query = query.where(row.text.icontains(only.text, autoescape=True))
    # The time decides. The ids, which sort by time, let the index of the list find the days; a day
    # more on both sides is for clocks that were set back.
    if only.first_day is not None:
        start = datetime.combine(only.first_day, time.min, UTC)
        query = query.where(row.created_at >= start, row.id >= _id_at(start, -_DAY_MS))
    if only.last_day is not None:
        end = datetime.combine(only.last_day, time.max, UTC)
        query = query.where(row.created_at <= end, row.id <= _id_at(end, _DAY_MS))
    return query


def _id_at(moment: datetime, later_ms: int) -> UUID:
    """The smallest UUIDv7 of a millisecond: its first 48 bits count from 1970."""
    return UUID(int=max(0, int(moment.timestamp() * 1000) + later_ms) << 80)
