"""How a run is drawn for the line network: once, and once more where it is not sure.

A network that never saw quite such a size or spacing may be wrong in one drawing and right in
another; where two disagree neither is to be trusted much. Of 2,303 validation lines the network
alone has 218 wrong by the first drawing and 171 by both.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from legible.reader.ink import InkArray
from legible.reader.line import Floats, LineConvention, draw_line
from legible.reader.runs import Run

# A strip is drawn again without the paper above and below its glyphs but for this share of their
# height, and wider by this factor.
_MARGIN, _WIDEN = 0.14, 1.18
# A run cut out of a page has hardly any paper to lose: it gets this share more on either side.
_PAD = 0.13


@dataclass(frozen=True, slots=True)
class View:
    """One drawing of a run: `line` (height_px, W) float32, 0 paper .. 1 ink.

    `scale`: pixels of the drawing for one of the run, along it.
    """

    line: Floats
    scale: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What the line network said of a view: `log_probs` (T, len(symbols) + 1) float32."""

    log_probs: Floats
    scale: float


def view(run: Run, convention: LineConvention) -> View:
    """The run as it is."""
    return View(draw_line(run.ink, convention), convention.height_px / run.ink.shape[0])


def view_again(run: Run, convention: LineConvention) -> View:
    """The run in another size, and a strip with other spacing too."""
    ink = run.ink
    widen = 1.0
    if run.strip:
        ink, widen = _tighten(run), _WIDEN
        size = (max(1, round(ink.shape[1] * widen)), ink.shape[0])
        ink = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_LINEAR), np.float32)
    else:
        pad = max(1, round(_PAD * ink.shape[0]))
        ink = np.pad(ink, ((pad, pad), (0, 0)))
    return View(draw_line(ink, convention), convention.height_px / ink.shape[0] * widen)


def _tighten(run: Run) -> InkArray:
    """The rows of a strip that its glyphs lie in, with a little paper; all rows without glyphs."""
    if not run.glyphs:
        return run.ink
    top = min(glyph.top for glyph in run.glyphs)
    bottom = max(glyph.bottom for glyph in run.glyphs)
    margin = round(_MARGIN * (bottom - top))
    return run.ink[max(0, top - margin - run.top) : bottom + margin - run.top]
