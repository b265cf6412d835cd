"""How the cost of a history grows with its rows, and a long history to look at.

Without `--email`: a database of its own with 100, 1,000 ... readings of one account, and for each
size the median time in which its lists are found, without HTTP (`make bench`).

With `--email`: fills the database of a stopped or running service for `npm run bench:history`. It
copies what the account has read until it has as many readings as asked for, each with a text, a
status and a time of its own, so that rows are as large as real ones. Then it prints how the
database finds what the pages ask for, and how long that takes. Settings as for the service.

    python backend/bench/history.py                              # up to 100,000; --all: a million
    python backend/bench/history.py --email ada@example.org --readings 10000
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer_group

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from legible.app import models
from legible.app.db import Database, migrate
from legible.app.exports.service import read_pages
from legible.app.models import uuid7
from legible.app.readings.filters import ReadingFilter, least_sure_first, select_readings
from legible.app.settings import Settings
from legible.local import SHIPPED_MODELS
from legible.reader.reader import Reader
from legible.reader.types import Status
from tests.images import draw_text, encode

_SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
_FILL_PART = 20_000
_MOST_ORIGINALS = 1_000
_PART = 101  # as the list asks for 100 and one more
_ROUNDS = 40
_APART = timedelta(minutes=17)  # 10,000 readings are four months of work
_STATUSES = (["read"] * 80) + (["review"] * 15) + (["unreadable"] * 3) + (["blank"] * 2)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure or fill the history of an account.")
    parser.add_argument("--email", help="whose history is filled")
    parser.add_argument("--readings", type=int, default=10_000)
    parser.add_argument("--all", action="store_true", help="up to a million readings")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    if asked.email is None:
        measure_growth(_SIZES if asked.all else _SIZES[:-1], asked.json)
        return
    database = Database(Settings().sqlalchemy_url())
    with database.writes() as session:
        user_id = session.scalars(
            sa.select(models.User.id).where(models.User.email == asked.email)
        ).one()
        _fill(session, user_id, asked.readings)
    with database.reads() as session:
        _measure(session, user_id)
    database.close()


def measure_growth(sizes: Sequence[int], file: Path | None) -> None:
    """Fill a database of its own, size by size, and tell what each costs."""
    points: dict[str, list[tuple[int, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="legible-history-") as folder:
        settings = Settings(var_dir=Path(folder), database_url="")
        migrate(settings)
        database = Database(settings.sqlalchemy_url())
        with database.writes() as session:
            user_id = _begin_history(session)
        for size in sizes:
            _fill_in_parts(database, user_id, size)
            with database.reads() as session:
                questions = _questions(user_id)
                found = {name: _median_ms(session, ask) for name, ask in questions.items()}
            found["export, its first part"] = _export_ms(database, user_id)
            for name, ms in found.items():
                points.setdefault(name, []).append((size, ms))
            print(f"{size:>9,} " + "  ".join(f"{name} {ms:.1f}" for name, ms in found.items()))
        database.close()
    rows = [
        {
            "case": f"{name}, of {sizes[-1]:,} readings",
            "legible": f"{times[-1][1]:.1f} ms",
            "reference": f"of {sizes[0]:,}: {times[0][1]:.1f} ms",
            "ratio": f"{times[-1][1] / times[0][1]:.1f} x",
            "bar": None,
        }
        for name, times in points.items()
    ]
    if file:
        title = "A long history: a list of 100 of an account's readings"
        file.write_text(json.dumps({"title": title, "rows": rows, "plot": points}, indent=2))


def _begin_history(session: Session) -> UUID:
    """An account with one reading, as large as that of a five-digit number."""
    user = models.User(email="ada@example.org", name="Ada")
    session.add(user)
    session.flush()
    reader = Reader.open(SHIPPED_MODELS, time.perf_counter)
    reading = reader.read(encode(draw_text("04103")))
    session.add(
        models.Reading(
            user_id=user.id,
            file_name="card.png",
            media_type="image/png",
            sha256="0" * 64,
            size_bytes=1,
            text=reading.text,
            status=reading.status.value,
            confidence=reading.confidence,
            issues=[],
            symbols="digits",
            models=dict(reading.models),
            alternatives=list(reading.alternatives),
            pages=list(reading.pages),
            timing_ms=dict(reading.timing_ms),
        )
    )
    return user.id


def _fill_in_parts(database: Database, user_id: UUID, size: int) -> None:
    count = sa.select(sa.func.count()).where(models.Reading.user_id == user_id)
    while True:
        with database.writes() as session:
            there = session.scalar(count) or 0
            if there >= size:
                return
            _fill(session, user_id, min(size, there + _FILL_PART))


def _median_ms(session: Session, ask: Callable[[], sa.Select[models.Reading]]) -> float:
    took = []
    for _ in range(_ROUNDS // 4):
        start = time.perf_counter()
        session.scalars(ask().limit(_PART)).all()
        took.append((time.perf_counter() - start) * 1000)
        session.expunge_all()
    return statistics.median(took)


def _export_ms(database: Database, user_id: UUID) -> float:
    took = []
    for _ in range(_ROUNDS // 4):
        start = time.perf_counter()
        next(read_pages(database, user_id=user_id, only=ReadingFilter()))
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took)


def _fill(session: Session, user_id: UUID, wanted: int) -> None:
    query = sa.select(models.Reading).where(models.Reading.user_id == user_id)
    there = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(models.Reading.id.desc()).limit(_MOST_ORIGINALS)
    originals = session.scalars(newest.options(undefer_group("detail"))).all()
    chance = random.Random(there)
    now = datetime.now(UTC)
    copies = [
        _copy(originals[number % len(originals)], chance, made_at=now - _APART * number)
        for number in range(wanted, there, -1)
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


def _questions(user_id: UUID) -> dict[str, Callable[[], sa.Select[models.Reading]]]:
    chance = random.Random(11)

    def containing(digits: int) -> Callable[[], sa.Select[models.Reading]]:
        def query() -> sa.Select[models.Reading]:
            text = str(chance.randrange(10**digits)).zfill(digits)
            return select_readings(user_id, ReadingFilter(text=text))

        return query

    return {
        "newest": lambda: select_readings(user_id, ReadingFilter()),
        "one status": lambda: select_readings(user_id, ReadingFilter((Status.UNREADABLE,))),
        "least sure first": lambda: least_sure_first(
            select_readings(user_id, ReadingFilter()), after=None
        ),
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


def _measure(session: Session, user_id: UUID) -> None:
    read, questions = models.Reading, _questions(user_id)
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
