"""What the service answers, as plain values; their parts are the reader's own."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from legible.reader.types import Alternative, Issue, Page, Status

Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class ReadingSummary:
    """A reading as lists and exports have it.

    `text` joins the lines with a line feed. `feedback` is the newest judgement of a person, with
    the `corrected_text`; None where there is none.
    """

    id: UUID
    file_name: str
    text: str
    status: Status
    confidence: float
    issues: Sequence[Issue]
    models: Mapping[str, str]
    symbols: Literal["digits", "number"] = "digits"
    feedback: Mapping[str, Any] | None = None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Reading(ReadingSummary):
    """All that was read in one file; `stages` as the API has them, where they were asked for."""

    pattern: str | None = None
    alternatives: Sequence[Alternative]
    pages: Sequence[Page]
    timing_ms: Mapping[str, float]
    stages: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ReadingList:
    """A part of a list, and what to ask for its rest with."""

    items: Sequence[ReadingSummary]
    next_cursor: str | None


def build(kind: type[Made], data: Any) -> Made:
    """Make a value of decoded JSON. Fields of a newer service that are not known are left out.

    Raises:
        TypeError, ValueError: the JSON is of something else.
    """
    return cast("Made", _build(kind, data))


@cache
def _fields(kind: Hashable) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _build(kind: Any, data: Any) -> Any:  # noqa: PLR0911  a kind a line
    if is_dataclass(kind):
        if not isinstance(data, dict):
            raise TypeError(f"expected an object, got {type(data).__name__}")
        known = {
            name: field for name, field in _fields(cast("Hashable", kind)).items() if name in data
        }
        return cast("Any", kind)(**{name: _build(known[name], data[name]) for name in known})
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Sequence:
        return tuple(_build(inner[0], each) for each in data)
    if origin is UnionType:  # always `Something | None`
        return None if data is None else _build(inner[0], data)
    if origin is tuple:
        return tuple(data)
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind in {UUID, Status}:
        return kind(data)
    return data
