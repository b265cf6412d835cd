"""From the bytes of a file to what is written in it: the steps in order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from legible.reader.bundle import Bundle, current_versions
from legible.reader.decode import DecodedPage, decode
from legible.reader.digit import DigitModel
from legible.reader.errors import UnsupportedSymbols
from legible.reader.ink import Ink, find_ink
from legible.reader.interpret import Limits, interpret, interpret_page, part_words
from legible.reader.layout import find_lines
from legible.reader.look import Look
from legible.reader.networks import Networks, Task
from legible.reader.pattern import Pattern
from legible.reader.place import Placement
from legible.reader.propose import Examined
from legible.reader.skew import find_skew, straighten
from legible.reader.stages import StageRecorder
from legible.reader.strip import (
    is_high_line,
    is_strip,
    is_wide_line,
    look_at_strip,
    may_be_line,
    one_line,
)
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

# A page with one line as wide as a line needs to be is rather read whole: its borders, which the
# network knows, are no digits then, and no digits are taken for borders.
_LESS = 0.5


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
        self._networks = Networks(digit_model, line_model)
        self._clock = clock
        judge = digit_model.manifest if line_model is None else line_model.manifest
        self._limits = Limits(
            judge.thresholds.read,
            judge.thresholds.unreadable,
            digit_model.manifest.thresholds.no_digit,
        )

    @classmethod
    def open(
        cls,
        models_dir: Path,
        clock: Clock = lambda: 0.0,
        *,
        versions: Mapping[str, str] | None = None,
        like: Sequence["Reader"] = (),
    ) -> Self:
        """Open networks of a folder.

        Args:
            models_dir: the folder with `CURRENT.json` and `<name>/<version>/`.
            clock: as of the class.
            versions: of "digit" and, where there is one, "line"; None: those that `CURRENT.json`
                names. Any two versions can be served together.
            like: readers of the same folder. A network that one of them has open in this version
                is shared with it and not opened twice.

        Raises:
            BundleError: one of them must not be served, and why.
        """
        named = current_versions(models_dir) if versions is None else versions
        digits = {one._networks.digit.version: one._networks.digit for one in like}
        lines = {
            one._networks.line.version: one._networks.line for one in like if one._networks.line
        }
        digit, line = named.get("digit"), named.get("line")
        digit_model = digits.get(digit or "") or DigitModel(Bundle.open(models_dir, "digit", digit))
        if line is None:
            return cls(digit_model, clock)
        line_model = lines.get(line) or LineModel(Bundle.open(models_dir, "line", line))
        return cls(digit_model, clock, line_model=line_model)

    @property
    def models(self) -> Mapping[str, str]:
        """Names and versions of the networks."""
        versions = {"digit": self._networks.digit.version}
        line = self._networks.line
        return versions if line is None else versions | {"line": line.version}

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
        recorder = self._recorder() if options.stages else None
        for page in decode(data, options.limits):
            watch.lap("decode")
            pages.append(self._read_page(page, Task(options, pattern, watch, recorder)))
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

        What calibration is fitted to. The ink is taken to be what `find_ink` takes it to be, and a
        page with one line that may be that line as a whole is taken to be it.

        Args:
            data: the bytes of a file of one page.
            options: as in `read`.

        Raises:
            ReadError: as in `read`.
            ValueError: there is no line network.
        """
        task = Task(options, self.check(options), Watch(self._clock))
        page = next(iter(decode(data, options.limits)))
        look = self._find_lines(find_ink(page.grey), page, task)
        if not look.is_strip() and len(look.lines) < 2 and may_be_line(look):
            look = look_at_strip(page, bright=look.ink.bright)
        return self._networks.examine(look.lines, task)

    def check(self, options: ReadOptions) -> Pattern | None:
        """Check options before there is a file, and compile their pattern.

        Raises:
            UnsupportedSymbols, BadPattern: what cannot be done with these networks, or at all.
        """
        if options.symbols != "digits" and self._networks.line is None:
            raise UnsupportedSymbols(
                "The installed networks read digits only, without decimal marks or signs. "
                "Ask for symbols=digits."
            )
        return None if options.pattern is None else Pattern.compile(options.pattern)

    def _recorder(self) -> StageRecorder:
        line = self._networks.line
        return StageRecorder(
            self._networks.digit.convention, None if line is None else line.convention
        )

    def _read_page(self, page: DecodedPage, task: Task) -> Page:
        look = self._look(page, task)
        strip = self._look_at_strip(look, task)
        if strip is not None and self._is_sure(strip) and self._is_better(strip, look):
            look, strip = strip, None
        look, read = self._turn_upright(look, self._interpret(look, task), task)
        if strip is not None and self._is_better(strip, look):
            look, read = strip, self._interpret(strip, task)
        if task.recorder is not None:
            rows, _ = part_words(look.rows)
            task.recorder.add_page(
                page.grey if look.is_strip() else look.paper.grey, look.straight, look.lines, rows
            )
            task.watch.lap("stages")
        return read

    def _look(self, page: DecodedPage, task: Task) -> Look:
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

    def _look_at_strip(self, look: Look, task: Task) -> Look | None:
        """The page seen as one line as a whole, where it may be one and was not seen so."""
        if self._networks.line is None or look.is_strip() or not may_be_line(look):
            return None
        if self._is_sure(look) and not is_wide_line(look):
            return None
        strip = look_at_strip(look.page, bright=look.ink.bright)
        task.watch.lap("layout")
        return self._read_lines(strip, task)

    def _is_better(self, strip: Look, look: Look) -> bool:
        """Whether a page is rather one line as a whole than what was found on it."""
        chance = strip.chance()
        if is_wide_line(look):
            return chance > _LESS * look.chance()
        if is_high_line(look):
            # Grain is no number, and of two that nobody can build on the detailed one stays.
            return chance > max(look.chance(), self._limits.unreadable)
        # What is left of a line between the borders of its cell is not as high as the line.
        return self._is_sure(strip) and chance > look.chance() and strip.count() >= look.count()

    def _turn_upright(self, look: Look, read: Page, task: Task) -> tuple[Look, Page]:
        """A page as it was read, or turned where its glyphs are clearly likelier so."""
        glyphs = sample_glyphs(look.lines)
        # A strip is a field of a form, and was cut out of it upright.
        if (
            look.is_strip()
            or len(glyphs) < LEAST_GLYPHS
            or (self._is_sure(look) and not read.unread)
        ):
            return look, read
        ask = self._networks.ask
        answers = [ask([turn_glyph(g, turn) for g in glyphs], task) for turn in range(4)]
        seen = [(look, read)]
        for turn in likelier_turns(answers):
            turned = self._find_lines(*turn_page(look.ink, look.page, turn), task)
            turned = self._read_lines(turned, task)
            seen.append((turned, replace(self._interpret(turned, task), turned_deg=90 * turn)))
        return seen[best_page([page for _, page in seen])]

    def _is_sure(self, look: Look) -> bool:
        """Whether the networks leave no doubt of what a page says."""
        chances = look.chances()
        return bool(
            self._networks.line is not None and chances and min(chances) >= self._limits.read
        )

    def _interpret(self, look: Look, task: Task) -> Page:
        page = look.page
        height, width = page.grey.shape
        place = Placement(page.width / width, page.height / height, look.back)
        size = (page.width, page.height)
        read = interpret_page(size, place, look.rows, self._limits, look.paper)
        task.watch.lap("interpret")
        return read

    def _find_lines(self, ink: Ink, page: DecodedPage, task: Task) -> Look:
        """The lines of a page, made straight first where it lies askew."""
        shape = page.grey.shape
        if ink.faint is None:
            straight = straighten(ink, find_skew(ink.strokes))
            look = Look(page, ink, straight.ink, straight.back, find_lines(straight.ink))
        else:
            strips = self._networks.line is not None
            # What is a strip with two lines is one with any number, and its runs need not be cut.
            lines = find_lines(ink, uncut=not strips or not is_strip(shape, 2))
            if strips and is_strip(shape, len(lines)):
                lines = [one_line(lines, ink.faint)]
            look = Look(page, ink, ink, None, lines)
        task.watch.lap("layout")
        return look

    def _read_lines(self, look: Look, task: Task) -> Look:
        return replace(look, rows=self._networks.read_lines(look.lines, task))
