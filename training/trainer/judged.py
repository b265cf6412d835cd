"""What people said of a reading, as labels of its symbols and of its lines."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

from legible.app.feedback.standing import Said
from trainer.feedback import NO_DIGIT

# Page, line and symbol from 0, as the reading is stored; None for a line as a whole.
Place: TypeAlias = tuple[int, int, int | None]


@dataclass(frozen=True)
class Label:
    """What a symbol or a line is by what was said of it: a text, or the reason why there is none.

    The text of a symbol that is none is "10". `judgements`: those it comes of, the newest last.
    """

    place: Place
    read: str
    confidence: float
    judgements: Sequence[UUID]
    text: str | None = None
    reason: str | None = None

    @property
    def is_symbol(self) -> bool:
        """Whether it is about one symbol, not about a line."""
        return self.place[2] is not None

    @property
    def contradicts(self) -> bool:
        """Whether it is something else than was read."""
        return self.text is not None and self.text != self.read


@dataclass
class _Line:
    """A line while judgements are laid over it, oldest first."""

    page: int
    row: int
    stored: Mapping[str, Any]
    texts: list[str]
    labels: dict[int, Label] = field(default_factory=dict)
    judgements: list[UUID] = field(default_factory=list)
    # The text has other symbols than were read.
    rewritten: bool = False
    reason: str | None = None

    def judge(self, said: Said, text: str | None) -> None:
        """Take a judgement of the whole line; `text` of a correction."""
        self.judgements.append(said.id)
        count = len(self.stored["symbols"])
        if said.kind == "confirmed":
            self._confirm(said, range(count))
        elif said.kind == "corrected" and text is not None:
            self.rewritten, self.reason = len(text) != count, None
            for index in range(count):
                if self.rewritten:
                    self._set(index, said, reason="not_aligned")
                else:
                    self._set(index, said, label=text[index])
            self.texts = list(text)
        else:
            # A word, or a line that nobody can read, says nothing of each piece cut out of it.
            self.reason = _reason(said)
            for index in range(count):
                self._set(index, said, reason=self.reason)

    def judge_symbols(self, said: Said, *, recut: bool) -> None:
        """Take a judgement of some symbols; `recut`: they were cut wrongly."""
        first, last = said.target.symbol, said.target.last
        if first is None or last is None or self.rewritten:
            return
        self.judgements.append(said.id)
        chosen = range(first, last + 1)
        if said.kind == "confirmed":
            self._confirm(said, chosen)
        elif said.kind == "unreadable":
            self.reason = _reason(said)
            for index in chosen:
                self._set(index, said, reason=self.reason)
        else:
            new = (said.text or "") if said.kind == "corrected" else ""
            label = str(NO_DIGIT) if said.kind == "not_a_digit" else new
            for index in chosen:
                if recut or len(chosen) > 1 or not label:
                    self._set(index, said, reason="cut_wrongly")
                else:
                    self._set(index, said, label=label)
            self.texts[first : last + 1] = [new, *[""] * (last - first)]

    def whole(self) -> Label | None:
        """What the line says; None where nobody said anything of it."""
        if not self.judgements:
            return None
        stored, text, reason = self.stored, "".join(self.texts), self.reason
        if reason is None and len(self.labels) < len(stored["symbols"]):
            reason = "partly_judged"
        if reason is None and not text:
            reason = "no_text"
        return Label(
            (self.page, self.row, None),
            stored["text"],
            stored["confidence"],
            tuple(self.judgements),
            text if reason is None else None,
            reason,
        )

    def _confirm(self, said: Said, chosen: range) -> None:
        # What was corrected before stays so: `corrected_text` takes it in the same way.
        for index in chosen:
            if index not in self.labels:
                self._set(index, said, label=self.stored["symbols"][index]["text"])

    def _set(
        self, index: int, said: Said, *, label: str | None = None, reason: str | None = None
    ) -> None:
        symbol = self.stored["symbols"][index]
        place = (self.page, self.row, index)
        read, confidence = symbol["text"], symbol["confidence"]
        self.labels[index] = Label(place, read, confidence, (said.id,), label, reason)


def label_parts(
    pages: Sequence[Mapping[str, Any]], standing: Sequence[Said], recut: Set[UUID] = frozenset()
) -> list[Label]:
    """Tell what each judged symbol and line of a reading is.

    Args:
        pages: of the reading, as stored.
        standing: the judgements that hold, oldest first.
        recut: those of them that drew boxes anew.

    Returns:
        Labels of the parts that something was said of: of each line its symbols, then the line.
        The text of a line with a symbol that nobody judged is not known.
    """
    lines = {
        (number, row): _Line(number, row, line, [symbol["text"] for symbol in line["symbols"]])
        for number, page in enumerate(pages)
        for row, line in enumerate(page["lines"])
    }
    for said in standing:
        target = said.target
        if target.page is None or target.line is None:
            _judge_all(list(lines.values()), said)
        elif target.symbol is None:
            lines[target.page, target.line].judge(said, said.text)
        else:
            lines[target.page, target.line].judge_symbols(said, recut=said.id in recut)
    labels: list[Label] = []
    for line in lines.values():
        labels += [line.labels[index] for index in sorted(line.labels)]
        whole = line.whole()
        labels += [] if whole is None else [whole]
    return labels


def _judge_all(lines: Sequence[_Line], said: Said) -> None:
    texts = (said.text or "").split("\n")
    aligned = said.kind != "corrected" or len(texts) == len(lines)
    for row, line in enumerate(lines):
        if aligned:
            line.judge(said, texts[row] if said.kind == "corrected" else None)
        else:
            line.judge(said, None)
            line.rewritten = True


def _reason(said: Said) -> str:
    reasons = {"unreadable": "unreadable", "not_a_digit": "no_number_as_a_whole"}
    return reasons.get(said.kind, "not_aligned")
