"""What was read."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class Reading(Base):
    """What was read in one picture. The detail columns are loaded only where they are asked for."""

    __tablename__ = "readings"
    # The list of a user, newest first (UUIDv7 sorts by time), and that of one status.
    __table_args__ = (sa.Index(None, "user_id", "id"), sa.Index(None, "user_id", "status", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    file_name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    # Of the stored picture, i.e. after its metadata was taken out; names it in the storage.
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size_bytes: Mapped[int]

    text: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(20))
    confidence: Mapped[float]
    issues: Mapped[list[Any]] = mapped_column(sa.JSON)
    # As in `ReadOptions`: what was asked for.
    symbols: Mapped[Literal["digits", "number"]] = mapped_column(sa.String(20))
    pattern: Mapped[str | None] = mapped_column(sa.String(200))
    models: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    # The newest judgement that stands and the corrected text, so that a list needs no more rows.
    feedback: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    alternatives: Mapped[list[Any]] = mapped_column(
        sa.JSON, deferred=True, deferred_group="detail", deferred_raiseload=True
    )
    pages: Mapped[list[Any]] = mapped_column(
        sa.JSON, deferred=True, deferred_group="detail", deferred_raiseload=True
    )
    timing_ms: Mapped[dict[str, float]] = mapped_column(
        sa.JSON, deferred=True, deferred_group="detail", deferred_raiseload=True
    )

    # Since when `legible storage check` has known that the store has lost the picture.
    picture_lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def storage_key(self) -> str:
        """Where the picture lies."""
        return picture_key(self.user_id, self.sha256)


def picture_key(user_id: UUID, sha256: str) -> str:
    """Where a picture lies; users never share one, so that nothing leaks between them."""
    return f"{user_id}/{sha256[:2]}/{sha256}"


class PictureDeletion(Base):
    """A deleted reading whose picture may still lie in the storage.

    Written with the deletion and taken away once the picture is gone or found to be another
    reading's too. Pictures of a deleted account have a `PictureRemoval` instead.
    """

    __tablename__ = "picture_deletions"

    reading_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
