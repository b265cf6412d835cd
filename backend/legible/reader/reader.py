"""From the bytes of a file to what is written in it: the steps in order."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from legible.reader.alone import NOTHING, Answer, RunReading, read_alone
from legible.reader.bundle import Bundle, Floats, serves
from legible.reader.decode import DecodedPage, decode
from legible.reader.digit import DigitModel
from legible.reader.errors import UnsupportedSymbols
from legible.reader.fuse import Examined, Proposal, digits_alone, fuse, propose
from legible.reader.ink import Ink, find_ink
from legible.reader.interpret import Limits, interpret, interpret_page
from legible.reader.issues import Paper
from legible.reader.layout import GlyphLine, find_lines
from legible.reader.line import draw_line
from legible.reader.normalise import normalise
from legible.reader.pattern import Pattern
from legible.reader.runs import Glyph, Run
from legible.reader.stages import StageRecorder
from legible.reader.strip import is_strip, one_line
from legible.reader.transcribe import LineModel
from legible.reader.types import Page, Reading, ReadOptions

Clock = Callable[[], float]
# What is read in the runs of each line of a page.
_Rows = Sequence[Sequence[RunReading]]


class Reader:
    """Reads files with the networks it was given. May be shared between threads."""

    def __init__(
        self,
        digit_model: DigitModel,
        clock: Clock = lambda: 0.0,
        *,
        line_model: LineModel | None = None,
    ) -> None:
        """Take the networks, and a clock in seconds for `Reading.timing_ms` (it stands still).

        Without a line network, digits are read one by one: those that touch are not parted.
        """
        self._digit_model = digit_model
        self._line_model = line_model
        self._clock = clock
        judge = digit_model.manifest if line_model is None else line_model.manifest
        self._limits = Limits(
            judge.thresholds.read,
            judge.thresholds.unreadable,
            digit_model.manifest.thresholds.no_digit,
        )

    @classmethod
    def open(cls, models_dir: Path, clock: Clock = lambda: 0.0) -> Self:
        """Open the networks that `CURRENT.json` in a folder names.

        Raises:
            BundleError: one of them must not be served, and why.
        """
        digit_model = DigitModel(Bundle.open(models_dir, "digit"))
        lines = LineModel(Bundle.open(models_dir, "line")) if serves(models_dir, "line") else None
        return cls(digit_model, clock, line_model=lines)

    @property
    def models(self) -> Mapping[str, str]:
        """Names and versions of the networks."""
        versions = {"digit": self._digit_model.version}
        return (
            versions if self._line_model is None else versions | {"line": self._line_model.version}
        )

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
        line = None if self._line_model is None else self._line_model.convention
        recorder = StageRecorder(self._digit_model.convention, line) if options.stages else None
        for page in decode(data, options.limits):
            watch.lap("decode")
            pages.append(self._read_page(page, _Task(options, pattern, watch, recorder)))
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
            stages=None if recorder is None else recorder.finish(self.models),
        )

    def examine(self, data: bytes, options: ReadOptions = ReadOptions()) -> list[list[Examined]]:
        """What the two networks say of each run of each line, before they are weighed.

        What calibration is fitted to. The ink is taken to be what `find_ink` takes it to be.

        Args:
            data: the bytes of a file of one page.
            options: as in `read`.

        Raises:
            ReadError: as in `read`.
            ValueError: there is no line network.
        """
        if self._line_model is None:
            raise ValueError("Expected a reader with a line network, got one without.")
        task = _Task(options, self.check(options), _Watch(self._clock))
        page = next(iter(decode(data, options.limits)))
        ink = find_ink(page.grey)
        return self._examine(self._line_model, self._find_lines(ink, page, task), task)

    def check(self, options: ReadOptions) -> Pattern | None:
        """Check options before there is a file, and compile their pattern.

        Raises:
            UnsupportedSymbols, BadPattern: what cannot be done with these networks, or at all.
        """
        if options.symbols != "digits" and self._line_model is None:
            raise UnsupportedSymbols(
                "The installed networks read digits only, without decimal marks or signs. "
                "Ask for symbols=digits."
            )
        return None if options.pattern is None else Pattern.compile(options.pattern)

    def _read_page(self, page: DecodedPage, task: "_Task") -> Page:
        seen = self._see(page, task)
        if task.recorder is not None:
            task.recorder.add_page(page.grey, seen.ink, seen.lines, seen.read)
            task.watch.lap("stages")
        return seen.page

    def _see(self, page: DecodedPage, task: "_Task") -> "_Seen":
        ink = find_ink(page.grey)
        task.watch.lap("ink")
        lines = self._find_lines(ink, page, task)
        rows = self._read_lines(lines, task)
        if ink.may_be_paper() and not (ink.faint is not None and self._is_sure(rows)):
            # A crop without a margin, or paper on a table: either side may be the ink. The network
            # knows better what looks like digits.
            other = find_ink(page.grey, bright=not ink.bright)
            task.watch.lap("ink")
            other_lines = self._find_lines(other, page, task)
            likelihood = _chance(rows) * _explained(lines)
            # No chance is more than 1, so that most need not be read.
            if _explained(other_lines) > likelihood:
                other_rows = self._read_lines(other_lines, task)
                if _chance(other_rows) * _explained(other_lines) > likelihood:
                    ink, lines, rows = other, other_lines, other_rows
        height, width = page.grey.shape
        scale = (page.width / width, page.height / height)
        paper = Paper(page.grey, ink.bright)
        read = interpret_page((page.width, page.height), scale, rows, self._limits, paper)
        task.watch.lap("interpret")
        return _Seen(ink, lines, rows, read)

    def _is_sure(self, rows: _Rows) -> bool:
        """Whether the networks leave no doubt of what a low page says: its edges are a cell's."""
        chances = _chances(rows)
        return bool(self._line_model is not None and chances and min(chances) >= self._limits.read)

    def _read_lines(self, lines: Sequence[GlyphLine], task: "_Task") -> _Rows:
        if self._line_model is None:
            return self._read_glyphs(lines, task)
        return self._read_runs(self._line_model, lines, task)

    def _find_lines(self, ink: Ink, page: DecodedPage, task: "_Task") -> list[GlyphLine]:
        shape = page.grey.shape
        strips = self._line_model is not None and ink.faint is not None
        # What is a strip with two lines is one with any number, and its runs need not be cut.
        lines = find_lines(ink, uncut=not strips or not is_strip(shape, 2))
        if strips and ink.faint is not None and is_strip(shape, len(lines)):
            lines = [one_line(lines, ink.faint)]
        task.watch.lap("layout")
        return lines

    def _read_glyphs(self, lines: Sequence[GlyphLine], task: "_Task") -> _Rows:
        """Each line as one run, by the digit network alone."""
        glyphs = [glyph for line in lines for glyph in line.glyphs]
        answers = iter(self._ask(glyphs, task))
        return [[read_alone(line.glyphs, [next(answers) for _ in line.glyphs])] for line in lines]

    def _read_runs(self, model: LineModel, lines: Sequence[GlyphLine], task: "_Task") -> _Rows:
        """Each line's runs by both networks."""
        rows = [
            [fuse(proposal, answers, model.manifest.fusion) for proposal, answers in line]
            for line in self._examine(model, lines, task)
        ]
        task.watch.lap("fuse")
        return rows

    def _examine(
        self, model: LineModel, lines: Sequence[GlyphLine], task: "_Task"
    ) -> list[list[Examined]]:
        """What each network says of every run, before the two are weighed."""
        drawn = [draw_line(run.ink, model.convention) for line in lines for run in line.runs]
        task.watch.lap("normalise")
        found = iter(model.transcribe(drawn))
        task.watch.lap("line")
        proposals = [
            [self._propose(model, run, next(found), len(line.runs), task) for run in line.runs]
            for line in lines
        ]
        task.watch.lap("decode_text")
        asked = [glyph for line in proposals for each in line for glyph in each.glyphs()]
        answers = iter(self._ask(asked, task))
        return [
            [(each, [next(answers) for _ in each.glyphs()]) for each in line] for line in proposals
        ]

    def _propose(
        self, model: LineModel, run: Run, log_probs: Floats, runs: int, task: "_Task"
    ) -> Proposal:
        symbols = model.symbols
        if task.options.symbols == "digits":
            log_probs, symbols = digits_alone(log_probs), symbols[:10]
        # What a whole line must look like says nothing of a part of it.
        pattern = task.pattern if runs == 1 else None
        return propose(run, log_probs, symbols, model.convention, pattern)

    def _ask(self, glyphs: Sequence[Glyph], task: "_Task") -> list[Answer]:
        """The digit network's answer for each glyph; one without ink shows no digit."""
        inked = [glyph for glyph in glyphs if glyph.ink.max(initial=0) > 0]
        batch = normalise([glyph.ink for glyph in inked], self._digit_model.convention)
        task.watch.lap("normalise")
        found = self._digit_model.answer(batch)
        task.watch.lap("digit")
        answers = iter(zip(found.digits, found.no_digit, strict=True))
        return [
            Answer(*next(answers)) if glyph.ink.max(initial=0) > 0 else NOTHING for glyph in glyphs
        ]


