"""Which part of a reading is meant, and what stands there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Target:
    """A whole reading, a line of it, or neighbouring symbols of a line; indices from 0."""

    page: int | None = None
    line: int | None = None
    symbol: int | None = None
    last_symbol: int | None = None  # of several; None = `symbol` alone

    @property
    def last(self) -> int | None:
        """The last symbol that is meant."""
        return self.symbol if self.last_symbol is None else self.last_symbol

    def covers(self, other: "Target") -> bool:
        """Say whether all of the other is part of this."""
        if self.line is None:
            return True
        if (self.page, self.line) != (other.page, other.line):
            return False
        if self.symbol is None or self.last is None:
            return True
        if other.symbol is None or other.last is None:
            return False
        return self.symbol <= other.symbol and other.last <= self.last

    def overlaps(self, other: "Target") -> bool:
        """Say whether the two have a symbol in common."""
        if self.covers(other) or other.covers(self):
            return True
        if (self.page, self.line) != (other.page, other.line):
            return False
        if None in (self.symbol, self.last, other.symbol, other.last):
            return False
        return self.symbol <= other.last and other.symbol <= self.last  # type: ignore[operator]


class NoSuchPart(Exception):
    """A target is not in the reading; `field` and words say why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def find_part(
    pages: Sequence[Mapping[str, Any]], target: Target
) -> tuple[list[Mapping[str, Any]], Mapping[str, Any] | None]:
    """Find the lines or symbols that a target means.

    Args:
        pages: the stored pages of a reading.
        target: what is meant.

    Returns:
        All lines, one line, or some symbols, each with `text`, `confidence` and `box`; and the
        page they are on, unless the whole reading is meant.

    Raises:
        NoSuchPart: an index is missing or too high.
    """
    _refuse_gaps(target)
    if target.page is None:
        return [line for page in pages for line in page["lines"]], None
    page = pages[_index("page", target.page, len(pages), "The reading", "pages")]
    assert target.line is not None  # noqa: S101  no gaps
    where = f"Page {target.page}"
    line = page["lines"][_index("line", target.line, len(page["lines"]), where, "lines")]
    if target.symbol is None:
        return [line], page
    where = f"Line {target.line} of page {target.page}"
    symbols = line["symbols"]
    first = _index("symbol", target.symbol, len(symbols), where, "symbols")
    last = first
    if target.last_symbol is not None:
        last = _index("last_symbol", target.last_symbol, len(symbols), where, "symbols")
        if last < first:
            raise NoSuchPart("last_symbol", f"It comes before `symbol`, which is {first}.")
    return list(symbols[first : last + 1]), page


def _refuse_gaps(target: Target) -> None:
    indices = {
        "page": target.page,
        "line": target.line,
        "symbol": target.symbol,
        "last_symbol": target.last_symbol,
    }
    for (outer, above), (inner, index) in pairwise(indices.items()):
        if above is None and index is not None:
            raise NoSuchPart(outer, f"`{inner}` is given, so `{outer}` is needed as well.")
    if target.page is not None and target.line is None:
        raise NoSuchPart("line", "A line of the page is needed; leave `page` out for the reading.")


def _index(field: str, index: int, count: int, where: str, what: str) -> int:
    if index >= count:
        raise NoSuchPart(
            field, f"{where} has {count} {what}, counted from 0; there is no {field} {index}."
        )
    return index
