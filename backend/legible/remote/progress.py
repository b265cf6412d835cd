"""How far a command is, for a person who watches."""

import shutil
from typing import TextIO

_MAX_BAR_CHARS = 40
_CLEAR_LINE = "\r\x1b[K"


class Progress:
    """A bar on a terminal's error output; nothing elsewhere."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._stream = stream
        self.expect(total)
        self.done = 0
        self._failed = 0

    def expect(self, total: int) -> None:
        """Say how many there are, as far as is known."""
        self._total = total
        self._shown = total > 1 and self._stream.isatty()

    def add(self, *, failed: bool) -> None:
        """Count one more. The line is cleared, since what was done is printed next."""
        self.done += 1
        self._failed += failed
        self.clear()

    def show(self) -> None:
        """Draw the bar as far as it is."""
        if not self._shown:
            return
        words = f" {self.done:,} of {self._total:,}"
        if self._failed:
            words += f", {self._failed:,} not read"
        # A line that is wider than the terminal could not be cleared.
        room = shutil.get_terminal_size().columns - len(words) - 3
        width = max(0, min(_MAX_BAR_CHARS, room))
        filled = "#" * (width * self.done // self._total)
        self._write(f"{_CLEAR_LINE}[{filled:<{width}}]{words}")

    def clear(self) -> None:
        """Leave the line to others."""
        if self._shown:
            self._write(_CLEAR_LINE)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
