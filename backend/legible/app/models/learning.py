"""What comes of corrections: which may be learned from, and which networks are served."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class CorrectionDecision(Base):
    """What an admin said of a correction that contradicts networks which were sure.

    Until there is one, `trainer collect` leaves the correction out.
    """

    __tablename__ = "correction_decisions"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["user_id", "judgement_id"], ["judgements.user_id", "judgements.id"], ondelete="CASCADE"
        ),
    )

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    judgement_id: Mapped[UUID] = mapped_column(primary_key=True)
    # `use` or `leave_out`.
    verdict: Mapped[str] = mapped_column(sa.String(10))
    # The admin, who may be gone since.
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Activation(Base):
    """A version of a network was made the served one. Rows are added, never changed.

    The newest of a name is served; of a name without one, what `CURRENT.json` says.
    """

    __tablename__ = "activations"
    __table_args__ = (sa.Index(None, "name", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    name: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[str] = mapped_column(sa.String(20))
    # What was served before, which a rollback goes back to.
    previous: Mapped[str] = mapped_column(sa.String(20))
    is_rollback: Mapped[bool]
    # Null: from the command line.
    actor_id: Mapped[UUID | None]


class Challenger(Base):
    """A version that reads along, in the shadow of the served one, without being shown.

    One row a trial: at most one is running, i.e. has not ended.
    """

    __tablename__ = "challengers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[str] = mapped_column(sa.String(20))
    # Share of the readings that it reads too, 0..1.
    share: Mapped[float]
    actor_id: Mapped[UUID | None]


class ShadowReading(Base):
    """What a challenger read in a picture that the served networks had read."""

    __tablename__ = "shadow_readings"
    __table_args__ = (sa.Index(None, "challenger_id"),)

    reading_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("readings.id", ondelete="CASCADE"), primary_key=True
    )
    challenger_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("challengers.id", ondelete="CASCADE"), primary_key=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    text: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(20))
    confidence: Mapped[float]
    # Time of each of the two for the picture.
    challenger_ms: Mapped[float]
    served_ms: Mapped[float]
