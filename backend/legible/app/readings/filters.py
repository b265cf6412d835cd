"""Which of somebody's readings a list or an export has, and in which order."""

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
    """What readings must be like; unset allows all. Days are in UTC, the last one is included."""

    statuses: tuple[Status, ...] = ()
    text: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    judged: bool | None = None


def get_filter(
    status: Annotated[
        list[Status] | None,
        Query(max_length=len(Status), description="Only readings with one of these statuses."),
    ] = None,
    text: Annotated[
        str | None,
        # PostgreSQL has no NUL in its texts and would refuse to search for one.
        Query(
            max_length=100,
            pattern=r"^[^\x00]*$",
            description="Only texts, as read or as corrected, that contain this.",
        ),
    ] = None,
    first_day: Annotated[
        Day | None, Query(alias="from", description="Not before this day (UTC).")
    ] = None,
    last_day: Annotated[
        Day | None, Query(alias="to", description="Not after this day (UTC), which is included.")
    ] = None,
    judged: Annotated[
        bool | None,
        Query(description="Only readings of which somebody said what they are, or did not."),
    ] = None,
) -> ReadingFilter:
    """Take the filter from the query of a request."""
    return ReadingFilter(tuple(status or ()), text or None, first_day, last_day, judged)


FilterDep = Annotated[ReadingFilter, Depends(get_filter)]


def select_readings(
    user_id: UUID, only: ReadingFilter, *, before: UUID | None = None
) -> sa.Select[models.Reading]:
    """Select the readings of a user, newest first, from the one before `before` on."""
    row = models.Reading
    query = sa.select(row).where(row.user_id == user_id).order_by(row.id.desc())
    if before is not None:
        query = query.where(row.id < before)
    if only.statuses:
        query = query.where(row.status.in_([status.value for status in only.statuses]))
    if only.judged is not None:
        query = query.where(row.feedback.is_not(None) if only.judged else row.feedback.is_(None))
    if only.text is not None:
        # What the list shows is the corrected text, where there is one.
        corrected = row.feedback["corrected_text"].as_string()
        query = query.where(
            sa.or_(
                row.text.icontains(only.text, autoescape=True),
                corrected.icontains(only.text, autoescape=True),
            )
        )
    # The time decides. The ids, which sort by time, let the index of the list find the days; a day
    # more on both sides is for clocks that were set back.
    if only.first_day is not None:
        start = datetime.combine(only.first_day, time.min, UTC)
        query = query.where(row.created_at >= start, row.id >= _id_at(start, -_DAY_MS))
    if only.last_day is not None:
        end = datetime.combine(only.last_day, time.max, UTC)
        query = query.where(row.created_at <= end, row.id <= _id_at(end, _DAY_MS))
    return query


def least_sure_first(
    query: sa.Select[models.Reading], *, after: tuple[float, UUID] | None
) -> sa.Select[models.Reading]:
    """Sort by confidence instead, from the reading behind `after` on."""
    row = models.Reading
    query = query.order_by(None).order_by(row.confidence, row.id)
    if after is None:
        return query
    confidence, reading_id = after
    follows = sa.and_(row.confidence == confidence, row.id > reading_id)
    return query.where(sa.or_(row.confidence > confidence, follows))


def _id_at(moment: datetime, later_ms: int) -> UUID:
    """The smallest UUIDv7 of a millisecond: its first 48 bits count from 1970."""
    return UUID(int=max(0, int(moment.timestamp() * 1000) + later_ms) << 80)
