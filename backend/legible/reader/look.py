"""One way of seeing a page: its ink, the lines found in it and what was read there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from legible.reader.alone import RunReading
from legible.reader.decode import DecodedPage
from legible.reader.ink import Ink
from legible.reader.issues import Paper
from legible.reader.layout import GlyphLine

# What is read in the runs of each line of a page.
Rows = Sequence[Sequence[RunReading]]


@dataclass(frozen=True, slots=True)
class Look:
    """A page seen one way round.

    `ink` is the page's, `straight` the same where lines lie level, which `lines` were found in;
    `back` (2, 3) float64 turns pixels of `straight` into those of `ink`, None where they are the
    same. `rows` is empty until the lines have been read.
    """

    page: DecodedPage
    ink: Ink
    straight: Ink
    back: NDArray[np.float64] | None
    lines: Sequence[GlyphLine]
    rows: Rows = ()

    @property
    def paper(self) -> Paper:
        """The page beneath the straight ink."""
        grey = self.page.grey
        if self.back is not None:
            height, width = self.straight.level.shape
            grey = np.asarray(
                cv2.warpAffine(
                    grey,
                    self.back,
                    (width, height),
                    flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                    borderMode=cv2.BORDER_REPLICATE,
                ),
                np.uint8,
            )
        return Paper(grey, self.ink.bright)

    def is_strip(self) -> bool:
        """Whether the page was seen as one line as a whole."""
        return any(run.strip for line in self.lines for run in line.runs)

    def chances(self) -> list[float]:
        """That all of a line is right, for each line with a symbol."""
        return [
            float(np.prod([run.confidence for run in runs]))
            for runs in self.rows
            if any(run.symbols for run in runs)
        ]

    def chance(self) -> float:
        """That all of the page is right; 0 where nothing was read."""
        chances = self.chances()
        return float(math.prod(chances)) if chances else 0.0

    def count(self) -> int:
        """How many symbols were read."""
        return sum(len(run.symbols) for runs in self.rows for run in runs)

    def explained(self) -> float:
        """How much of a page this explains, against its negative; 0 without writing.

        Times the chance that all is right, that is how good a look is: the hole of a 0 is a fine 1,
        but less of the page. Solid blocks are paper or table, hardly digits.
        """
        glyphs = [glyph.ink for line in self.lines for glyph in line.glyphs]
        explained = math.sqrt(sum(ink.size for ink in glyphs))
        blocks = sum(
            float(ink.mean()) > 0.85 and min(ink.shape) > 0.4 * max(ink.shape) for ink in glyphs
        )
        return explained * float(0.05**blocks)
