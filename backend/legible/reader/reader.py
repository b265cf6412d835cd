"""From the bytes of a file to what is written in it: the steps in order."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from legible.reader.bundle import Bundle
from legible.reader.decode import DecodedPage, decode
from legible.reader.digit import DigitModel
from legible.reader.errors import UnsupportedSymbols
from legible.reader.ink import Ink, find_ink
from legible.reader.interpret import Limits, interpret, interpret_page
from legible.reader.layout import GlyphLine, find_lines
from legible.reader.normalise import normalise
from legible.reader.pattern import Pattern
from legible.reader.types import Page, Reading, ReadOptions

Clock = Callable[[], float]


class Reader:
    """Reads files with the networks it was given. May be shared between threads."""

    def __init__(self, digit_model: DigitModel, clock: Clock = lambda: 0.0) -> None:
        """Take the networks, and a clock in seconds for `Reading.timing_ms` (it stands still)."""
        self._digit_model = digit_model
        self._clock = clock
        thresholds = digit_model.manifest.thresholds
        self._limits = Limits(thresholds.read, thresholds.unreadable, thresholds.no_digit)

    @classmethod
    def open(cls, models_dir: Path, clock: Clock = lambda: 0.0) -> Self:
        """Open the networks that `CURRENT.json` in a folder names.

        Raises:
            BundleError: one of them must not be served, and why.
        """
        return cls(DigitModel(Bundle.open(models_dir, "digit")), clock)

    @property
    def models(self) -> Mapping[str, str]:
        """Names and versions of the networks."""
        return {"digit": self._digit_model.version}

    def read(self, data: bytes, options: ReadOptions = ReadOptions()) -> Reading:
        """Read one file.

        Args:
            data: the file's bytes: a picture, several pages of a TIFF, a PDF.
            options: what to look for, and how much is accepted.

        Returns:
            The reading; `blank` where nothing is written.

        Raises:
            ReadError: the file or an option cannot be used; the kind and the text say why.
        """
        pattern = self.check(options)
        watch = _Watch(self._clock)
        pages = []
        for page in decode(data, options.limits):
            watch.lap("decode")
            pages.append(self._read_page(page, watch))
        verdict = interpret(pages, self._limits, pattern)
        watch.lap("interpret")
        return Reading(
            text=verdict.text,
            status=verdict.status,
            confidence=verdict.confidence,
            alternatives=verdict.alternatives,
            pages=pages,
            issues=verdict.issues,
            models=self.models,
            timing_ms=watch.total(),
        )

    def check(self, options: ReadOptions) -> Pattern | None:
        """Check options before there is a file, and compile their pattern.

        Raises:
            UnsupportedSymbols, BadPattern: what cannot be done with these networks, or at all.
        """
        if options.symbols != "digits":
            raise UnsupportedSymbols(
                "The installed networks read digits only, without decimal marks or signs. "
                "Ask for symbols=digits."
            )
        return None if options.pattern is None else Pattern.compile(options.pattern)

    def _read_page(self, page: DecodedPage, watch: "_Watch") -> Page:
        ink = find_ink(page.grey)
        watch.lap("ink")
        lines, read = self._read_ink(ink, page, watch)
        if not ink.may_be_paper():
            return read
        # A crop without a margin, or paper on a table: either side may be the ink. The network
        # knows better what looks like digits.
        other = find_ink(page.grey, bright=not ink.bright)
        watch.lap("ink")
        other_lines, other_read = self._read_ink(other, page, watch)
        better = _likelihood(other_lines, other_read) > _likelihood(lines, read)
        return other_read if better else read

    def _read_ink(
        self, ink: Ink, page: DecodedPage, watch: "_Watch"
    ) -> tuple[list[GlyphLine], Page]:
        lines = find_lines(ink)
        watch.lap("layout")
        convention = self._digit_model.manifest.preprocessing
        batch = normalise([glyph.ink for line in lines for glyph in line.glyphs], convention)
        watch.lap("normalise")
        answers = self._digit_model.answer(batch)
        watch.lap("digit")
        height, width = page.grey.shape
        scale = (page.width / width, page.height / height)
        read = interpret_page((page.width, page.height), scale, lines, answers, self._limits)
        watch.lap("interpret")
        return lines, read


def _likelihood(lines: list[GlyphLine], page: Page) -> float:
    """How good an answer this is for a page, against the one for its negative; 0 without writing.

    The chance that all is right, times how much of the page it explains: the hole of a 0 is a fine
    1, but less of the page. Solid blocks are paper or table, hardly digits.
    """
    glyphs = [glyph.ink for line in lines for glyph in line.glyphs]
    explained = math.sqrt(sum(ink.size for ink in glyphs))
    blocks = sum(
        float(ink.mean()) > 0.85 and min(ink.shape) > 0.4 * max(ink.shape) for ink in glyphs
    )
    chance = float(math.prod(line.confidence for line in page.lines))
    return chance * explained * float(0.05**blocks)


class _Watch:
    """Adds up the time between laps under the names of the steps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def lap(self, step: str) -> None:
        now = self._clock()
        self._seconds[step] += now - self._last
        self._last = now

    def total(self) -> dict[str, float]:
        laps = {step: round(seconds * 1000, 2) for step, seconds in self._seconds.items()}
        return {**laps, "total": round(sum(self._seconds.values()) * 1000, 2)}