def _chances(rows: _Rows) -> list[float]:
    """That all of a line is right, for each line with a symbol."""
    return [
        float(np.prod([run.confidence for run in runs]))
        for runs in rows
        if any(run.symbols for run in runs)
    ]


def _chance(rows: _Rows) -> float:
    """That all of a page is right."""
    return float(math.prod(_chances(rows)))


def _explained(lines: Sequence[GlyphLine]) -> float:
    """How much of a page an answer explains, against the one for its negative; 0 without writing.

    Times the chance that all is right, that is how good an answer is: the hole of a 0 is a fine 1,
    but less of the page. Solid blocks are paper or table, hardly digits.
    """
    glyphs = [glyph.ink for line in lines for glyph in line.glyphs]
    explained = math.sqrt(sum(ink.size for ink in glyphs))
    blocks = sum(
        float(ink.mean()) > 0.85 and min(ink.shape) > 0.4 * max(ink.shape) for ink in glyphs
    )
    return explained * float(0.05**blocks)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page as it was read, `page`, and the steps on the way there."""

    ink: Ink
    lines: Sequence[GlyphLine]
    read: Sequence[Sequence[RunReading]]
    page: Page


@dataclass(frozen=True, slots=True)
class _Task:
    """What one call of `read` is asked for."""

    options: ReadOptions
    pattern: Pattern | None
    watch: "_Watch"
    recorder: StageRecorder | None = None


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
