"""A long history: fills the database of a stopped or running service for `npm run bench:history`.

Copies what one account has read until it has as many readings as asked for, each with a text, a
status and a time of its own, so that rows are as large as real ones. Then prints how the database
finds what the pages ask for, and how long that takes without HTTP. Settings as for the service.

    python backend/bench/history.py --email ada@example.org --readings 10000
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer_group

from legible.app import models
from legible.app.db import Database
from legible.app.models import uuid7
from legible.app.readings.filters import ReadingFilter, least_sure_first, select_readings
from legible.app.settings import Settings
from legible.reader.types import Status

_PART = 101  # as the list asks for 100 and one more
_ROUNDS = 40
_APART = timedelta(minutes=17)  # 10,000 readings are four months of work
_STATUSES = (["read"] * 80) + (["review"] * 15) + (["unreadable"] * 3) + (["blank"] * 2)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill the history of an account.")
    parser.add_argument("--email", required=True)
    parser.add_argument("--readings", type=int, default=10_000)
    asked = parser.parse_args()
    database = Database(Settings().sqlalchemy_url())
    with database.writes() as session:
        user_id = session.scalars(
            sa.select(models.User.id).where(models.User.email == asked.email)
        ).one()
        _fill(session, user_id, asked.readings)
    with database.reads() as session:
        _measure(session, user_id)
    database.close()


def _fill(session: Session, user_id: UUID, wanted: int) -> None:
    query = sa.select(models.Reading).where(models.Reading.user_id == user_id)
    originals = session.scalars(query.options(undefer_group("detail"))).all()
    chance = random.Random(7)
    now = datetime.now(UTC)
    copies = [
        _copy(originals[number % len(originals)], chance, made_at=now - _APART * number)
        for number in range(wanted - len(originals), 0, -1)
    ]
    session.execute(sa.insert(models.Reading), copies)


def _copy(original: models.Reading, chance: random.Random, *, made_at: datetime) -> dict[str, Any]:
    row = {
        column.key: getattr(original, column.key) for column in sa.inspect(models.Reading).columns
    }
    status = chance.choice(_STATUSES)
    text = "".join(str(chance.randrange(10)) if sign.isdigit() else sign for sign in row["text"])
    later = uuid7().int & ((1 << 80) - 1)
    return row | {
        "id": UUID(int=int(made_at.timestamp() * 1000) << 80 | later),
        "created_at": made_at,
        "file_name": f"parcel label {chance.randrange(10**6):06d}.png",
        "text": "" if status == "blank" else text,
        "status": status,
        "confidence": chance.uniform(0.2, 0.95) if status == "review" else chance.uniform(0.95, 1),
    }


def _measure(session: Session, user_id: UUID) -> None:
    chance = random.Random(11)
    read = models.Reading

    def containing(digits: int) -> Callable[[], sa.Select[models.Reading]]:
        def query() -> sa.Select[models.Reading]:
            text = str(chance.randrange(10**digits)).zfill(digits)
            return select_readings(user_id, ReadingFilter(text=text))

        return query

    questions: dict[str, Callable[[], sa.Select[models.Reading]]] = {
        "newest": lambda: select_readings(user_id, ReadingFilter()),
        "text, 2 digits": containing(2),
        "text, 4 digits": containing(4),
        "text, never there": lambda: select_readings(user_id, ReadingFilter(text="x")),
        "checked": lambda: select_readings(user_id, ReadingFilter(judged=True)),
        "to review": lambda: least_sure_first(
            select_readings(
                user_id,
                ReadingFilter(statuses=(Status.REVIEW, Status.UNREADABLE), judged=False),
            ),
            after=None,
        ),
    }
    size = session.scalar(sa.select(sa.func.avg(sa.func.length(sa.cast(read.pages, sa.Text)))))
    count = session.scalar(sa.select(sa.func.count()).where(read.user_id == user_id))
    print(f"{count} readings, {float(size or 0) / 1024:.1f} KB of detail each on average")
    for name, question in questions.items():
        took = []
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            session.scalars(question().limit(_PART)).all()
            took.append((time.perf_counter() - start) * 1000)
            session.expunge_all()
        p95 = statistics.quantiles(took, n=20)[-1]
        print(f"database, {name:18} p50 {statistics.median(took):6.1f} ms  p95 {p95:6.1f} ms")
        print(f"  {_plan(session, question().limit(_PART))}")


def _plan(session: Session, query: sa.Select[models.Reading]) -> str:
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return "(plans are shown of SQLite alone)"
    sent: list[tuple[str, Any]] = []

    def note(*event: Any) -> None:
        sent.append(event[2:4])

    sa.event.listen(connection, "before_cursor_execute", note)
    session.scalars(query).all()
    sa.event.remove(connection, "before_cursor_execute", note)
    statement, values = sent[0]
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return "; ".join(str(row[3]) for row in rows)


if __name__ == "__main__":
    main()
