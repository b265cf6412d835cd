"""How far a run is, how fast, and when it will be done: a line that changes, or lines in a log."""

import shutil
from collections import deque
from datetime import timedelta
from typing import TextIO

from legible.reader.watch import Clock

_CLEAR_LINE = "\r\x1b[K"
_LOG_EVERY_S = 30.0
# The rate is that of the last minute, so that it follows a cluster that grows.
_RATE_OVER_S = 60.0


class Progress:
    """Tells of files that were read, to a person at a terminal or to a log."""

    def __init__(self, total: int, done: int, stream: TextIO, clock: Clock) -> None:
        """Begin with how many there are, and how many were read before."""
        self.total = total
        self.done = done
        self.failed = 0
        self._stream = stream
        self._clock = clock
        self._terminal = stream.isatty()
        self._told_at = clock()
        self._points = deque([(clock(), done)])

    def add(self, files: int, failed: int) -> None:
        """Count more, and tell, if it is time to."""
        now = self._clock()
        self.done += files
        self.failed += failed
        self._points.append((now, self.done))
        while len(self._points) > 2 and now - self._points[1][0] > _RATE_OVER_S:
            self._points.popleft()
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            self._write(f"{_CLEAR_LINE}{self._words()[:width]}")
        elif now - self._told_at >= _LOG_EVERY_S:
            self._told_at = now
            self._write(f"legible bulk: {self._words()}\n")

    def clear(self) -> None:
        """Leave the line to others."""
        if self._terminal:
            self._write(_CLEAR_LINE)

    def _words(self) -> str:
        words = f"{self.done:,} of {self.total:,} files"
        if self.failed:
            words += f", {self.failed:,} not read"
        (since, before), (now, done) = self._points[0], self._points[-1]
        if now > since and done > before:
            rate = (done - before) / (now - since)
            left = timedelta(seconds=round((self.total - self.done) / rate))
            words += f", {rate:,.1f} a second, {left} left"
        return words

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
