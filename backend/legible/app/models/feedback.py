"""What people said of readings."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now


class Judgement(Base):
    """What somebody said of a reading, or of a part of it. Rows are added, never changed.

    `id` may be chosen by the client, so that a repeated request is known; it is only ever looked
    for among the user's own. `number` counts a reading's judgements from 1, without gaps.
    """

    __tablename__ = "judgements"
    # Those of everybody are listed newest first.
    __table_args__ = (
        sa.UniqueConstraint("reading_id", "number"),
        sa.Index(None, "created_at", "user_id", "id"),
    )

    user_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reading_id: Mapped[UUID] = mapped_column(sa.ForeignKey("readings.id", ondelete="CASCADE"))
    number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    kind: Mapped[str] = mapped_column(sa.String(20))
    # The part it is about; all null is the whole reading.
    page: Mapped[int | None]
    line: Mapped[int | None]
    symbol: Mapped[int | None]
    last_symbol: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(sa.Text)
    boxes: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    withdraws: Mapped[UUID | None]

    # The reading as it was then: what stood there, and which networks had read it.
    judged: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    models: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    # The whole text as it was after this one; null where nobody can tell.
    corrected_text: Mapped[str | None] = mapped_column(sa.Text)
