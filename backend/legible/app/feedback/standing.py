"""Which judgements of a reading hold, and the text that comes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from legible.app.feedback.target import Target

Kind = Literal["corrected", "confirmed", "not_a_digit", "unreadable", "withdrawn"]

State = Literal["current", "superseded", "withdrawn", "withdrawal"]


@dataclass(frozen=True)
class Said:
    """One judgement, as far as it matters here."""

    id: UUID
    kind: Kind
    target: Target = field(default_factory=Target)
    text: str | None = None
    withdraws: UUID | None = None


def find_standing(pages: Sequence[Mapping[str, Any]], history: Sequence[Said]) -> list[Said]:
    """Answer the judgements that hold, in the order they were made.

    The newest wins where two overlap. One about a part leaves a corrected text of the whole
    standing, if that has as many symbols, so that the part can be found in it; any other
    judgement of the whole no longer says how it is.
    """
    withdrawn = {said.withdraws for said in history if said.kind == "withdrawn"}
    standing: list[Said] = []
    for said in history:
        if said.kind == "withdrawn" or said.id in withdrawn:
            continue
        if hidden_by(pages, standing, said.target) is not None:
            continue  # it stood on a correction that was withdrawn since
        standing = [old for old in standing if not _ends(said, old)]
        standing.append(said)
    return standing


def _ends(new: Said, old: Said) -> bool:
    if new.target.covers(old.target):
        return True
    if not new.target.overlaps(old.target):
        return False
    if not old.target.covers(new.target):
        return True  # they only share some symbols
    if old.kind == "confirmed":
        return new.kind != "confirmed"
    # What a judgement of the whole says of its length still holds when one symbol is another.
    return old.kind != "corrected" or old.target.symbol is not None


def hidden_by(
    pages: Sequence[Mapping[str, Any]], standing: Sequence[Said], target: Target
) -> Said | None:
    """Answer the correction in which this part cannot be found, since its symbols are others."""
    for said in standing:
        if said.kind != "corrected" or said.text is None or said.target == target:
            continue
        if not said.target.covers(target) or said.target.symbol is not None:
            continue
        if said.target.line is not None:
            if len(said.text) != _symbol_count(pages, target):
                return said
            continue
        texts = said.text.split("\n")
        places = _places(pages)
        if len(texts) != len(places):
            return said
        place = places.index((target.page, target.line))
        if target.symbol is not None and len(texts[place]) != _symbol_count(pages, target):
            return said
    return None


def _symbol_count(pages: Sequence[Mapping[str, Any]], target: Target) -> int:
    if target.page is None or target.line is None:
        return 0
    return len(pages[target.page]["lines"][target.line]["symbols"])


def _places(pages: Sequence[Mapping[str, Any]]) -> list[tuple[int | None, int | None]]:
    return [(p, n) for p, page in enumerate(pages) for n in range(len(page["lines"]))]


def corrected_text(
    pages: Sequence[Mapping[str, Any]], text: str, standing: Sequence[Said]
) -> str | None:
    """Write the text of a reading as people say it is.

    Returns:
        None when a part of it was judged unreadable: then nobody can tell.
    """
    if any(said.kind == "unreadable" for said in standing):
        return None
    places = _places(pages)
    lines: list[list[str]] = [
        [symbol["text"] for symbol in line["symbols"]] for page in pages for line in page["lines"]
    ]
    gone: set[int] = set()
    for said in standing:
        if said.kind == "confirmed":
            continue
        new = (said.text or "") if said.kind == "corrected" else ""
        if said.target.line is None:
            if said.kind == "not_a_digit":
                return ""
            if len(new.split("\n")) != len(lines):
                return new
            lines = [list(line) for line in new.split("\n")]
            continue
        row = places.index((said.target.page, said.target.line))
        first, last = said.target.symbol, said.target.last
        if first is None or last is None:
            lines[row] = list(new)
            gone |= {row} if said.kind == "not_a_digit" else set()
        else:
            lines[row][first : last + 1] = [new, *[""] * (last - first)]
    if all(said.kind == "confirmed" for said in standing):
        return text
    return "\n".join("".join(line) for row, line in enumerate(lines) if row not in gone)
