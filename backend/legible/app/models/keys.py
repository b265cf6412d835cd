"""Keys that programs call with."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class ApiKey(Base):
    """A key of a user, as its hash alone. A revoked one stays, so that it can be told so."""

    __tablename__ = "api_keys"
    __table_args__ = (sa.Index(None, "user_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(100))
    # What its owner tells it by: its first characters.
    prefix: Mapped[str] = mapped_column(sa.String(20))
    # SHA-256 in hexadecimal: of 256 random bits, which nobody guesses, a slow hash is not needed.
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
