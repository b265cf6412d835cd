"""Stretches of bytes, `[start, end)`, and zeroing them."""

from collections.abc import Iterable

Span = tuple[int, int]


def zero(buffer: bytearray, spans: Iterable[Span]) -> None:
    """Overwrite `spans`, which may overlap and reach past the end, with zeros; length stays."""
    for start, end in merged(spans):
        length = max(0, min(end, len(buffer)) - start)
        buffer[start : start + length] = bytes(length)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same bytes as sorted spans that do not overlap.

    A crafted file may claim all of itself thousands of times; this is what keeps that cheap.
    """
    apart: list[Span] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        elif end > start:
            apart.append((start, end))
    return apart
