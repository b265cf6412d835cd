"""How well a peer of `peers.py` read a set, and the table of all."""

# The trainer is checked with its own settings, and carries no marker of types.
# mypy: disable-error-code="import-untyped"

import re
import statistics
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from trainer.scores import wilson95


@dataclass(frozen=True)
class Answer:
    """What a peer said of one file, in how many milliseconds of the clock and of the processor."""

    text: str
    ms: float
    cpu_ms: float
    error: str | None


@dataclass(frozen=True)
class Score:
    """One row of the table; counts, so that shares and their intervals can be made of them."""

    set: str
    peer: str
    version: str
    n: int
    exact: int
    digits_exact: int
    digits_wrong: int
    digits_written: int
    lone: int
    lone_missed: int
    failed: int
    ms: float
    cpu_ms: float
    # A blank picture of 32 x 32 pixels: what a peer takes whatever it reads.
    blank_ms: float
    peak_mb: float

    @property
    def digit_error_rate(self) -> float:
        """Digits to insert, drop or change, for each that is written."""
        return self.digits_wrong / max(1, self.digits_written)

    def to_dict(self) -> dict[str, Any]:
        """The counts and the shares that the table shows, as plain JSON values."""
        return {
            **asdict(self),
            "exact_share": _share(self.exact, self.n),
            "digits_exact_share": _share(self.digits_exact, self.n),
            "digit_error_rate": round(self.digit_error_rate, 5),
            "lone_missed_share": _share(self.lone_missed, self.lone) if self.lone else None,
        }


def score(
    where: tuple[str, str, str],
    texts: Sequence[str],
    answers: Sequence[Answer],
    *,
    blank_ms: float,
    peak_mb: float,
) -> Score:
    """Compare what a peer said with what is written.

    Args:
        where: the set, the peer and its version.
        texts: what is written.
        answers: one for each.
        blank_ms, peak_mb: as in `Score`.
    """
    pairs = [(text, tidy(answer.text)) for text, answer in zip(texts, answers, strict=True)]
    digits = [(_digits(text), _digits(said)) for text, said in pairs]
    lone = [said for text, said in pairs if re.fullmatch("[0-9]", text)]
    return Score(
        *where,
        n=len(pairs),
        exact=sum(text == said for text, said in pairs),
        digits_exact=sum(text == said for text, said in digits),
        digits_wrong=sum(edits(text, said) for text, said in digits),
        digits_written=sum(len(text) for text, _ in digits),
        lone=len(lone),
        lone_missed=sum(not said for said in lone),
        failed=sum(answer.error is not None for answer in answers),
        ms=statistics.median(answer.ms for answer in answers),
        cpu_ms=statistics.median(answer.cpu_ms for answer in answers),
        blank_ms=blank_ms,
        peak_mb=peak_mb,
    )


def tidy(text: str) -> str:
    """Without empty rows and space at the ends of rows, and with wide or raised digits as plain."""
    rows = (row.strip() for row in unicodedata.normalize("NFKC", text).splitlines())
    return "\n".join(row for row in rows if row)


def edits(first: str, second: str) -> int:
    """The fewest symbols to insert, drop or change to make one text of the other.

    Source: Wagner & Fischer, "The string-to-string correction problem" (1974).
    """
    row = list(range(len(second) + 1))
    for place, symbol in enumerate(first, start=1):
        above, row = row, [place]
        for at, other in enumerate(second):
            row.append(min(above[at + 1] + 1, row[at] + 1, above[at] + (symbol != other)))
    return row[-1]


def best_mode(scores: Sequence[Score]) -> Score:
    """The one that a person would choose who knows the answers."""
    return max(
        scores, key=lambda each: (each.digits_exact, each.exact, -each.digit_error_rate, -each.ms)
    )


def table(scores: Sequence[Score]) -> str:
    """All rows as Markdown, and what to know about them."""
    rows = [
        "| set | reader | n | exact text | exact digits | digits wrong | lone digits missed | ms "
        "| MB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for each in scores:
        missed = f"{each.lone_missed / each.lone:.1%} of {each.lone}" if each.lone else "-"
        rows.append(
            f"| {each.set} | {each.peer} | {each.n} | {_percent(each.exact, each.n)} "
            f"| {_percent(each.digits_exact, each.n)} | {each.digit_error_rate:.1%} "
            f"| {missed} | {each.ms:.1f} | {each.peak_mb:.0f} |"
        )
    return "\n".join([*rows, "", _notes(scores)])


def ratios(scores: Sequence[Score], base: str) -> str:
    """The time of each as a multiple of one peer's, set by set."""
    lines = [f"time as a multiple of {base}, by the clock (by the processor)"]
    for name in dict.fromkeys(each.set for each in scores):
        mine = [each for each in scores if each.set == name]
        to = next((each for each in mine if each.peer == base), None)
        if to is None:
            lines.append(f"{name:9}{base} reads none of these")
            continue
        told = (
            f"{each.peer} {each.ms / to.ms:.2f} ({each.cpu_ms / to.cpu_ms:.2f})" for each in mine
        )
        lines.append(f"{name:9}" + "; ".join(told))
    return "\n".join(lines)


def _notes(scores: Sequence[Score]) -> str:
    versions = dict.fromkeys(f"{each.peer.split(',')[0]} {each.version}" for each in scores)
    blank = [each.blank_ms for each in scores if each.peer.startswith("Tesseract")]
    started = (
        f" Tesseract is started anew for each picture: at least "
        f"{statistics.median(blank):.0f} ms of its time is that."
        if blank
        else ""
    )
    failed = sum(each.failed for each in scores)
    empty = f" {failed} times a reader refused a picture: no text then." if failed else ""
    return (
        f"{'; '.join(versions)}. In brackets the 95% interval (Wilson). *Exact digits* leaves out "
        "all but digits, *digits wrong* counts edits for each digit written. One thread each, "
        "taking turns picture by picture; *ms* is the median from file to text, *MB* the most that "
        f"the process held.{started} Tesseract may use `0123456789.,-` only and stands with its "
        f"best page mode for each set; RapidOCR cannot be told which symbols to expect.{empty}"
    )


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _share(right: int, total: int) -> dict[str, Any]:
    return {
        "share": round(right / total, 5) if total else None,
        "wilson95": [round(bound, 5) for bound in wilson95(right, total)],
    }


def _percent(right: int, total: int) -> str:
    low, high = wilson95(right, total)
    return f"{right / total:.1%} ({low * 100:.1f} to {high * 100:.1f})"
