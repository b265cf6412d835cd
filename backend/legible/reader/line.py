"""The line network: a run of symbols, uncut, to log-probabilities along its width."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.ink import InkArray, percentile

Floats = NDArray[np.float32]

# Share of the pixels that are darker than what is taken for full ink: a lone 1 covers so much.
_PEAK_PERCENTILE = 98.5
# Below this nothing but the grain of paper is left to stretch.
_LEAST_PEAK = 1e-3
# Long runs are reduced no further than this: symbols would lie closer than the network's steps.
_MOST_WIDTH_PX = 2048


@dataclass(frozen=True, slots=True)
class LineConvention:
    """How runs are drawn for the network, kept in its manifest.

    `height_px`: of the drawing; `step_px`: pixels of width for one step of the output;
    `margin_px`: bare paper laid on the left and right.
    """

    height_px: int = 32
    step_px: int = 4
    margin_px: int = 4


def draw_line(ink: InkArray, convention: LineConvention = LineConvention()) -> Floats:
    """Draw a run of symbols the way the line network takes it.

    Args:
        ink: (h, w) float32, 0 = paper, 1 = ink, with a little paper above and below.
        convention: the numbers of the drawing.

    Returns:
        (height_px, W) float32, same ink convention, stretched so that its darkest strokes are 1;
        W is a multiple of `step_px`.
    """
    height, width = ink.shape
    scale = convention.height_px / height
    wide = min(max(round(width * scale), 1), _MOST_WIDTH_PX)
    # Averaging is right when shrinking; when enlarging, a smooth curve between pixels is.
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (wide, convention.height_px)
    drawn = np.asarray(cv2.resize(ink, size, interpolation=way), np.float32)
    peak = max(percentile(drawn, _PEAK_PERCENTILE), _LEAST_PEAK)
    behind = convention.margin_px + -(wide + 2 * convention.margin_px) % convention.step_px
    line = np.zeros((convention.height_px, convention.margin_px + wide + behind), np.float32)
    inked = line[:, convention.margin_px : convention.margin_px + wide]
    np.divide(drawn, np.float32(peak), out=inked)
    inked.clip(0, 1, out=inked)
    return line


def stack_lines(lines: Sequence[Floats]) -> Floats:
    """Lay runs of one height in a batch, with paper behind the shorter ones.

    Returns:
        (N, height_px, W, 1) float32, W that of the widest. N must be at least 1.
    """
    widest = max(line.shape[1] for line in lines)
    batch = np.zeros((len(lines), lines[0].shape[0], widest, 1), np.float32)
    for index, line in enumerate(lines):
        batch[index, :, : line.shape[1], 0] = line
    return batch
