"""All that is kept of an account, as a zip that is written while it is sent."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.orm import undefer_group

from legible.app import audit, models
from legible.app.accounts.schemas import (
    AccountDataOut,
    EventDataOut,
    SessionDataOut,
    ShadowDataOut,
)
from legible.app.db import Database
from legible.app.feedback.schemas import JudgementOut
from legible.app.identities.schemas import IdentityOut
from legible.app.keys.schemas import KeyOut
from legible.app.readings.pictures import file_extension
from legible.app.readings.schemas import ReadingOut
from legible.app.storage import Storage

# A reading with its detail has some 100 kB where a page is full.
_PAGE_ROWS = 50
_CHUNK_BYTES = 256 * 1024
_USAGE_COLUMNS = ("day", "created_at", "reading_id", "key_id", "pages", "models")
_MONTH_COLUMNS = ("month", "pages", "plan", "included_pages", "price_per_thousand", "currency")


@dataclass(frozen=True)
class _Member:
    """A file in the zip."""

    name: str
    pieces: Iterable[bytes]
    # Pictures hardly become smaller.
    compress: bool = True


def data_chunks(db: Database, storage: Storage, user: models.User) -> Iterator[bytes]:
    """Write a zip of what is kept of a user, without secrets; the download is recorded.

    However much there is, little of it is in memory: a few rows, a piece of a picture, and the
    names of all files, which a zip has at its end. Each page of rows has a session of its own.
    """
    with db.writes() as session:
        done = audit.Action.DATA_DOWNLOADED
        audit.record(session, done, actor_id=user.id, user_id=user.id)
    return _zip_chunks(_members(db, storage, user))


def _members(db: Database, storage: Storage, user: models.User) -> Iterator[_Member]:
    def all_of(table: Any) -> Iterator[Sequence[Any]]:
        return _pages(db, table, user.id)

    account = AccountDataOut.model_validate(user).model_dump_json(indent=2)
    yield _Member("account.json", [account.encode()])
    yield _Member("readings.jsonl", _lines(all_of(models.Reading), _reading_line))
    yield _Member("feedback.jsonl", _lines(all_of(models.Judgement), _line_of(JudgementOut)))
    shadows = _lines(_shadows(db, user.id), _line_of(ShadowDataOut))
    yield _Member("shadow_readings.jsonl", shadows)
    yield _Member("keys.jsonl", _lines(all_of(models.ApiKey), _line_of(KeyOut)))
    yield _Member("identities.jsonl", _lines(all_of(models.Identity), _line_of(IdentityOut)))
    yield _Member("sessions.jsonl", _lines(all_of(models.UserSession), _line_of(SessionDataOut)))
    yield _Member("audit.jsonl", _lines(all_of(models.AuditEvent), _event_line))
    yield _Member("usage.csv", _csv(_USAGE_COLUMNS, all_of(models.Usage)))
    yield _Member("usage_months.csv", _csv(_MONTH_COLUMNS, _months(db, user.id)))
    yield from _pictures(db, storage, user.id)


def _pages(db: Database, table: Any, user_id: UUID) -> Iterator[Sequence[Any]]:
    """Read the rows of a user, a few at a time, in the order of their ids."""
    query = sa.select(table).where(table.user_id == user_id).order_by(table.id).limit(_PAGE_ROWS)
    if table is models.Reading:
        query = query.options(undefer_group("detail"))
    after: UUID | None = None
    while True:
        with db.reads() as session:
            part = query if after is None else query.where(table.id > after)
            rows = session.scalars(part).all()
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _shadows(db: Database, user_id: UUID) -> Iterator[Sequence[Any]]:
    """Read what networks on trial made of a user's readings, a few readings at a time."""
    reading, shadow, trial = models.Reading, models.ShadowReading, models.Challenger
    named = (trial.name.label("network"), trial.version)
    query = (
        sa.select(*shadow.__table__.columns, *named)
        .join(trial, trial.id == shadow.challenger_id)
        .order_by(shadow.reading_id, shadow.created_at)
    )
    mine = sa.select(reading.id).where(reading.user_id == user_id).order_by(reading.id)
    after: UUID | None = None
    while True:
        with db.reads() as session:
            part = mine if after is None else mine.where(reading.id > after)
            ids = session.scalars(part.limit(_PAGE_ROWS)).all()
            rows = session.execute(query.where(shadow.reading_id.in_(ids))).all() if ids else []
        if not ids:
            return
        yield rows
        after = ids[-1]


