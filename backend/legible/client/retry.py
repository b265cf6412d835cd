"""When to ask again, and how long to wait before."""

from dataclasses import dataclass
from random import SystemRandom

from legible.client.errors import LegibleError, NoConnection

_RETRIED = frozenset({429, 503})


@dataclass(frozen=True)
class Retries:
    """At most `count` more attempts, after waits that double from `first_wait_s` on.

    Each wait is a random part of it ("full jitter"), so that many clients which were refused at
    once do not come back at once.
    """

    count: int = 5
    first_wait_s: float = 0.5
    max_wait_s: float = 60.0

    def wait_s(self, failed: int, error: LegibleError) -> float | None:
        """Answer how long to wait after the `failed`-th failure (from 1); None: give up.

        A wait that the service asks for is kept, and given up on beyond `max_wait_s`.
        """
        again = isinstance(error, NoConnection) or error.status in _RETRIED
        # The first attempt, whose answer got lost, is still being read.
        again |= error.code == "in_progress"
        if not again or failed > self.count:
            return None
        longest = min(self.max_wait_s, self.first_wait_s * 2 ** (failed - 1))
        jitter = SystemRandom().uniform(0, longest)
        if error.retry_after_s is None:
            return jitter
        if error.retry_after_s > self.max_wait_s:
            return None
        return error.retry_after_s + min(jitter, self.first_wait_s)
