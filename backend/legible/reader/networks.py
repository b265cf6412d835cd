"""Both networks, asked in batches: what the line network reads in runs, what glyphs show."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from legible.reader.alone import NOTHING, Answer, read_alone
from legible.reader.bundle import Bundle
from legible.reader.digit import DigitModel
from legible.reader.fuse import fuse
from legible.reader.layout import GlyphLine
from legible.reader.look import Rows
from legible.reader.normalise import normalise
from legible.reader.pattern import Pattern
from legible.reader.propose import Examined, Proposal, digits_alone, propose
from legible.reader.runs import Glyph, Run
from legible.reader.stages import StageRecorder
from legible.reader.transcribe import LineModel
from legible.reader.types import ReadOptions
from legible.reader.views import Sight, View, view, view_again
from legible.reader.watch import Watch

# From this log-probability on a text needs no second look: 0.97.
_SURE = -0.03


@dataclass(frozen=True, slots=True)
class Task:
    """What one call of `read` is asked for."""

    options: ReadOptions
    pattern: Pattern | None
    watch: Watch
    recorder: StageRecorder | None = None


def check_version(models_dir: Path, name: str, version: str) -> None:
    """Open one version of the "digit" or the "line" network, and forget it.

    Raises:
        BundleError: it must not be served, and why.
    """
    bundle = Bundle.open(models_dir, name, version)
    DigitModel(bundle) if name == "digit" else LineModel(bundle)


class Networks:
    """The digit network, and the line network where there is one. May be shared by threads."""

    def __init__(self, digit: DigitModel, line: LineModel | None) -> None:
        """Take them. Without a line network, digits are read one by one."""
        self.digit = digit
        self.line = line

    def read_lines(self, lines: Sequence[GlyphLine], task: Task) -> Rows:
        """What is read in the runs of each line."""
        if self.line is None:
            return self._read_glyphs(lines, task)
        rows = [
            [fuse(proposal, answers, self.line.manifest.fusion) for proposal, answers in line]
            for line in self.examine(lines, task)
        ]
        task.watch.lap("fuse")
        return rows

    def _read_glyphs(self, lines: Sequence[GlyphLine], task: Task) -> Rows:
        """Each line as one run, by the digit network alone."""
        glyphs = [glyph for line in lines for glyph in line.glyphs]
        answers = iter(self.ask(glyphs, task))
        return [[read_alone(line.glyphs, [next(answers) for _ in line.glyphs])] for line in lines]

    def examine(self, lines: Sequence[GlyphLine], task: Task) -> list[list[Examined]]:
        """What each network says of every run, before the two are weighed.

        Raises:
            ValueError: there is no line network.
        """
        if self.line is None:
            raise ValueError("Expected a line network, got none.")
        runs = [run for line in lines for run in line.runs]
        # What a whole line must look like says nothing of a part of it.
        patterns = [
            task.pattern if len(line.runs) == 1 else None for line in lines for _ in line.runs
        ]
        proposals = iter(self._propose(self.line, runs, patterns, task))
        rows = [[next(proposals) for _ in line.runs] for line in lines]
        asked = [glyph for row in rows for each in row for glyph in each.glyphs()]
        answers = iter(self.ask(asked, task))
        return [[(each, [next(answers) for _ in each.glyphs()]) for each in row] for row in rows]

    def _propose(
        self,
        model: LineModel,
        runs: Sequence[Run],
        patterns: Sequence[Pattern | None],
        task: Task,
    ) -> list[Proposal]:
        symbols = model.symbols[:10] if task.options.symbols == "digits" else model.symbols
        sights = [[each] for each in self._look(model, runs, task, again=False)]
        proposals = [
            propose(run, seen, symbols, model.convention, pattern)
            for run, seen, pattern in zip(runs, sights, patterns, strict=True)
        ]
        unsure = [place for place, each in enumerate(proposals) if each.best < _SURE]
        task.watch.lap("decode_text")
        more = self._look(model, [runs[place] for place in unsure], task, again=True)
        for place, sight in zip(unsure, more, strict=True):
            seen = [*sights[place], sight]
            proposals[place] = propose(
                runs[place], seen, symbols, model.convention, patterns[place]
            )
        task.watch.lap("decode_text")
        return proposals

    def _look(
        self, model: LineModel, runs: Sequence[Run], task: Task, *, again: bool
    ) -> list[Sight]:
        """What the line network says of each run, drawn one way or the other."""
        draw = view_again if again else view
        views: list[View] = [draw(run, model.convention) for run in runs]
        task.watch.lap("normalise")
        found = model.transcribe([each.line for each in views])
        if task.options.symbols == "digits":
            found = [digits_alone(log_probs) for log_probs in found]
        task.watch.lap("line")
        return [Sight(rows, each.scale) for rows, each in zip(found, views, strict=True)]

    def ask(self, glyphs: Sequence[Glyph], task: Task) -> list[Answer]:
        """The digit network's answer for each glyph; one without ink shows no digit."""
        inked = [glyph for glyph in glyphs if glyph.ink.max(initial=0) > 0]
        batch = normalise([glyph.ink for glyph in inked], self.digit.convention)
        task.watch.lap("normalise")
        found = self.digit.answer(batch)
        task.watch.lap("digit")
        answers = iter(zip(found.digits, found.no_digit.tolist(), strict=True))
        return [
            Answer(*next(answers)) if glyph.ink.max(initial=0) > 0 else NOTHING for glyph in glyphs
        ]
