"""How fast somebody may guess: the more often it was wrong, the longer the wait for the next try.

Attempts are counted before their outcome is known, so that many at once do not slip through, and
taken back when they succeed. Why it is three counters, `docs/limits.md` tells.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from legible.app.errors import AppError
from legible.app.limiting.counters import Counters
from legible.app.settings import Settings

# An hour after the first failure all is forgotten.
_MEMORY_S = 60 * 60
# An address that has logged in to an account is its owner's for so long.
_KNOWN_S = 30 * 24 * 60 * 60
# From one address the longest wait leaves about 24 guesses an hour.
_LONGEST_WAIT_S = 5 * 60
# What strangers can cost an owner who comes from somewhere new.
_LONGEST_WAIT_OF_ACCOUNT_S = 60
# Strangers elsewhere are told from an owner with a bad memory by the number.
_ACCOUNT_FACTOR = 4

# `password` asks who is logged in once more; `forgot` and `mail` count each mail that is asked for.
Kind = Literal["login", "register", "password", "forgot", "mail"]


def wait_s(failures: int, *, free: int, longest_s: int) -> int:
    """Say how long to wait after so many failures: 1 s after `free` of them, then doubling."""
    if failures < free:
        return 0
    return int(min(2 ** min(failures - free, 30), longest_s))


@dataclass(frozen=True)
class _Guard:
    """One counter of failures, and the wait that it imposes."""

    name: str
    free: int
    longest_s: int
    # Whether a success proves that the failures before it were the owner's.
    forgives: bool

    @property
    def wait_name(self) -> str:
        return f"{self.name}/wait"


class Attempt:
    """One attempt that was let through; it counts as failed unless it says otherwise."""

    def __init__(self, counters: Counters, guards: Sequence[_Guard], known_name: str) -> None:
        self._counters = counters
        self._guards = guards
        self._known_name = known_name
        self._waits_begun: list[_Guard] = []

    def count(self) -> int:
        """Count it everywhere; answer the wait in seconds if another was faster, or 0."""
        for guard in self._guards:
            failures = self._counters.add(guard.name, lifetime_s=_MEMORY_S)
            wait = wait_s(failures, free=guard.free, longest_s=guard.longest_s)
            if wait and self._counters.add(guard.wait_name, lifetime_s=wait) > 1:
                return wait
            if wait:
                self._waits_begun.append(guard)
        return 0

    def succeeded(self) -> None:
        """Forget the account's failures, take back the address's, and know the address."""
        for guard in self._guards:
            if guard.forgives:
                self._counters.clear(guard.name)
                self._counters.clear(guard.wait_name)
            else:
                self._counters.add(guard.name, amount=-1, lifetime_s=_MEMORY_S)
                if guard in self._waits_begun:
                    self._counters.clear(guard.wait_name)
        self._counters.clear(self._known_name)  # so that its time begins anew
        self._counters.add(self._known_name, lifetime_s=_KNOWN_S)


class Attempts:
    """Lets attempts at an account through, or tells them to wait."""

    def __init__(self, counters: Counters, settings: Settings) -> None:
        self._counters = counters
        self._free = settings.attempts_per_account
        self._free_of_address = settings.attempts_per_address

    def begin(self, kind: Kind, *, account: str, address: str) -> Attempt:
        """Let an attempt through and count it, whether or not there is such an account.

        Raises:
            AppError: 429 `too_many_requests`: not yet, and it was not counted.
        """
        # No e-mail address needs to lie in Redis.
        account = hashlib.sha256(account.encode(errors="replace")).hexdigest()[:32]
        known_name = f"{kind}/known/{account}/{address}"
        guards = self._guards(kind, account, address, known_name)
        wait = max(self._counters.seconds_left(guard.wait_name) for guard in guards)
        if not wait:
            attempt = Attempt(self._counters, guards, known_name)
            wait = attempt.count()
            if not wait:
                return attempt
        raise AppError(
            429,
            "too_many_requests",
            f"That was wrong or too much several times. Try again in {wait} s.",
            headers={"Retry-After": str(wait)},
        )

    def _guards(self, kind: Kind, account: str, address: str, known_name: str) -> list[_Guard]:
        pair = _Guard(
            f"{kind}/pair/{account}/{address}", self._free, _LONGEST_WAIT_S, forgives=True
        )
        # Whoever has logged in from here before waits for own failures alone.
        if self._counters.is_set(known_name):
            return [pair]
        of_account = _Guard(
            f"{kind}/account/{account}",
            self._free * _ACCOUNT_FACTOR,
            _LONGEST_WAIT_OF_ACCOUNT_S,
            forgives=True,
        )
        of_address = _Guard(
            f"{kind}/address/{address}", self._free_of_address, _LONGEST_WAIT_S, forgives=False
        )
        return [pair, of_account, of_address]
