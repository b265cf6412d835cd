"""What was read for whom, and by which terms it is billed."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from legible.app.models.base import Base, UtcDateTime, now, uuid7


class DecimalText(sa.TypeDecorator[Decimal]):
    """An exact decimal number, kept as text: SQLite knows only floats."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: sa.Dialect) -> str | None:
        """Write all its digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: sa.Dialect) -> Decimal | None:
        """Read all its digits."""
        return None if value is None else Decimal(value)


class Usage(Base):
    """The pages of one reading, counted in its transaction; it stays when the reading goes."""

    __tablename__ = "usage"
    __table_args__ = (sa.Index(None, "user_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    # The API key that asked, or null for a session. No foreign key: keys may be deleted.
    key_id: Mapped[UUID | None]
    # No foreign key either; unique, so that no reading can ever count twice.
    reading_id: Mapped[UUID] = mapped_column(unique=True)
    pages: Mapped[int]
    # The networks and their versions as JSON with sorted names; text, so that it can be grouped by.
    models: Mapped[str] = mapped_column(sa.Text)
    day: Mapped[date]  # in UTC
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class UsageMonth(Base):
    """The pages of one user in one month (UTC), and the terms in force when the last one counted.

    The sum of the month's `usage` rows, kept beside them so that a quota is checked and taken in
    one atomic step. The terms are a copy: a new price or plan leaves the months before as they are.
    """

    __tablename__ = "usage_months"

    user_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    pages: Mapped[int]
    plan: Mapped[str] = mapped_column(sa.String(50))
    included_pages: Mapped[int]
    price_per_thousand: Mapped[Decimal | None] = mapped_column(DecimalText)
    currency: Mapped[str] = mapped_column(sa.String(3))
