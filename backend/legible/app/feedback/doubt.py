"""Which corrections contradict networks that were sure.

One of the two is wrong then, so that nothing is learned from them until an admin has looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from legible.app.feedback.standing import Said

# Calibrated, so that of digits that are read like this less than one in fifty is wrong.
SURE = 0.98


@dataclass(frozen=True)
class Doubt:
    """A judgement says something else of neighbouring symbols than was read with confidence."""

    judgement_id: UUID
    page: int
    line: int
    symbol: int
    last_symbol: int
    read: str
    confidence: float  # of the surest of them
    said: str | None  # None: that there is nothing to read


@dataclass(frozen=True)
class _Change:
    """What a judgement makes of the symbols `first` to `last` of a line."""

    judgement_id: UUID
    first: int
    last: int
    said: str | None


class _Line:
    """What was read in a line, and what people make of each of its symbols."""

    def __init__(self, page: int, line: int, symbols: Sequence[Mapping[str, Any]]) -> None:
        self.place = (page, line)
        self._symbols = symbols
        self._changes: dict[int, _Change] = {}

    def forget(self) -> None:
        """Nobody can tell, so there is nothing to learn."""
        self._changes.clear()

    def take_part(self, said: Said) -> None:
        """Take what is said of one symbol or of neighbouring ones; the newest holds."""
        assert said.target.symbol is not None and said.target.last is not None  # noqa: S101, PT018
        first, last = said.target.symbol, said.target.last
        if said.kind == "unreadable":
            for index in range(first, last + 1):
                self._changes.pop(index, None)
        else:
            self._put(_Change(said.id, first, last, said.text))

    def empty(self, judgement_id: UUID) -> None:
        """There is nothing to read in all of it."""
        self._put(_Change(judgement_id, 0, len(self._symbols) - 1, None))

    def _put(self, change: _Change) -> None:
        for index in range(change.first, change.last + 1):
            self._changes[index] = change

    def correct(self, judgement_id: UUID, text: str) -> None:
        """Compare a text of the whole line, symbol by symbol where it has as many."""
        read = [symbol["text"] for symbol in self._symbols]
        self.forget()
        if len(text) == len(read):
            for index, said in enumerate(text):
                self._put(_Change(judgement_id, index, index, said))
        elif read:
            self._put(self._difference(judgement_id, read, text))

    def _difference(self, judgement_id: UUID, read: Sequence[str], text: str) -> _Change:
        """Answer all between the first and the last difference."""
        most = min(len(read), len(text))
        first = next((i for i in range(most) if read[i] != text[i]), most)
        most -= first
        kept = next((i for i in range(most) if read[-1 - i] != text[-1 - i]), most)
        last, said = len(read) - kept - 1, text[first : len(text) - kept]
        if last >= first:
            return _Change(judgement_id, first, last, said or None)
        # Something was overlooked, likeliest in the ink of the less sure of its neighbours.
        neighbours = [index for index in (first - 1, first) if 0 <= index < len(read)]
        index = min(neighbours, key=lambda one: self._symbols[one]["confidence"])
        said = said + read[index] if index == first else read[index] + said
        return _Change(judgement_id, index, index, said)

    def doubts(self) -> list[Doubt]:
        """Answer what changes a symbol that was read with confidence, from left to right."""
        found = []
        for change in dict.fromkeys(self._changes[index] for index in sorted(self._changes)):
            symbols = self._symbols[change.first : change.last + 1]
            read = "".join(symbol["text"] for symbol in symbols)
            confidence = max(symbol["confidence"] for symbol in symbols)
            if change.said != read and confidence >= SURE:
                where = (*self.place, change.first, change.last)
                found.append(Doubt(change.judgement_id, *where, read, confidence, change.said))
        return found


def find_doubts(pages: Sequence[Mapping[str, Any]], standing: Sequence[Said]) -> list[Doubt]:
    """Find what people say against symbols that were read with a confidence of `SURE` or more.

    Args:
        pages: the stored pages of a reading.
        standing: its judgements that hold, in the order they were made (`find_standing`).

    Returns:
        In the order of reading; several for a judgement of a line or of the whole. A text of the
        whole that has more or fewer lines than were read cannot be told apart into them: nothing
        can be learned from it, so there is nothing to doubt.
    """
    lines = {
        (p, n): _Line(p, n, line["symbols"])
        for p, page in enumerate(pages)
        for n, line in enumerate(page["lines"])
    }
    for said in standing:
        if said.kind == "confirmed":
            continue
        place = said.target.page, said.target.line
        meant = list(lines.values()) if None in place else [lines[place]]  # type: ignore[index]
        if said.target.symbol is None:
            _take(meant, said)
        else:
            meant[0].take_part(said)
    return [doubt for line in lines.values() for doubt in line.doubts()]


def _take(lines: Sequence[_Line], said: Said) -> None:
    """Take what is said of a line or of all."""
    texts = (said.text or "").split("\n")
    for number, line in enumerate(lines):
        if said.kind == "not_a_digit":
            line.empty(said.id)
        elif said.kind == "corrected" and len(texts) == len(lines):
            line.correct(said.id, texts[number])
        else:
            line.forget()
