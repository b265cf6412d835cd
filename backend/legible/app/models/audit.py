"""What happened to accounts and keys, for whoever has to answer for it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class AuditEvent(Base):
    """Somebody did something. Rows are added, never changed and never deleted.

    No foreign keys: what happened to an account stays known when the account is gone, by its id.
    """

    __tablename__ = "audit_events"
    # Newest first: UUIDv7 sorts by time.
    __table_args__ = (
        sa.Index(None, "actor_id", "id"),
        sa.Index(None, "user_id", "id"),
        sa.Index(None, "action", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    action: Mapped[str] = mapped_column(sa.String(40))
    # Who did it: null for the command line and for whoever is not known.
    actor_id: Mapped[UUID | None]
    # To whose account; and the reading, key or session, if it was one.
    user_id: Mapped[UUID | None]
    object_id: Mapped[UUID | None]
    address: Mapped[str | None] = mapped_column(sa.String(64))
    request_id: Mapped[str | None] = mapped_column(sa.String(64))
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