def _months(db: Database, user_id: UUID) -> Iterator[Sequence[models.UsageMonth]]:
    """Twelve a year: no need for pages."""
    month = models.UsageMonth
    with db.reads() as session:
        rows = session.scalars(
            sa.select(month).where(month.user_id == user_id).order_by(month.month)
        ).all()
    yield rows


def _pictures(db: Database, storage: Storage, user_id: UUID) -> Iterator[_Member]:
    """Each stored picture once, however many readings it has."""
    reading = models.Reading
    query = (
        sa.select(reading)
        .where(reading.user_id == user_id)
        .order_by(reading.sha256, reading.id)
        .limit(_PAGE_ROWS)
    )
    last = ""
    while True:
        with db.reads() as session:
            rows = session.scalars(query.where(reading.sha256 > last)).all()
        for row in rows:
            if row.sha256 == last:
                continue
            last = row.sha256
            try:
                file = storage.open(row.storage_key)
            except FileNotFoundError:  # deleted meanwhile
                continue
            yield _Member(_picture_name(row), _pieces(file), compress=False)
        if not rows:
            return


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _picture_name(row: models.Reading) -> str:
    return f"pictures/{row.sha256}{file_extension(row.media_type)}"


def _lines(pages: Iterable[Sequence[Any]], write: Callable[[Any], str]) -> Iterator[bytes]:
    """A row a line."""
    for rows in pages:
        yield "".join(f"{write(row)}\n" for row in rows).encode()


def _line_of(schema: type[BaseModel]) -> Callable[[Any], str]:
    return lambda row: schema.model_validate(row).model_dump_json()


def _reading_line(row: models.Reading) -> str:
    shown = ReadingOut.model_validate(row).model_dump(mode="json")
    return json.dumps({**shown, "picture": _picture_name(row)}, ensure_ascii=False)


def _event_line(row: models.AuditEvent) -> str:
    """Where the address of an admin would stand, there is none."""
    event = EventDataOut.model_validate(row)
    if row.actor_id not in {None, row.user_id}:
        event.address = None
    return event.model_dump_json()


def _csv(columns: Sequence[str], pages: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Ids, numbers and times, and names that whoever runs the service has chosen."""
    yield _csv_rows([columns])
    for rows in pages:
        yield _csv_rows([[getattr(row, column) for column in columns] for row in rows])


def _csv_rows(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


class _Sink(io.RawIOBase):
    """Where the zip is written to, and taken from before it grows."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size_bytes = 0

    def writable(self) -> bool:
        """It cannot be read or gone back in."""
        return True

    def write(self, data: Any) -> int:
        """Keep a piece until it is taken."""
        piece = bytes(data)
        self._pieces.append(piece)
        self.size_bytes += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Answer what was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces, self.size_bytes = [], 0
        return taken


def _zip_chunks(members: Iterable[_Member]) -> Iterator[bytes]:
    sink = _Sink()
    with ZipFile(sink, "w") as archive:
        for member in members:
            info = ZipInfo(member.name, models.now().timetuple()[:6])
            info.compress_type = ZIP_DEFLATED if member.compress else ZIP_STORED
            # Its size is known at its end only, and may be beyond 4 GiB.
            with archive.open(info, "w", force_zip64=True) as file:
                for piece in member.pieces:
                    file.write(piece)
                    if sink.size_bytes >= _CHUNK_BYTES:
                        yield sink.take()
    yield sink.take()
