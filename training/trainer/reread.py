"""A stored picture, read again for what the networks saw: tiles and strips of the stored places.

The networks may be others than those that read it first, so a place is known again by its box.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np

from legible.reader.reader import Reader
from legible.reader.types import Box, Line, PageStages, Reading, ReadOptions
from trainer.feedback import Picture
from trainer.judged import Place

# Overlap (intersection over union) from which on two boxes are one place. A symbol with half of
# another has less; a line that lost a digit of four has less than the second.
_SAME_SYMBOL, _SAME_LINE = 0.5, 0.8


@dataclass
class Found:
    """What was seen again by stored place: a tile or a strip, or the reason why there is none."""

    pictures: dict[Place, Picture] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)


def read_again(
    reader: Reader, data: bytes, options: ReadOptions, pages: Sequence[Mapping[str, Any]]
) -> Found:
    """Read a picture as it was asked for then, and find its stored places.

    Args:
        reader: with any networks.
        data: of the stored picture.
        options: `symbols` and `pattern` as they were.
        pages: of the reading, as stored.

    Returns:
        Tiles (28, 28) and strips (32, W) uint8, ink white. A line has a strip where it is one run.

    Raises:
        ReadError: the picture cannot be read any more.
    """
    found = Found()
    again = reader.read(data, replace(options, stages=True))
    assert again.stages is not None  # noqa: S101  asked for
    for number, page in enumerate(pages):
        known = again.pages[number] if number < len(again.pages) else None
        same = known is not None and [known.width, known.height, known.turned_deg] == [
            page["width"],
            page["height"],
            page.get("turned_deg", 0),
        ]
        stages = again.stages.pages[number] if number < len(again.stages.pages) else None
        for row, line in enumerate(page["lines"]):
            lines = known.lines if same and known is not None else ()
            _find_line(found, (number, row, None), line, lines, stages)
    if options.symbols == "digits" and any(place[2] is None for place in found.pictures):
        _drop_lines_with_marks(found, reader.read(data, replace(options, symbols="number")), pages)
    return found


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes (x, y, width, height); 0 where one has no area."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(0.0, wide) * max(0.0, high)
    union = a[2] * a[3] + b[2] * b[3] - both
    return both / union if union > 0 else 0.0


def _find_line(
    found: Found,
    place: Place,
    stored: Mapping[str, Any],
    lines: Sequence[Line],
    stages: PageStages | None,
) -> None:
    boxes = [line.box for line in lines]
    row = _best(stored["box"], boxes, _SAME_SYMBOL)
    symbols = [] if row is None else [symbol.box for symbol in lines[row].symbols]
    for index, symbol in enumerate(stored["symbols"]):
        again = _best(symbol["box"], symbols, _SAME_SYMBOL)
        tile = None
        if again is not None and stages is not None:
            tile = next(
                (d.picture for d in stages.digits if (d.line, d.symbol) == (row, again)), None
            )
        if tile is not None:
            found.pictures[*place[:2], index] = _decode(tile.png)
        else:
            found.reasons[*place[:2], index] = "other_place" if again is None else "no_tile"
    if row is None or overlap(stored["box"], boxes[row]) < _SAME_LINE:
        found.reasons[place] = "other_place"
        return
    runs = [run.picture for run in stages.runs if run.line == row] if stages is not None else []
    if len(runs) == 1:
        found.pictures[place] = _decode(runs[0].png)
    else:
        found.reasons[place] = "several_runs" if runs else "no_strip"


def _drop_lines_with_marks(
    found: Found, numbers: Reading, pages: Sequence[Mapping[str, Any]]
) -> None:
    """Leave lines out that may hold a mark: asked for digits, nobody was shown or wrote it."""
    for place in [place for place in found.pictures if place[2] is None]:
        number, row, _ = place
        lines = numbers.pages[number].lines if number < len(numbers.pages) else ()
        box = pages[number]["lines"][row]["box"]
        if any(overlap(box, line.box) > 0 and not line.text.isdigit() for line in lines):
            del found.pictures[place]
            found.reasons[place] = "may_have_marks"


def _best(box: Sequence[float], among: Sequence[Box], least: float) -> int | None:
    """The place of the box that overlaps most, None where none overlaps enough."""
    overlaps = [overlap(box, other) for other in among]
    best = max(range(len(among)), key=lambda place: overlaps[place], default=None)
    return best if best is not None and overlaps[best] >= least else None


def _decode(png: bytes) -> Picture:
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(pixels, np.uint8)
