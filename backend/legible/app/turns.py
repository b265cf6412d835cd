"""Whose turn it is to have a picture decoded."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from legible.app.errors import PROBLEMS, AppError

RETRY_AFTER_S = 5
# Requests run in the 40 threads that anyio has; those that are left log people in.
_MOST_THREADS = 30
_WAITING = 20


class Turns:
    """A few pictures at a time, which bounds the memory and keeps the processor for those it has.

    Some more wait. Each holds a thread meanwhile, so whoever comes beyond them is sent away.
    """

    def __init__(self, at_once: int, waiting: int = _WAITING) -> None:
        self._working = threading.BoundedSemaphore(at_once)
        self._inside = threading.BoundedSemaphore(min(at_once + waiting, _MOST_THREADS))

    def has_free(self) -> bool:
        """Say whether whoever comes just now need not wait."""
        is_free = self._working.acquire(blocking=False)
        if is_free:
            self._working.release()
        return is_free

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn and hold it for the block.

        Raises:
            AppError: 503 `busy`, at once, when enough wait already.
        """
        if not self._inside.acquire(blocking=False):
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            raise AppError(503, "busy", PROBLEMS["busy"][1], headers=headers)
        try:
            with self._working:
                yield
        finally:
            self._inside.release()
