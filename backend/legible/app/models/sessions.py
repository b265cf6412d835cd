"""Where somebody is logged in."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class UserSession(Base):
    """One device that is logged in. Logging out deletes the row, and its tokens are dead at once.

    Named so that it is not taken for SQLAlchemy's session.
    """

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # Of the last refresh: noting every request would make each of them a write.
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # The earlier of the idle and the absolute end.
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    device: Mapped[str] = mapped_column(sa.String(100))
    address: Mapped[str | None] = mapped_column(sa.String(64))


class RefreshToken(Base):
    """One link of a session's chain of refresh tokens; only the last is good.

    The others stay until the session ends, so that one who comes with a stolen one is known.
    """

    __tablename__ = "refresh_tokens"

    # SHA-256 of 256 random bits: nothing slower is needed where nothing can be guessed.
    sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    rotated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The next token, which only this one opens; taken away after the grace.
    sealed_successor: Mapped[str | None] = mapped_column(sa.String(200))
