"""Counters with a time to live: in this process, or in Redis for several that share them."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, TypeVar

from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from legible.app.settings import StartError

# Its client is only imported where there is one: it brings all of OpenTelemetry, if installed.
if TYPE_CHECKING:
    from redis import ConnectionPool

# All that Redis may cost a request that would be answered without it.
_REDIS_TIMEOUT_S = 0.5
# How long a Redis that did not answer is left alone.
_REST_S = 10
# How often counters whose time is over are looked for; they count nothing before that either.
_SWEEP_EVERY_S = 1.0

_Storage = MemoryStorage | RedisStorage
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Policy:
    """So many requests in any window of this length, for each who is counted under this name."""

    name: str
    quota: int
    window_s: int = 60


@dataclass(frozen=True)
class Standing:
    """How somebody stands after a request was counted: what is left, and when there is more."""

    policy: Policy
    allowed: bool
    remaining: int
    more_in_s: int


class _Memory(MemoryStorage):
    """The library's, exact among threads, and swept by whoever asks instead of by a thread.

    It would start that thread anew at almost each request. `guard` must be held by whoever asks.
    """

    def __init__(self) -> None:
        self.guard = threading.RLock()
        self._sweep_at = 0.0
        super().__init__()

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802  overrides a private method
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + _SWEEP_EVERY_S
            self._MemoryStorage__expire_events()  # type: ignore[attr-defined]


class Counters:
    """Counts in Redis where there is one, in memory otherwise.

    A Redis that fails is replaced by the memory of this process until it answers again: then each
    replica limits alone, which is looser than together, but neither locks all out nor lets all in.
    """

    def __init__(self, redis_url: str) -> None:
        self._memory = _Memory()
        self._pool = open_pool(redis_url)
        self._redis: RedisStorage | None = None
        if self._pool:
            self._redis = RedisStorage(
                redis_url, self._pool, key_prefix="legible", wrap_exceptions=True
            )
        self._rest_until = 0.0

    def hit(self, policy: Policy, who: str) -> Standing:
        """Count one request of somebody, unless their quota is spent."""
        item = RateLimitItemPerSecond(policy.quota, policy.window_s, policy.name)

        def count(storage: _Storage) -> Standing:
            window = SlidingWindowCounterRateLimiter(storage)
            allowed = window.hit(item, who)
            reset_at, remaining = window.get_window_stats(item, who)
            # Who was refused may have one left by now; saying so would contradict the answer.
            more_in_s = max(1, ceil(reset_at - time.time()))
            return Standing(policy, allowed, remaining if allowed else 0, more_in_s)

        return self._ask(count)

    def add(self, name: str, *, amount: int = 1, lifetime_s: int) -> int:
        """Add to a counter, which starts at 0 and lives from the first time; answer the sum."""
        return self._ask(lambda storage: storage.incr(name, lifetime_s, amount))

    def is_set(self, name: str) -> bool:
        """Say whether a counter is above 0."""
        return self._ask(lambda storage: storage.get(name) > 0)

    def seconds_left(self, name: str) -> int:
        """Say how long a counter will live; 0 for none."""

        def left(storage: _Storage) -> int:
            if storage.get(name) <= 0:
                return 0
            return max(1, ceil(storage.get_expiry(name) - time.time()))

        return self._ask(left)

    def clear(self, name: str) -> None:
        """Forget a counter."""
        self._ask(lambda storage: storage.clear(name))

    def close(self) -> None:
        """Close the connections to Redis."""
        if self._pool:
            self._pool.disconnect()

    def _ask(self, ask: Callable[[_Storage], _Answer]) -> _Answer:
        if self._redis is not None and time.monotonic() >= self._rest_until:
            from redis.exceptions import RedisError  # noqa: PLC0415

            try:
                return ask(self._redis)
            except (StorageError, RedisError) as error:
                self._rest_until = time.monotonic() + _REST_S
                # The reason may name the address, never the password in it.
                _log.warning("Redis fails, this process limits alone for %d s: %s", _REST_S, error)
        with self._memory.guard:
            return ask(self._memory)


def open_pool(redis_url: str) -> "ConnectionPool | None":
    """Make connections to a Redis possible, without trying one yet; None for no address.

    Raises:
        StartError: the address is none.
    """
    if not redis_url:
        return None
    from redis import ConnectionPool  # noqa: PLC0415
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    try:
        return ConnectionPool.from_url(
            redis_url,
            socket_timeout=_REDIS_TIMEOUT_S,
            socket_connect_timeout=_REDIS_TIMEOUT_S,
            # Once more at once: a connection that lay idle may have been closed meanwhile.
            retry=Retry(NoBackoff(), 1),
        )
    except ValueError as error:  # its own message may show the password
        raise StartError(
            "LEGIBLE_REDIS_URL is no address of a Redis. Write redis://HOST:6379/0, rediss://... "
            "for TLS, or leave it unset to count in memory."
        ) from error
