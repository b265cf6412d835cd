"""From the bytes of a file to what is written in it: the steps in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from legible.reader.alone import NOTHING, Answer, read_alone
from legible.reader.bundle import Bundle, Floats, serves
from legible.reader.decode import DecodedPage, decode
from legible.reader.digit import DigitModel
from legible.reader.errors import UnsupportedSymbols
from legible.reader.fuse import Examined, Proposal, digits_alone, fuse, propose
from legible.reader.ink import Ink, find_ink
from legible.reader.interpret import Limits, interpret, interpret_page, part_words
from legible.reader.layout import GlyphLine, find_lines
from legible.reader.line import draw_line
from legible.reader.look import Look, Rows
from legible.reader.normalise import normalise
from legible.reader.pattern import Pattern
from legible.reader.place import Placement
from legible.reader.runs import Glyph, Run
from legible.reader.skew import find_skew, straighten
from legible.reader.stages import StageRecorder
from legible.reader.strip import is_strip, one_line
from legible.reader.transcribe import LineModel
from legible.reader.turn import (
    LEAST_GLYPHS,
    best_page,
    likelier_turns,
    sample_glyphs,
    turn_glyph,
    turn_page,
)
from legible.reader.types import Page, Reading, ReadOptions
from legible.reader.watch import Clock, Watch


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
        watch = Watch(self._clock)
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
        task = _Task(options, self.check(options), Watch(self._clock))
        page = next(iter(decode(data, options.limits)))
        ink = find_ink(page.grey)
        return self._examine(self._line_model, self._find_lines(ink, page, task).lines, task)

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
        look = self._look(page, task)
        read = self._interpret(look, task)
        look, read = self._turn_upright(look, read, task)
        if task.recorder is not None:
            rows, _ = part_words(look.rows)
            task.recorder.add_page(look.paper.grey, look.straight, look.lines, rows)
            task.watch.lap("stages")
        return read

    def _look(self, page: DecodedPage, task: "_Task") -> Look:
        """What is written on a page, dark on light or light on dark."""
        ink = find_ink(page.grey)
        task.watch.lap("ink")
        look = self._read_lines(self._find_lines(ink, page, task), task)
        if not ink.may_be_paper() or (ink.faint is not None and self._is_sure(look)):
            return look
        # A crop without a margin, or paper on a table: either side may be the ink. The network
        # knows better what looks like digits.
        other = find_ink(page.grey, bright=not ink.bright)
        task.watch.lap("ink")
        other_look = self._find_lines(other, page, task)
        likelihood = look.chance() * look.explained()
        # No chance is more than 1, so that most need not be read.
        if other_look.explained() > likelihood:
            other_look = self._read_lines(other_look, task)
            if other_look.chance() * other_look.explained() > likelihood:
                return other_look
        return look

    def _turn_upright(self, look: Look, read: Page, task: "_Task") -> tuple[Look, Page]:
        """A page as it was read, or turned where its glyphs are clearly likelier so."""
        glyphs = sample_glyphs(look.lines)
        # A strip is a field of a form, and was cut out of it upright.
        strip = any(run.strip for line in look.lines for run in line.runs)
        if strip or len(glyphs) < LEAST_GLYPHS or (self._is_sure(look) and not read.unread):
            return look, read
        answers = [self._ask([turn_glyph(g, turn) for g in glyphs], task) for turn in range(4)]
        seen = [(look, read)]
        for turn in likelier_turns(answers):
            turned = self._find_lines(*turn_page(look.ink, look.page, turn), task)
            turned = self._read_lines(turned, task)
            seen.append((turned, replace(self._interpret(turned, task), turned_deg=90 * turn)))
        return seen[best_page([page for _, page in seen])]

    def _is_sure(self, look: Look) -> bool:
        """Whether the networks leave no doubt of what a page says."""
        chances = look.chances()
        return bool(self._line_model is not None and chances and min(chances) >= self._limits.read)

    def _interpret(self, look: Look, task: "_Task") -> Page:
        page = look.page
        height, width = page.grey.shape
        place = Placement(page.width / width, page.height / height, look.back)
        size = (page.width, page.height)
        read = interpret_page(size, place, look.rows, self._limits, look.paper)
        task.watch.lap("interpret")
        return read

    def _find_lines(self, ink: Ink, page: DecodedPage, task: "_Task") -> Look:
        """The lines of a page, made straight first where it lies askew."""
        shape = page.grey.shape
        if ink.faint is None:
            straight = straighten(ink, find_skew(ink.strokes))
            look = Look(page, ink, straight.ink, straight.back, find_lines(straight.ink))
        else:
            strips = self._line_model is not None
            # What is a strip with two lines is one with any number, and its runs need not be cut.
            lines = find_lines(ink, uncut=not strips or not is_strip(shape, 2))
            if strips and is_strip(shape, len(lines)):
                lines = [one_line(lines, ink.faint)]
            look = Look(page, ink, ink, None, lines)
        task.watch.lap("layout")
        return look

    def _read_lines(self, look: Look, task: "_Task") -> Look:
        if self._line_model is None:
            return replace(look, rows=self._read_glyphs(look.lines, task))
        return replace(look, rows=self._read_runs(self._line_model, look.lines, task))

    def _read_glyphs(self, lines: Sequence[GlyphLine], task: "_Task") -> Rows:
        """Each line as one run, by the digit network alone."""
        glyphs = [glyph for line in lines for glyph in line.glyphs]
        answers = iter(self._ask(glyphs, task))
        return [[read_alone(line.glyphs, [next(answers) for _ in line.glyphs])] for line in lines]

    def _read_runs(self, model: LineModel, lines: Sequence[GlyphLine], task: "_Task") -> Rows:
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
        answers = iter(zip(found.digits, found.no_digit.tolist(), strict=True))
        return [
            Answer(*next(answers)) if glyph.ink.max(initial=0) > 0 else NOTHING for glyph in glyphs
        ]


@dataclass(frozen=True, slots=True)
class _Task:
    """What one call of `read` is asked for."""

    options: ReadOptions
    pattern: Pattern | None
    watch: Watch
    recorder: StageRecorder | None = None
