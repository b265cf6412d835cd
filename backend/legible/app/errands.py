"""What is done after an answer has left, on few threads of its own.

An errand is nothing that anybody waits for: it may fail, which is logged, and it is lost when the
process is killed. What must not be lost is noted in the database first.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context

# Requests have threads of their own, so a mail server that hangs costs none of theirs.
_THREADS = 2
# Each is small; more would only be late.
_MOST_WAITING = 1000
# What may still be done when the service stops.
_GRACE_S = 10

_log = logging.getLogger(__name__)


class Errands:
    """Runs errands in the order they come, two at a time."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="errand")
        self._pending: set[Future[None]] = set()
        self._guard = threading.Lock()

    def run(self, name: str, errand: Callable[[], None]) -> bool:
        """Do it soon; log and audit say of it which request it came from. False: it is dropped."""
        with self._guard:
            if len(self._pending) >= _MOST_WAITING:
                _log.error("errand %s was dropped: %d wait already", name, _MOST_WAITING)
                return False
            future = self._pool.submit(copy_context().run, _do, name, errand)
            self._pending.add(future)
        future.add_done_callback(self._forget)
        return True

    def close(self) -> None:
        """Do what waits, for some seconds, and stop."""
        with self._guard:
            pending = set(self._pending)
        wait(pending, timeout=_GRACE_S)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self, future: Future[None]) -> None:
        with self._guard:
            self._pending.discard(future)


def _do(name: str, errand: Callable[[], None]) -> None:
    try:
        errand()
    except Exception:
        _log.exception("errand %s failed", name)
