"""Where a list goes on: the last id, newest first, as a text that clients pass back."""

import base64
import binascii
from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from legible.app.errors import PROBLEMS, AppError


class _HasId(Protocol):
    @property
    def id(self) -> UUID: ...


_Row = TypeVar("_Row", bound=_HasId)


def cut_part(rows: Sequence[_Row], limit: int) -> tuple[list[_Row], str | None]:
    """Answer `limit` of the rows and the cursor of what follows.

    Args:
        rows: one more than `limit`, if there are so many; that one tells that something follows.
        limit: how many are wanted.
    """
    if len(rows) <= limit:
        return list(rows), None
    last = rows[limit - 1].id
    return list(rows[:limit]), base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def parse_cursor(cursor: str) -> UUID:
    """Answer the id after which a list goes on.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    try:
        return UUID(bytes=base64.b64decode(f"{cursor}==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise AppError(422, "bad_cursor", PROBLEMS["bad_cursor"][1]) from error
