"""Connected strokes: found, and parted into writing and what is none."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from legible.reader.components import Components, find_components
from legible.reader.ink import LOW_PX, MaskArray

# Three millimetres of writing are 1% of a page of A4; nobody reads half of that.
_LEAST_SHARE = 0.005
# A part of so much of the page's area, along a whole side, is no writing where there is other.
_LEAST_BLOCK = 0.03


@dataclass(slots=True)
class Part:
    """Connected strokes: box and component labels."""

    left: int
    top: int
    right: int
    bottom: int
    area: int
    labels: list[int]

    @property
    def width(self) -> int:
        """Of its box."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Of its box."""
        return self.bottom - self.top

    @property
    def size(self) -> int:
        """The longer side of its box."""
        return max(self.width, self.height)

    def absorb(self, other: "Part") -> None:
        """Make another part one with this."""
        self.left, self.top = min(self.left, other.left), min(self.top, other.top)
        self.right, self.bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        self.area += other.area
        self.labels += other.labels


def find_parts(
    strokes: MaskArray, known: Components | None = None
) -> tuple[NDArray[np.int32], list[Part]]:
    """Parts of strokes that hang together, and the number of the part of each pixel.

    Args:
        strokes: (H, W) bool.
        known: their components, where somebody has found them.

    Returns:
        (H, W) int32, a number that no part has where there is none; and the parts, whose `labels`
        are their numbers.
    """
    found = find_components(strokes) if known is None else known
    parts = [
        Part(x, y, x + w, y + h, area, [label])
        for label, (x, y, w, h, area) in enumerate(found.stats.tolist())
        if label > 0 and area > 0
    ]
    return found.labels, parts


def labels_of(parts: Iterable[Part]) -> set[int]:
    """The numbers of all their pixels."""
    return {label for part in parts for label in part.labels}


def drop_blocks(parts: list[Part], shape: tuple[int, ...]) -> list[Part]:
    """Leave out the table that the paper lies on: a great part along a whole side of the page, or
    a solid one in a corner.

    It must not tell how large writing is. Where nothing else could be writing it stays: the 1 of
    a tight crop looks like it too.
    """
    height, width = shape
    rest = [
        part
        for part in parts
        if part.area < _LEAST_BLOCK * height * width
        or not _leans(part, height, width)
        or not _is_surface(part, height, width)
    ]
    return rest if any(part.size > 0.03 * max(shape) for part in rest) else parts


def _is_surface(part: Part, height: int, width: int) -> bool:
    """Whether a great part along the edge of the page runs along a side, or fills a corner."""
    if part.width >= 0.95 * width or part.height >= 0.95 * height:
        return True
    corner = (part.left <= 1 or width - part.right <= 1) and (
        part.top <= 1 or height - part.bottom <= 1
    )
    # In the corner of a low page lies a digit that was cut off.
    return corner and height > LOW_PX and part.area > 0.5 * part.width * part.height


def drop_specks(parts: list[Part], shape: tuple[int, ...]) -> list[Part]:
    """Leave out what is tiny against the page or the writing, whose size the larger parts tell."""
    least = max(3, _LEAST_SHARE * max(shape))
    parts = [part for part in parts if part.size >= least]
    if not parts:
        return parts
    sizes = np.array([part.size for part in parts], np.float64)
    areas = np.array([part.area for part in parts], np.float64)
    # The mean weighted by area: ten digits outweigh ten thousand specks.
    typical = float((sizes * areas).sum() / areas.sum())
    return [part for part in parts if part.size >= 0.12 * typical]


def drop_surroundings(parts: list[Part], shape: tuple[int, ...]) -> list[Part]:
    """Leave out the table beside the paper, shadows and torn edges: what leans on the page's edge
    and is not shaped like the writing inside. A lone part always stays."""
    height, width = shape
    inside = [part for part in parts if not _leans(part, height, width)]
    if not inside:
        return parts
    typical = statistics.median([part.size for part in inside])
    kept = []
    for part in parts:
        if _leans(part, height, width):
            corner = len(inside) >= 3 and _edges(part, height, width) >= 2
            along = part.size > 2.2 * typical or min(part.width, part.height) < 0.15 * typical
            filled = part.area > 0.75 * part.width * part.height and part.size > typical
            if corner or along or filled:
                continue
        kept.append(part)
    return kept


def drop_strays(parts: list[Part]) -> list[Part]:
    """Leave out long thin parts beside writing: what is left of printed lines, folds, hairs."""
    typical = statistics.median([part.size for part in parts]) if len(parts) > 3 else np.inf
    return [
        part
        for part in parts
        if part.size <= 2.5 * typical or min(part.width, part.height) > 0.15 * part.size
    ]


def _leans(part: Part, height: int, width: int) -> bool:
    return _edges(part, height, width) > 0


def _edges(part: Part, height: int, width: int) -> int:
    """How many edges of the page a part touches."""
    gaps = (part.left, part.top, width - part.right, height - part.bottom)
    return sum(gap <= 1 for gap in gaps)
