"""Taking answers apart; what cannot be is no answer of the service."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

import httpx2

from legible.client.errors import ServerFailed
from legible.client.models import build

Made = TypeVar("Made")


def parse(response: httpx2.Response, kind: type[Made]) -> Made:
    """Make a value of an answer. Raises ServerFailed."""
    return decode(response, lambda: build(kind, response.json()))


def parse_lines(response: httpx2.Response) -> Iterator[Any]:
    """Go through the JSON lines of an answer as they come. Raises ServerFailed."""
    for line in _lines(response.iter_bytes()):
        yield decode(response, partial(json.loads, line))


def decode(response: httpx2.Response, make: Callable[[], Made]) -> Made:
    """Make something of an answer. Raises ServerFailed where that is not possible."""
    try:
        return make()
    except (TypeError, ValueError, LookupError) as error:
        raise ServerFailed(
            "not_legible",
            f"{response.url.host} answered something else than Legible does. Check the address.",
            status=response.status_code,
        ) from error


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split at line feeds alone: JSON may hold other characters that end a line elsewhere."""
    rest: list[bytes] = []  # joined once: a line may come in many pieces
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest.append(first)
        for other in others:
            yield b"".join(rest)
            rest = [other]
    if last := b"".join(rest):
        yield last
