"""Readings put into the database without reading anything, as many as a test needs."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from legible.app import models
from legible.app.db import Database
from legible.app.models import uuid7
from legible.app.settings import Settings


def add_readings(
    settings: Settings, user_id: str, changes: Iterable[Mapping[str, Any]]
) -> list[str]:
    """Add a reading for each of `changes`, oldest first, and answer their ids."""
    rows = [_row(UUID(user_id), change) for change in changes]
    database = Database(settings.sqlalchemy_url())
    with database.writes() as session:
        session.execute(sa.insert(models.Reading), rows)
    database.close()
    return [str(row["id"]) for row in rows]


def _row(user_id: UUID, change: Mapping[str, Any]) -> dict[str, Any]:
    made_at = change.get("created_at")
    return {
        "id": _id_at(made_at) if made_at else uuid7(),
        "user_id": user_id,
        "created_at": datetime.now(UTC),
        "file_name": "card.png",
        "media_type": "image/png",
        "sha256": "0" * 64,
        "size_bytes": 1,
        "text": "04103",
        "status": "read",
        "confidence": 0.987,
        "issues": [],
        "models": {"digit": "9.9.9"},
        "alternatives": [],
        "pages": [],
        "timing_ms": {},
        **change,
    }


def _id_at(moment: datetime) -> UUID:
    """An id as if it had been made then."""
    rest = uuid7().int & ((1 << 80) - 1)
    return UUID(int=int(moment.timestamp() * 1000) << 80 | rest)
