"""How the databases find what lists show: by an index, without sorting what somebody has.

On PostgreSQL scans and sorts are made dear for the question, since a table as small as a test's is
best read as a whole; where no index serves, they are in the plan all the same. SQLite has no
statistics here, as in use.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.admin import corrections
from legible.app.admin import service as admin
from legible.app.db import Database
from legible.app.exports.service import read_pages
from legible.app.readings import service as readings
from legible.app.readings.filters import ReadingFilter
from legible.app.settings import Settings
from legible.app.usage import service as usage
from legible.app.usage.statements import list_months
from legible.reader.types import Status
from tests.app.people import Person
from tests.app.rows import add_readings
from tests.app.statements import Statement, statements_of

Ask = Callable[[Session, UUID], object]
_DAY = date(2026, 1, 5)
_QUEUE = ReadingFilter(statuses=(Status.REVIEW, Status.UNREADABLE), judged=False)


def _list(only: ReadingFilter, *, by_confidence: bool = False, again: bool = False) -> Ask:
    def ask(session: Session, user_id: UUID) -> object:
        wanted = {"user_id": user_id, "limit": 2, "only": only, "by_confidence": by_confidence}
        cursor = None
        for _ in range(1 + again):
            cursor = readings.list_readings(session, **wanted, cursor=cursor)[1]  # type: ignore[arg-type]
        return cursor

    return ask


LISTS: dict[str, Ask] = {
    "newest": _list(ReadingFilter()),
    "newest, gone on": _list(ReadingFilter(), again=True),
    "one status": _list(ReadingFilter(statuses=(Status.REVIEW,))),
    "several statuses": _list(_QUEUE),
    "days": _list(ReadingFilter(first_day=_DAY, last_day=_DAY)),
    "text": _list(ReadingFilter(text="41")),
    "judged": _list(ReadingFilter(judged=True)),
    "not judged": _list(ReadingFilter(judged=False)),
    "least sure first": _list(ReadingFilter(), by_confidence=True),
    "least sure first, gone on": _list(ReadingFilter(), by_confidence=True, again=True),
    "to review": _list(_QUEUE, by_confidence=True),
    "usage of days": lambda session, user_id: usage.tally(
        session, user_id=user_id, first=_DAY, last=_DAY, by_day=False
    ),
    "months": lambda session, user_id: list_months(session, user_id=user_id),
    "corrections": lambda session, _: corrections.list_corrections(
        session, decided=False, limit=2, cursor=None
    ),
    "corrections that were decided": lambda session, _: corrections.list_corrections(
        session, decided=True, limit=2, cursor=None
    ),
    "accounts": lambda session, _: admin.list_users(session, search=None, limit=2, cursor=None),
    "audit": lambda session, _: admin.list_events(session, admin.Wanted(), limit=2, cursor=None),
    "audit of an action": lambda session, _: admin.list_events(
        session, admin.Wanted(action=audit.Action.LOGIN), limit=2, cursor=None
    ),
    "who shows a picture": lambda session, user_id: session.scalar(
        sa.select(sa.func.count())
        .select_from(models.Reading)
        .where(models.Reading.user_id == user_id, models.Reading.sha256 == "0" * 64)
    ),
}
# These are put together from what an index found.
_SORTED_LATER = {"usage of days"}


@pytest.fixture
def user_id(ada: Person, settings: Settings) -> UUID:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    changes = [
        {"created_at": begun + timedelta(hours=hour), "confidence": hour / 300, "status": status}
        for hour, status in enumerate(["read", "review", "unreadable"] * 100)
    ]
    add_readings(settings, ada.user["id"], changes)
    return UUID(ada.user["id"])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_found_by_an_index_and_not_sorted(
    name: str, user_id: UUID, database: Database
) -> None:
    with database.reads() as session:
        with statements_of(database.engine) as sent:
            LISTS[name](session, user_id)
        # What comes after it is looked up for the few that were found.
        listing = sent[:1] if name.startswith("corrections") else sent
        bad = [step for statement in listing for step in _plan(session, statement, name)]

    assert sent
    assert bad == []


def test_a_part_of_an_export_is_found_by_an_index(user_id: UUID, database: Database) -> None:
    with statements_of(database.engine) as sent:
        next(read_pages(database, user_id=user_id, only=ReadingFilter()))

    with database.reads() as session:
        assert _plan(session, sent[0], "export") == []


def _plan(session: Session, asked: Statement, name: str) -> list[str]:
    """The steps of a plan that read or sort a whole table."""
    connection = session.connection()
    statement, values = asked
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [str(row[3]) for row in rows]
        bad = r"SCAN (?!.*USING)" + ("" if name in _SORTED_LATER else "|FOR ORDER BY")
        return [step for step in steps if re.search(bad, step)]
    for kind in ("seqscan", "bitmapscan", "hashjoin", "sort"):
        if kind == "seqscan" or name not in _SORTED_LATER:
            connection.exec_driver_sql(f"SET LOCAL enable_{kind} = off")
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
    steps = [str(row[0]).strip() for row in rows]
    bad = "Seq Scan" + ("" if name in _SORTED_LATER else r"|Sort\b(?! Key)")
    return [step for step in steps if re.search(bad, step)]
