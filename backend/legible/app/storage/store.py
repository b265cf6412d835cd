"""What the service needs of a store, whatever keeps the bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


class StorageUnavailable(OSError):
    """The store did not do it: it does not answer, refuses, or its disk is full.

    It may be asked again. The words are for the log: an operation and a code, never a secret.
    """


@dataclass(frozen=True)
class Entry:
    """What a listing tells of a key."""

    key: str
    size_bytes: int
    changed_at: datetime


class Storage(Protocol):
    """Keys are `part/part/part` of letters, digits and `-`; any other is a ValueError.

    All of it may be called from many threads, and raises StorageUnavailable where it fails.
    """

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, all of it or nothing."""

    def get(self, key: str) -> bytes:
        """Answer all bytes of a key. Raises FileNotFoundError."""

    def open(self, key: str) -> BinaryIO:
        """Open a key for reading piece by piece. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Forget a key; one that is not there is forgotten already."""

    def delete_all(self, prefix: str) -> None:
        """Forget all keys below `prefix`, which is their first part or parts."""

    def exists(self, key: str) -> bool:
        """Say whether a key is kept."""

    def entries(self) -> Iterator[Entry]:
        """List all keys in their order as text, a part at a time, however many there are."""

    def remove_drafts(self, before: datetime) -> int:
        """Remove what writes that never ended left behind before then; answer how many."""

    def link(self, key: str, *, media_type: str, disposition: str) -> str | None:
        """Answer an address that gives this one key to whoever has it, for a short time.

        Its answer has this type and `Content-Disposition`, which nobody can change.
        None where a store has none, or is not told to give any.
        """

    def origin(self) -> str | None:
        """Answer the scheme and host of its links; None where there are none."""

    def check(self) -> None:
        """Try what the service needs. Raises StartError, which says what to do."""

    def answers(self) -> bool:
        """Say whether the store can be asked right now, within a few seconds."""

    def close(self) -> None:
        """Close what is open."""


def check_key(key: str) -> str:
    """Answer a key as it is.

    Raises:
        ValueError: it is none, or would lead elsewhere.
    """
    if not all(part.replace("-", "").isalnum() and part.isascii() for part in key.split("/")):
        raise ValueError(f"expected a key of letters, digits, - and /, got {key!r}")
    return key


def is_key(text: str) -> bool:
    """Say whether a name in a store is a key; people may keep other things there."""
    try:
        check_key(text)
    except ValueError:
        return False
    return True
