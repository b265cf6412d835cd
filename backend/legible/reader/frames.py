"""Boxes and tables printed or drawn around writing, and lines drawn under it: taken out.

They are smaller than the rulings of a whole page, so that their length alone tells nothing: what
tells is that they are straight, span all of what hangs together, and hold writing.
"""

import statistics
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from legible.reader.ink import MaskArray
from legible.reader.parts import Part
from legible.reader.rules import LEAST_SIDE_PX, Rule, bridge, draw_rules, find_rules, highest

# A side of a frame is thinner than this share of the frame, and spans this share of it.
_MOST_THICKNESS = 0.09
_LEAST_SPAN = 0.8
# It ends so near to the sides that it meets, for the height of the frame.
_BESIDE = 0.1
# Strokes cover less than this of the box around a frame; of a digit by a thin pen as well.
_MOST_FILL = 0.4
# A line under writing is so much longer than what stands on it is high.
_LEAST_UNDERLINE = 2.2
# What is framed is at least so high for its frame, and what stands on a line for the whole.
_LEAST_HELD, _LEAST_STANDING = 0.25, 0.5


def remove_frames(
    strokes: MaskArray, labels: NDArray[np.int32], parts: Sequence[Part]
) -> MaskArray:
    """Take frames, grids and lines under writing out of the strokes.

    Args:
        strokes: (H, W) bool.
        labels: (H, W) int32, the part that each pixel belongs to.
        parts: all parts of the page.

    Returns:
        (H, W) bool, with the gaps closed that this cut into writing; `strokes` itself where there
        are no frames.
    """
    clean = strokes
    for part in _candidates(parts):
        window = (slice(part.top, part.bottom), slice(part.left, part.right))
        own = np.asarray(labels[window] == part.labels[0])
        rest = _unframe(own, np.asarray(strokes[window] & ~own))
        if rest is not None:
            clean = strokes.copy() if clean is strokes else clean
            clean[window] &= ~own | rest
    return clean


def _candidates(parts: Sequence[Part]) -> list[Part]:
    """Parts of thin strokes for their size that hold others or are larger than most."""
    large = [part for part in parts if part.size >= 8]
    if not large:
        return []
    typical = float(statistics.median([part.size for part in large]))
    boxes = np.array([(p.left, p.top, p.right, p.bottom) for p in large])
    return [
        part
        for part in large
        # No rules are found in less.
        if min(part.width, part.height) >= LEAST_SIDE_PX
        and part.area < _MOST_FILL * part.width * part.height
        and (part.size > 1.8 * typical or _holds(part, boxes))
    ]


def _holds(part: Part, boxes: NDArray[np.int64]) -> bool:
    """Whether another part of some height lies within the box around a part."""
    inside = (boxes[:, :2] >= (part.left, part.top)).all(axis=1)
    inside &= (boxes[:, 2:] <= (part.right, part.bottom)).all(axis=1)
    inside &= boxes[:, 3] - boxes[:, 1] >= 0.1 * part.height
    return int(inside.sum()) > 1


def _unframe(own: MaskArray, others: MaskArray) -> MaskArray | None:
    """A part without the frame or line that it is or hangs on; None where there is none."""
    height, width = own.shape
    across = find_rules(own, _MOST_THICKNESS, _LEAST_SPAN)
    upright = find_rules(own.T, _MOST_THICKNESS, _LEAST_SPAN)
    if len(upright) >= 2 > len(across):
        across = _between(own, upright)
    elif len(across) >= 2 > len(upright):
        upright = _between(own.T, across)
    upright = [side for side in upright if _reaches(side, across, height)]
    framed = len(across) >= 2 and len(upright) >= 2
    underlined = len(across) > 0 and width >= _LEAST_UNDERLINE * height
    if not (framed or underlined):
        return None
    horizontal = draw_rules(across, own.shape)
    vertical = draw_rules(upright if framed else [], own.T.shape).T
    rest = own & ~(horizontal | vertical)
    whole = np.asarray(
        rest
        | bridge(rest, own & horizontal, _thickness(across))
        | bridge(rest.T, own.T & vertical.T, _thickness(upright)).T
    )
    if framed:
        held = highest(whole | others) >= _LEAST_HELD * height / (len(across) - 1)
    else:
        held = highest(whole) >= _LEAST_STANDING * height
    return whole if held else None


def _reaches(side: Rule, across: Sequence[Rule], height: int) -> bool:
    """Whether an upright side goes from the first line across to the last: a 1 stands on one."""
    tops = [rule.top for rule in across]
    beside = _BESIDE * height
    end = side.left + side.pixels.shape[1]
    return side.left <= min(tops, default=0) + beside and end >= max(tops, default=0) - beside


def _between(strokes: MaskArray, sides: Sequence[Rule]) -> list[Rule]:
    """Horizontal lines from one upright side to the next: writing may join several frames."""
    places = sorted(side.top for side in sides)
    gap = max(behind - before for before, behind in pairwise(places))
    return find_rules(strokes, _MOST_THICKNESS, _LEAST_SPAN * gap / strokes.shape[1])


def _thickness(rules: Sequence[Rule]) -> int:
    return round(float(statistics.median([rule.thickness for rule in rules]))) if rules else 0
