"""What all tables share: ids, times, names of constraints."""

import secrets
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

_last_stamp = 0
_stamp_lock = threading.Lock()


def uuid7() -> UUID:
    """Make a UUID of version 7 (RFC 9562, 5.7) that sorts after all made before in this process.

    The 12 bits after the milliseconds are a finer clock (RFC 9562, 6.2, method 3), counted up
    when the clock stands still; 62 random bits keep an id from being guessed.
    """
    global _last_stamp  # noqa: PLW0603  the one counter of the process
    ms, rest_ns = divmod(time.time_ns(), 1_000_000)
    with _stamp_lock:
        _last_stamp = max(ms << 12 | (rest_ns << 12) // 1_000_000, _last_stamp + 1)
        stamp = _last_stamp
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A point in time, always with UTC on it; SQLite would forget the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Refuse a time without a zone; store the others as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected a time with a zone, got one without")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Put the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def now() -> datetime:
    """The time of now, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """All tables, with constraint names that migrations can rely on."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
