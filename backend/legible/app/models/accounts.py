"""Who has an account."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class User(Base):
    """Somebody with an account. `email` is normalised, so that it is unique whatever its case."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    # `user` or `admin`; only the command line gives one.
    role: Mapped[str] = mapped_column(sa.String(10), default="user", server_default="user")
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # A name of the plans file; null is its default.
    plan: Mapped[str | None] = mapped_column(sa.String(50))
