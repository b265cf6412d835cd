"""Everything that can be wrong with what we are asked to read.

Each kind has a stable code for programs and a sentence for people: what was expected, what came,
what to do. No message carries a path, a stack trace or a library's own words.
"""

from typing import ClassVar


class ReadError(Exception):
    """The input cannot be read, and why."""

    code: ClassVar[str] = "unreadable_input"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotAnImage(ReadError):
    """The bytes are no picture and no PDF page."""

    code = "not_an_image"


class UnsupportedFormat(ReadError):
    """A known kind of file, but none that we read."""

    code = "unsupported_format"


class Truncated(ReadError):
    """The file begins like a picture and ends too early or is damaged."""

    code = "truncated"


class TooLarge(ReadError):
    """More bytes or pixels than the limit."""

    code = "too_large"


class TooManyPages(ReadError):
    """More pages than the limit."""

    code = "too_many_pages"


class NothingWritten(ReadError):
    """A picture too small to hold writing. (A page without ink is no error but `blank`.)"""

    code = "nothing_written"


class BadPattern(ReadError):
    """The pattern uses something that patterns do not have."""

    code = "bad_pattern"


class UnsupportedSymbols(ReadError):
    """The loaded networks cannot read the symbols that were asked for."""

    code = "unsupported_symbols"
