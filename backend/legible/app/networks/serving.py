"""The networks that read now, which may be exchanged while requests run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from legible.app.settings import StartError
from legible.reader.types import Reading, ReadOptions


class ReaderLike(Protocol):
    """What the service needs of a reader. `read` is called from several threads at once."""

    @property
    def models(self) -> Mapping[str, str]:
        """The loaded networks and their versions."""

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        """Read one file. Raises ReadError."""


class CannotServe(StartError):
    """A version of a network that must not be served; the message says which check failed."""


@dataclass(frozen=True)
class Loader:
    """How versions are loaded, as the composition root says. Both raise CannotServe."""

    # The versions by name, and readers whose networks may be shared.
    open: Callable[[Mapping[str, str], Sequence[ReaderLike]], ReaderLike]
    # One version: all its checks, and nothing of it is kept.
    check: Callable[[str, str], None]


class ServedReader:
    """The reader of now. Each call takes it once, so that it ends with the one it began with.

    One that was exchanged is freed when the last call that reads with it returns.
    """

    def __init__(self, reader: ReaderLike) -> None:
        self._current = reader

    @property
    def current(self) -> ReaderLike:
        """The reader of now itself."""
        return self._current

    @property
    def models(self) -> Mapping[str, str]:
        """The networks that read now, and their versions."""
        return self._current.models

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        """Read one file. Raises ReadError."""
        return self._current.read(data, options)

    def exchange(self, reader: ReaderLike) -> None:
        """Read with another one from now on."""
        self._current = reader
