"""Counting pages, exactly once each, and telling how many there were."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.db import Database
from legible.app.errors import AppError
from legible.app.models.base import now
from legible.app.settings import Settings, StartError
from legible.app.usage.plans import Plan, Plans

_Month = models.UsageMonth
_MONTHS: Any = models.UsageMonth.__table__
_USAGE: Any = models.Usage.__table__


@dataclass(frozen=True)
class Standing:
    """How far a month is used up."""

    plan: Plan
    month: date
    pages: int

    @property
    def resets_at(self) -> datetime:
        """When the next month begins."""
        return datetime.combine(next_month(self.month), time(), UTC)

    def headers(self) -> dict[str, str]:
        """Say it in the headers of an answer."""
        return {
            "Usage-Pages-Used": str(self.pages),
            "Usage-Pages-Included": str(self.plan.included_pages),
            "Usage-Resets-At": self.resets_at.isoformat().replace("+00:00", "Z"),
        }


@dataclass(frozen=True)
class Tally:
    """What was read on one day, or in one month, with one key by the same networks."""

    day: date | None
    key_id: UUID | None
    key_name: str | None  # of today; None without a key, and for one that is gone
    models: dict[str, str]
    readings: int
    pages: int


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def this_month() -> date:
    """The first day of this month (UTC)."""
    return month_of(now().date())


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def standing(session: Session, *, user_id: UUID, plan: Plan) -> Standing:
    """Answer how far this month (UTC) is used up."""
    month = this_month()
    pages = session.scalar(
        sa.select(_Month.pages).where(_Month.user_id == user_id, _Month.month == month)
    )
    return Standing(plan, month, pages or 0)


def month_of_user(user_id: Any) -> sa.ColumnElement[bool]:
    """Join `usage_months` to a user; the month is bound as `month`."""
    return sa.and_(_Month.user_id == user_id, _Month.month == sa.bindparam("month"))


def pages_this_month(session: Session, user_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Answer how many pages were read for each of these; whoever had none is left out."""
    rows = session.execute(
        sa.select(_Month.user_id, _Month.pages).where(
            _Month.user_id.in_(user_ids), _Month.month == month_of(now().date())
        )
    )
    return {row.user_id: row.pages for row in rows}


def check_quota(current: Standing) -> None:
    """Refuse what could not be counted anyway, before it is read.

    Raises:
        AppError: 402 `quota_reached`.
    """
    if current.plan.hard_stop and current.pages >= current.plan.included_pages:
        raise _quota_reached(current)


def count_pages(
    session: Session,
    *,
    user_id: UUID,
    plan: Plan,
    reading_id: UUID,
    key_id: UUID | None,
    pages: int,
    networks: Mapping[str, str],
) -> Standing:
    """Count a reading in the transaction that keeps it.

    Checking the quota and taking the pages from it is one statement, so it stays exact however
    many do so at once. From here to the commit the user's month is locked.

    Raises:
        AppError: 402 `quota_reached`: fewer pages are left.
    """
    counted_at = now()
    month = month_of(counted_at.date())
    total = _take(session, user_id=user_id, month=month, plan=plan, pages=pages)
    if total is None:
        raise _quota_reached(standing(session, user_id=user_id, plan=plan), pages)
    # Not through the ORM, which takes longer for a row than SQLite: each reading comes here.
    session.connection().execute(
        sa.insert(_USAGE),
        {
            "user_id": user_id,
            "key_id": key_id,
            "reading_id": reading_id,
            "pages": pages,
            "models": json.dumps(dict(networks), sort_keys=True),
            "day": counted_at.date(),
            "created_at": counted_at,
        },
    )
    return Standing(plan, month, total)


def _take(session: Session, *, user_id: UUID, month: date, plan: Plan, pages: int) -> int | None:
    """Add pages to a month and answer its new total, or None where the plan has too few left."""
    if plan.hard_stop and pages > plan.included_pages:
        return None
    connection = session.connection()
    terms = {
        "plan": plan.name,
        "included_pages": plan.included_pages,
        "price_per_thousand": plan.price_per_thousand,
        "currency": plan.currency,
    }
    total: int | None = connection.execute(
        _taking(connection.dialect.name, hard_stop=plan.hard_stop),
        {"user_id": user_id, "month": month, "pages": pages, **terms},
    ).scalar()
    return total


