"""What could be learned from one corrected reading: tiles and strips with labels, and what not."""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from legible.app.feedback.doubt import SURE, find_doubts
from legible.app.storage import Storage
from legible.reader.errors import ReadError
from legible.reader.pattern import SYMBOLS
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions
from trainer.corrections import Corrected
from trainer.feedback import NO_DIGIT, Item, Picture, Split
from trainer.judged import Label, label_parts
from trainer.reread import Found, read_again

_LABELS = frozenset(str(label) for label in range(NO_DIGIT + 1))


@dataclass(frozen=True)
class Candidate:
    """A labelled picture that a set could have. `decided`: an admin said that it is to be used."""

    item: Item
    picture: Picture
    decided: bool


@dataclass
class Gathered:
    """What came of readings: candidates, what is left out, and how often sure symbols were judged.

    `sure` counts judged symbols that the networks were sure of, `contradicted` those of them that
    are others by that, unless an admin said so too.
    """

    candidates: list[Candidate] = field(default_factory=list)
    left_out: list[dict[str, Any]] = field(default_factory=list)
    sure: int = 0
    contradicted: int = 0


def left_out_row(item: Item, reason: str) -> dict[str, Any]:
    """What `left_out.jsonl` tells of an item that a set does not have."""
    told = ("kind", "writer", "reading", "page", "line", "symbol", "label", "read", "confidence")
    return {name: getattr(item, name) for name in (*told, "judgement")} | {"reason": reason}


def writer_of(account: UUID) -> str:
    """What a set calls an account: 16 hex digits of the SHA-256 of its id."""
    return hashlib.sha256(str(account).encode()).hexdigest()[:16]


def split_of(writer: str) -> Split:
    """The split of a writer in all sets, for ever: 60% train, 20% validation, 20% test."""
    share = int(writer[:8], 16) / 2**32
    return "train" if share < 0.6 else "validation" if share < 0.8 else "test"


def gather(corrected: Corrected, reader: Reader, pictures: Storage, into: Gathered) -> None:
    """Add what could be learned from a reading, and what could not and why.

    Args:
        corrected: a reading, and what stands of what was said of it.
        reader: with the networks whose tiles and strips are wanted.
        pictures: where the service keeps them.
        into: is added to.
    """
    labels = label_parts(corrected.pages, corrected.standing, corrected.recut)
    doubts = find_doubts(corrected.pages, corrected.standing)
    doubtful = {doubt.judgement_id for doubt in doubts}
    reasons = {label.place: _reason(label, corrected.decisions, doubtful) for label in labels}
    _count_sure(labels, corrected.decisions, into)
    found: Found | str = Found()
    if not all(reasons.values()):
        found = _look_again(corrected, reader, pictures)
    for label in labels:
        picture = None
        reason = reasons[label.place]
        if reason is None and isinstance(found, str):
            reason = found
        elif reason is None and isinstance(found, Found):
            picture = found.pictures.get(label.place)
            reason = found.reasons.get(label.place, "other_place")
        item = _item(corrected, label)
        if picture is None:
            into.left_out.append(left_out_row(item, str(reason)))
        else:
            decided = any(corrected.decisions.get(said) == "use" for said in label.judgements)
            into.candidates.append(Candidate(item, picture, decided))


def _reason(label: Label, decisions: Mapping[UUID, str], doubtful: Set[UUID]) -> str | None:
    """Why a label is not learned from, as far as can be told without its picture."""
    verdicts = [decisions.get(said) for said in label.judgements]
    if "leave_out" in verdicts:
        return "decided_against"
    if any(
        said in doubtful and verdict != "use"
        for said, verdict in zip(label.judgements, verdicts, strict=True)
    ):
        return "waits_for_decision"
    if label.text is None:
        return label.reason
    if label.is_symbol:
        # What the digit network has no class for; the line network reads it in its line.
        return None if label.text in _LABELS else "mark"
    return None if set(label.text) <= SYMBOLS else "not_in_vocabulary"


def _count_sure(labels: Sequence[Label], decisions: Mapping[UUID, str], into: Gathered) -> None:
    for label in labels:
        if label.is_symbol and label.text is not None and label.confidence >= SURE:
            into.sure += 1
            used = "use" in [decisions.get(said) for said in label.judgements]
            into.contradicted += label.contradicts and not used


def _look_again(corrected: Corrected, reader: Reader, pictures: Storage) -> Found | str:
    """The stored places seen again, or the reason why the picture cannot be."""
    try:
        data = pictures.get(corrected.storage_key)
    except FileNotFoundError:
        return "picture_missing"
    if hashlib.sha256(data).hexdigest() != corrected.sha256:
        return "picture_changed"
    options = ReadOptions(symbols=corrected.symbols, pattern=corrected.pattern)
    try:
        return read_again(reader, data, options, corrected.pages)
    except ReadError:
        return "not_read_again"


def _item(corrected: Corrected, label: Label) -> Item:
    page, line, symbol = label.place
    writer = writer_of(corrected.account)
    return Item(
        kind="digit" if label.is_symbol else "line",
        index=0,
        split=split_of(writer),
        writer=writer,
        reading=str(corrected.reading),
        page=page,
        line=line,
        symbol=symbol,
        label=label.text or "",
        read=label.read,
        confidence=label.confidence,
        models=dict(corrected.models),
        judgement=str(label.judgements[-1]),
        picture_sha256=corrected.sha256,
    )
