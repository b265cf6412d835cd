"""Who has an account, and what is mailed to them to prove that an address is theirs."""

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
    # When somebody proved to read what comes there; null: nobody has yet.
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(sa.String(100))
    # Null for who logs in some other way only.
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    # `user` or `admin`; only the command line gives one.
    role: Mapped[str] = mapped_column(sa.String(10), default="user", server_default="user")
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # A name of the plans file; null is its default.
    plan: Mapped[str | None] = mapped_column(sa.String(50))
    # Since when the networks may learn from this account's corrected pictures; null: they may not.
    shares_corrections_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def shares_corrections(self) -> bool:
        """Whether the networks may learn from this account's corrected pictures."""
        return self.shares_corrections_since is not None

    @property
    def email_verified(self) -> bool:
        """Whether somebody proved to read what comes to the address."""
        return self.email_verified_at is not None

    @property
    def has_password(self) -> bool:
        """Whether one can log in with a password."""
        return self.password_hash is not None


class AccountToken(Base):
    """A token that was mailed to somebody: good once, for one purpose, until it expires.

    A user has at most one for each purpose: a newer one takes the place of the one before.
    """

    __tablename__ = "account_tokens"
    __table_args__ = (sa.UniqueConstraint("user_id", "purpose"),)

    # SHA-256 of 256 random bits: nothing slower is needed where nothing can be guessed.
    sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    # `verify_email`, `change_email` or `reset_password`.
    purpose: Mapped[str] = mapped_column(sa.String(20))
    # Where it was mailed to, which is what it proves.
    email: Mapped[str] = mapped_column(sa.String(254))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PictureRemoval(Base):
    """A deleted account whose pictures may still lie in the storage.

    Written with the deletion and taken away once they are gone, so that a process that dies in
    between leaves work for the next one and not pictures for ever. The user is gone, so there is no
    foreign key.
    """

    __tablename__ = "picture_removals"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
