"""How long each step of a reading took."""

from collections import defaultdict
from collections.abc import Callable

# Seconds since any moment.
Clock = Callable[[], float]


class Watch:
    """Adds up the time between laps under the names of the steps."""

    def __init__(self, clock: Clock) -> None:
        """Take a clock in seconds."""
        self._clock = clock
        self._last = clock()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def lap(self, step: str) -> None:
        """Count the time since the last lap to a step."""
        now = self._clock()
        self._seconds[step] += now - self._last
        self._last = now

    def total(self) -> dict[str, float]:
        """Milliseconds of each step, and `total`."""
        laps = {step: round(seconds * 1000, 2) for step, seconds in self._seconds.items()}
        return {**laps, "total": round(sum(self._seconds.values()) * 1000, 2)}
