"""How often people correct what the networks read: the error rate in real use.

Of 100,000 readings only texts are counted, by the database. Only those that somebody judged travel,
and of these the text and what it should be: what differs between the two is what was corrected, so
that neither pages nor judgements are loaded.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.networks.edits import find_edits

By = Literal["month", "week"]

_PART_ROWS = 1_000


@dataclass
class Tally:
    """What was read, and what people made of it."""

    readings: int = 0
    symbols: int = 0
    judged_readings: int = 0
    judged_symbols: int = 0
    corrections: int = 0


@dataclass
class Live:
    """A version in real use."""

    name: str
    version: str
    total: Tally = field(default_factory=Tally)
    by_period: dict[date, Tally] = field(default_factory=dict)
    # What was read and what people say is there; "" where the one or the other is nothing.
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def tallies(self, begins: date) -> tuple[Tally, Tally]:
        """Answer where to count what was read in a period."""
        return self.total, self.by_period.setdefault(begins, Tally())


def count_live(session: Session, names: Sequence[str], *, by: By, since: date | None) -> list[Live]:
    """Count by version of each network, and by the months or weeks (UTC) in which it read.

    A reading counts for each of the networks that read it together. One that was judged unreadable
    counts as not judged: nobody can say what is right. Deleted readings do not count any more.
    """
    found: dict[tuple[str, str], Live] = {}

    def of(versions: Iterable[str | None]) -> list[Live]:
        return [
            found.setdefault((name, version), Live(name, version))
            for name, version in zip(names, versions, strict=True)
            if version is not None
        ]

    read = _readings(session, names, by, since)
    versions = [read.c[name] for name in names]
    symbols = sa.func.length(sa.func.replace(read.c.text, "\n", ""))
    counted = sa.select(read.c.begins, *versions, sa.func.count(), sa.func.sum(symbols))
    for begins, *rest in session.execute(counted.group_by(read.c.begins, *versions)):
        *named, n, length = rest
        for live in of(named):
            for tally in live.tallies(_date(begins)):
                tally.readings += n
                tally.symbols += int(length)
    judged = sa.select(read.c.begins, *versions, read.c.text, read.c.said)
    judged = judged.where(read.c.said.is_not(None)).execution_options(yield_per=_PART_ROWS)
    for begins, *rest in session.execute(judged):
        *named, text, said = rest
        edits = find_edits(text, said)
        for live in of(named):
            live.confused.update(edits)
            for tally in live.tallies(_date(begins)):
                tally.judged_readings += 1
                tally.judged_symbols += len(text.replace("\n", ""))
                tally.corrections += len(edits)
    return sorted(found.values(), key=_newest_first)


def _readings(session: Session, names: Sequence[str], by: By, since: date | None) -> sa.Subquery:
    """Text, networks and period of each reading, and what people say that it says."""
    row = models.Reading
    query = sa.select(
        _begin(session, by).label("begins"),
        *(row.models[name].as_string().label(name) for name in names),
        row.text,
        row.feedback["corrected_text"].as_string().label("said"),
    )
    if since is not None:
        query = query.where(row.created_at >= _midnight(since))
    return query.subquery()


def _begin(session: Session, by: By) -> Any:
    """The first day of the month or week (from Monday) in which a reading was made."""
    made_at: Any = models.Reading.created_at
    if session.get_bind().dialect.name == "postgresql":
        return sa.cast(sa.func.date_trunc(by, sa.func.timezone("UTC", made_at)), sa.Date)
    steps = ("start of month",) if by == "month" else ("weekday 0", "-6 days")
    return sa.func.date(made_at, *steps)


def _date(told: Any) -> date:
    return told if isinstance(told, date) else date.fromisoformat(told)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _newest_first(live: Live) -> tuple[str, list[int]]:
    return live.name, [-int(part) for part in re.findall(r"\d+", live.version)]
