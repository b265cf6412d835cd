"""What the networks saw of a file: each page, its ink, its runs and digits, as small pictures."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import cv2
import numpy as np

from legible.reader.alone import RunReading
from legible.reader.grey import GreyArray
from legible.reader.ink import Ink
from legible.reader.layout import GlyphLine
from legible.reader.line import LineConvention, draw_line
from legible.reader.normalise import Convention, normalise
from legible.reader.types import DigitStage, LeftOut, PageStages, RunStage, StagePicture, Stages

# Long side of a page and of its ink: enough to see what became of a stroke.
MAX_SIDE_PX = 800
# What one file may cost whoever asks, whatever is in it: 20 pages, a sheet of 1,000 digits.
MAX_BYTES, MAX_RUNS, MAX_DIGITS = 4 * 1024 * 1024, 100, 400

Stage = TypeVar("Stage", RunStage, DigitStage)


class StageRecorder:
    """Draws what the networks saw, page by page, and counts what there is no room for.

    The drawings are made once more by the steps that made the networks' own, so that reading
    costs nothing where nobody asks for them.
    """

    def __init__(self, digit: Convention, line: LineConvention | None) -> None:
        """Take how digits and runs are drawn; None without a line network."""
        self._digit, self._line = digit, line
        self._pages: list[PageStages] = []
        self._room, self._runs, self._digits = MAX_BYTES, MAX_RUNS, MAX_DIGITS
        self._left_pages = self._left_runs = self._left_digits = 0

    def add_page(
        self,
        grey: GreyArray,
        ink: Ink,
        lines: Sequence[GlyphLine],
        read: Sequence[Sequence[RunReading]],
    ) -> None:
        """Draw a page.

        Args:
            grey: (H, W) uint8, the upright page.
            ink: what was taken for its ink.
            lines: found in it.
            read: of each line what was read in its runs.
        """
        page = _encode(_shrink(grey))
        strokes = _encode(_shrink(_levels(ink.level)))
        if self._left_pages or len(page.png) + len(strokes.png) > self._room:
            self._left_pages += 1
            return
        self._room -= len(page.png) + len(strokes.png)
        runs: list[RunStage] = []
        digits: list[DigitStage] = []
        place = 0
        for line, found in zip(lines, read, strict=True):
            # A line in which nothing was read is no line of the reading, but the network saw it.
            is_read = any(run.symbols for run in found)
            self._add_runs(line, place if is_read else None, runs)
            if is_read:
                self._add_digits(found, place, digits)
                place += 1
        self._pages.append(PageStages(page, strokes, runs, digits))

    def finish(self, models: Mapping[str, str]) -> Stages:
        """All that was drawn, with the names and versions of the networks that saw it."""
        left_out = LeftOut(self._left_pages, self._left_runs, self._left_digits)
        return Stages(self._pages, left_out, models)

    def _add_runs(self, line: GlyphLine, place: int | None, runs: list[RunStage]) -> None:
        if self._line is None:
            return
        fitting = line.runs[: self._runs]
        drawn = [_encode(_levels(draw_line(run.ink, self._line))) for run in fitting]
        kept = self._keep([RunStage(place, picture) for picture in drawn])
        runs += kept
        self._runs -= len(kept)
        self._left_runs += len(line.runs) - len(kept)

    def _add_digits(
        self, found: Sequence[RunReading], place: int, digits: list[DigitStage]
    ) -> None:
        symbols = [symbol for run in found for symbol in run.symbols]
        # The digit network's answer counts for digits alone, and without ink there was none.
        seen = [
            (index, symbol)
            for index, symbol in enumerate(symbols)
            if symbol.text.isdigit() and symbol.glyph.ink.max(initial=0) > 0
        ]
        fitting = seen[: self._digits]
        tiles = normalise([symbol.glyph.ink for _, symbol in fitting], self._digit)
        kept = self._keep(
            [
                DigitStage(place, index, symbol.text, _encode(_levels(tile[:, :, 0])))
                for (index, symbol), tile in zip(fitting, tiles, strict=True)
            ]
        )
        digits += kept
        self._digits -= len(kept)
        self._left_digits += len(seen) - len(kept)

    def _keep(self, stages: Sequence[Stage]) -> list[Stage]:
        """The first of them that there is room for."""
        ends = np.cumsum([len(stage.picture.png) for stage in stages])
        count = int(np.searchsorted(ends, self._room, side="right"))
        if count:
            self._room -= int(ends[count - 1])
        return list(stages[:count])


def _levels(ink: np.ndarray) -> GreyArray:
    """Ink in grey levels: 0 paper, 255 ink, the way the networks take it."""
    return np.asarray(np.rint(np.clip(ink, 0, 1) * 255), np.uint8)


def _shrink(grey: GreyArray) -> GreyArray:
    height, width = grey.shape
    scale = MAX_SIDE_PX / max(height, width)
    if scale >= 1:
        return grey
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encode(grey: GreyArray) -> StagePicture:
    """A grey picture as PNG."""
    _, png = cv2.imencode(".png", grey)
    height, width = grey.shape
    return StagePicture(png.tobytes(), width, height)
