"""Which requests were made before, and what they were answered."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now


class IdempotencyKey(Base):
    """One key of one user: claimed while its request runs, then with the answer it got.

    Nothing is kept of a request that failed. `body` is null when what the request made has been
    deleted since, so that nothing of it is left here either.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (sa.Index(None, "user_id", "expires_at"),)

    user_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    # Whose claim it is: a request lets go only of its own.
    claim_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # Of the claim while the request runs (whoever held it has died then); afterwards of the answer.
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(sa.JSON)
    body: Mapped[bytes | None]
    # What the request made.
    resource_id: Mapped[UUID | None] = mapped_column(index=True)
