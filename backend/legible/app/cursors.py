"""Where a list goes on: its last place as a text that clients pass back."""

import base64
import math
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from legible.app.errors import PROBLEMS, AppError


class _HasId(Protocol):
    @property
    def id(self) -> UUID: ...


class _IsRanked(_HasId, Protocol):
    @property
    def confidence(self) -> float: ...


_Row = TypeVar("_Row", bound=_HasId)
_RankedRow = TypeVar("_RankedRow", bound=_IsRanked)

_RANK = struct.Struct(">d16s")
_MOMENT = struct.Struct(">q16s16s")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def cut_part(rows: Sequence[_Row], limit: int) -> tuple[list[_Row], str | None]:
    """Answer `limit` of the rows and the cursor of what follows.

    Args:
        rows: one more than `limit`, if there are so many; that one tells that something follows.
        limit: how many are wanted.
    """
    if len(rows) <= limit:
        return list(rows), None
    return list(rows[:limit]), _write(rows[limit - 1].id.bytes)


def cut_ranked_part(rows: Sequence[_RankedRow], limit: int) -> tuple[list[_RankedRow], str | None]:
    """Do as `cut_part` for a list that is sorted by confidence, then by id."""
    if len(rows) <= limit:
        return list(rows), None
    last = rows[limit - 1]
    return list(rows[:limit]), _write(_RANK.pack(last.confidence, last.id.bytes))


def parse_cursor(cursor: str) -> UUID:
    """Answer the id after which a list goes on.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    try:
        return UUID(bytes=_read(cursor))
    except ValueError as error:
        raise _bad_cursor() from error


def parse_ranked_cursor(cursor: str) -> tuple[float, UUID]:
    """Answer the confidence and the id after which a list goes on.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    try:
        confidence, reading_id = _RANK.unpack(_read(cursor))
    except (ValueError, struct.error) as error:
        raise _bad_cursor() from error
    if not math.isfinite(confidence):
        raise _bad_cursor()
    return confidence, UUID(bytes=reading_id)


def write_moment_cursor(moment: datetime, *ids: UUID) -> str:
    """Write the place in a list that is sorted by time, then by two ids."""
    return _write(_MOMENT.pack((moment - _EPOCH) // _MICROSECOND, *(one.bytes for one in ids)))


def parse_moment_cursor(cursor: str) -> tuple[datetime, UUID, UUID]:
    """Answer the time and the ids after which a list goes on.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    try:
        microseconds, first, second = _MOMENT.unpack(_read(cursor))
        moment = _EPOCH + microseconds * _MICROSECOND
    except (ValueError, OverflowError, struct.error) as error:
        raise _bad_cursor() from error
    return moment, UUID(bytes=first), UUID(bytes=second)


def _write(place: bytes) -> str:
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _read(cursor: str) -> bytes:
    # `binascii.Error` is a ValueError.
    return base64.b64decode(f"{cursor}==", altchars=b"-_", validate=True)


def _bad_cursor() -> AppError:
    return AppError(422, "bad_cursor", PROBLEMS["bad_cursor"][1])
