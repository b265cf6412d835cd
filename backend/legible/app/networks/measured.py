"""What a bundle's `metrics.json` says, in either of the shapes that networks have.

A digit network's file has the figures of MNIST's test part at the top, and other sets below; a line
network's has a part for each set, with figures for what was asked for. Older ones say less.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_log = logging.getLogger(__name__)

Symbols = Literal["digits", "number"]
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
_SYMBOLS: tuple[Symbols, ...] = ("digits", "number")


class _Known(BaseModel):
    """Takes what it knows and leaves the rest; numbers must be finite."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class Measured(_Known):
    """The figures of one set of pictures."""

    n: Count | None = None
    errors: Count
    accuracy: Share
    wilson95: tuple[Share, Share] | None = None
    ece: Share | None = None
    refused: Share | None = None
    coverage: Share | None = None
    wrong_among_read: Share | None = None
    wrong_among_read_wilson95: tuple[Share, Share] | None = None
    # Beyond 1 where more was read than is written.
    character_error_rate: Annotated[float, Field(ge=0)] | None = None


class Bin(_Known):
    """The pictures of one bin of confidence."""

    n: Count
    confidence: Share
    accuracy: Share


class Metrics(_Known):
    """What is the same in both shapes."""

    parameters: Count | None = None
    models: dict[str, str] | None = None
    reliability: list[Bin] | None = None
    confusion: list[list[Count]] | None = None


_Model = TypeVar("_Model", bound=BaseModel)


def read_json(path: Path) -> dict[str, Any]:
    """Answer the object in a file; an empty one where there is none that can be read."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        _log.warning("%s of %s %s cannot be read", path.name, *path.parts[-3:-1])
        return {}
    return told if isinstance(told, dict) else {}


def read_metrics(told: dict[str, Any]) -> Metrics:
    """Answer what is known of the whole file, part by part: a damaged one does not spoil others."""
    parts = {name: told[name] for name in Metrics.model_fields if name in told}
    good = {name: part for name, part in parts.items() if _valid(Metrics, {name: part})}
    return Metrics.model_validate(good)


def read_results(told: dict[str, Any]) -> Iterator[tuple[str, Symbols | None, Measured]]:
    """Yield each set's name, what was asked for and the figures, the set to judge by first."""
    for pictures, figures in _of_digits(told):
        measured = _valid(Measured, figures)
        if measured:
            yield pictures, None, measured
    for pictures, part in told.items():
        for symbols in _SYMBOLS:
            measured = _valid(Measured, _child(part, symbols))
            if measured:
                yield pictures, symbols, measured


def _of_digits(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "test", told
    yield "noise", told.get("noise")
    yield "salt_and_pepper", _child(told, "stress", "salt_and_pepper", "0.5")
    outside = _child(told, "outside", "digits")
    if isinstance(outside, dict):
        yield from outside.items()


def _child(told: Any, *names: str) -> Any:
    for name in names:
        told = told.get(name) if isinstance(told, dict) else None
    return told


def _valid(model: type[_Model], told: Any) -> _Model | None:
    try:
        return model.model_validate(told)
    except ValidationError:
        return None
