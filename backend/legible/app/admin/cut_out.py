"""What an admin sees of a doubtful correction: the symbols in their line, with something around."""

from collections.abc import Mapping, Sequence
from typing import Any

from legible.app.feedback.doubt import Doubt
from legible.reader.types import Box

# Around the line and beside the symbols, in heights of the line.
_MARGIN = 0.35
_BESIDE = 3.0


def cut_out_of(pages: Sequence[Mapping[str, Any]], doubt: Doubt) -> Box:
    """Answer the box, in pixels of the upright page."""
    page = pages[doubt.page]
    line = page["lines"][doubt.line]["box"]
    first, top, right, bottom = _box_around(pages, doubt)
    beside, margin = line[3] * _BESIDE, line[3] * _MARGIN
    left = max(0, line[0] - margin, first - beside)
    right = min(page["width"], line[0] + line[2] + margin, right + beside)
    top = max(0, min(line[1], top) - margin)
    bottom = min(page["height"], max(line[1] + line[3], bottom) + margin)
    x, y = int(left), int(top)
    return x, y, max(1, round(right) - x), max(1, round(bottom) - y)


def mark_of(pages: Sequence[Mapping[str, Any]], doubt: Doubt) -> tuple[float, float, float, float]:
    """Answer where the symbols lie in the cut-out, as shares of its width and height."""
    x, y, width, height = cut_out_of(pages, doubt)
    left, top, right, bottom = _box_around(pages, doubt)
    return (left - x) / width, (top - y) / height, (right - left) / width, (bottom - top) / height


def _box_around(
    pages: Sequence[Mapping[str, Any]], doubt: Doubt
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the doubted symbols."""
    symbols = pages[doubt.page]["lines"][doubt.line]["symbols"]
    boxes = [symbol["box"] for symbol in symbols[doubt.symbol : doubt.last_symbol + 1]]
    return (
        min(x for x, _, _, _ in boxes),
        min(y for _, y, _, _ in boxes),
        max(x + width for x, _, width, _ in boxes),
        max(y + height for _, y, _, height in boxes),
    )
