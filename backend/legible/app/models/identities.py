"""Who comes in by an account elsewhere."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class Identity(Base):
    """An account at an OpenID provider that lets its owner in here.

    Named by its issuer and `sub` alone (OpenID Connect Core, 5.7): an e-mail address can change
    hands, a `sub` never does.
    """

    __tablename__ = "identities"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    # As the provider said last, for the owner to tell two apart; nobody is found by it.
    email: Mapped[str | None] = mapped_column(sa.String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SignIn(Base):
    """Somebody was sent to the provider and has not come back yet.

    Only hashes: `nonce` and PKCE's verifier are made from what the browser and the provider keep.
    """

    __tablename__ = "sign_ins"

    state_sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    browser_sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    next_path: Mapped[str] = mapped_column(sa.String(500))
    # Of whoever links an identity to their account; gone when they log out.
    session_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PendingLink(Base):
    """An identity that waits for the owner of the account with its e-mail address to agree."""

    __tablename__ = "pending_links"

    token_sha256: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(255))
    subject: Mapped[str] = mapped_column(sa.String(255))
    email: Mapped[str] = mapped_column(sa.String(254))
    next_path: Mapped[str] = mapped_column(sa.String(500))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