@cache
def _taking(dialect: str, *, hard_stop: bool) -> sa.Executable:
    """Write the statement once: SQLAlchemy knows it again by its identity."""
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(_MONTHS)
    new = insert.excluded
    total = _MONTHS.c.pages + new.pages
    terms = ("plan", "included_pages", "price_per_thousand", "currency")
    statement: sa.Executable = insert.on_conflict_do_update(
        index_elements=[_MONTHS.c.user_id, _MONTHS.c.month],
        set_={"pages": total, **{term: new[term] for term in terms}},
        where=total <= new.included_pages if hard_stop else None,
    ).returning(_MONTHS.c.pages)
    return statement


def _quota_reached(current: Standing, pages: int = 1) -> AppError:
    plan = current.plan
    left = max(plan.included_pages - current.pages, 0)
    said = "all are read" if not left else f"{left:,} are left; this file has {pages:,}"
    return AppError(
        402,
        "quota_reached",
        f"Your plan `{plan.name}` includes {plan.included_pages:,} pages a month and {said}. "
        f"It starts anew on {current.resets_at.date()} (UTC). Read on then, or take a larger plan.",
        headers={
            "Retry-After": str(int((current.resets_at - now()).total_seconds()) + 1),
            **current.headers(),
        },
    )


def tally(session: Session, *, user_id: UUID, first: date, last: date, by_day: bool) -> list[Tally]:
    """Add up what was read from `first` to `last`, both included, by key and networks."""
    usage = models.Usage
    days: list[Any] = [usage.day] if by_day else []
    rows = session.execute(
        sa.select(
            usage.day if by_day else sa.null(),
            usage.key_id,
            usage.models,
            sa.func.count(),
            sa.func.sum(usage.pages),
        )
        .where(usage.user_id == user_id, usage.day >= first, usage.day <= last)
        .group_by(*days, usage.key_id, usage.models)
        # Databases do not agree on where nulls sort.
        .order_by(*days, usage.key_id.is_not(None), usage.key_id, usage.models)
    )
    names = _key_names(session, user_id)
    return [
        Tally(
            day=day,
            key_id=key_id,
            key_name=names.get(key_id),
            models=json.loads(networks),
            readings=readings,
            pages=pages,
        )
        for day, key_id, networks, readings, pages in rows
    ]


def _key_names(session: Session, user_id: UUID) -> dict[UUID | None, str]:
    """The names of all keys of a user, revoked ones too."""
    key = models.ApiKey
    rows = session.execute(sa.select(key.id, key.name).where(key.user_id == user_id))
    return {row.id: row.name for row in rows}


def set_plan(session: Session, *, email: str, plan: Plan) -> bool:
    """Give an account a plan, from its next page on; say whether there is such an account."""
    changed = session.scalar(
        sa.update(models.User)
        .where(models.User.email == email)
        .values(plan=plan.name)
        .returning(models.User.id)
    )
    if changed is not None:
        audit.record(
            session, audit.Action.PLAN_CHANGED, actor_id=None, user_id=changed, plan=plan.name
        )
    return changed is not None


def check_plans(settings: Settings, plans: Plans) -> None:
    """Refuse to start where an account has a plan that the plans file no longer knows.

    Raises:
        StartError: and which plans are missing.
    """
    database = Database(settings.sqlalchemy_url())
    try:
        with database.reads() as session:
            given = session.scalars(
                sa.select(models.User.plan).distinct().where(models.User.plan.is_not(None))
            ).all()
    finally:
        database.close()
    unknown = sorted({str(name) for name in given} - set(plans.by_name))
    if unknown:
        raise StartError(
            f"Accounts have plans that the plans file does not know: {', '.join(unknown)}. Write "
            "them into the file that LEGIBLE_PLANS_FILE names, or give those accounts another "
            "plan with `legible plan set`."
        )
