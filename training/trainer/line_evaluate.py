"""How well the whole reader reads lines: from a file's bytes to text, status and confidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from legible.reader.errors import ReadError
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions, Status
from trainer.line_calibrate import Symbols, wanted
from trainer.line_config import LINE_PRESETS, LineConfig
from trainer.line_pictures import (
    EVERYDAY,
    POOR,
    Picture,
    cell_pictures,
    letter_pictures,
    single_pictures,
    string_pictures,
    touching_pictures,
)
from trainer.pen import Part
from trainer.scores import expected_calibration_error, share, wilson95

# Composed rows of each kind, and drawings of each string.
_ROWS, _PENS = 1000, 3


@dataclass(frozen=True)
class _Answer:
    """What the reader said of one picture; `place` is its number within its kind."""

    place: int
    wanted: str
    text: str
    status: Status
    confidence: float


def judged_pictures(config: LineConfig, part: Part) -> Iterable[Picture]:
    """All pictures that a line network is judged by, the same ones every time.

    What is drawn comes twice: in everyday pictures, and in the poorest.
    """
    limit = config.limit
    return chain(
        cell_pictures(part, limit),
        letter_pictures(part, config, limit or _ROWS),
        *(
            chain(
                string_pictures(part, config, _PENS, limit, poorness),
                touching_pictures(part, config, limit or _ROWS, poorness),
                single_pictures(part, config, limit or _ROWS, poorness),
            )
            for poorness in (EVERYDAY, POOR)
        ),
    )


def measure_lines(
    models_dir: Path,
    part: Part = "test",
    preset: str = "line",
    pictures: Iterable[Picture] | None = None,
) -> dict[str, Any]:
    """Measure the networks that `CURRENT.json` names on every kind of line.

    Args:
        models_dir: the folder of models; it must serve a line network.
        part: whose writers and cells; "test" for figures to publish.
        preset: names the configuration whose seed draws what is composed.
        pictures: of that part; None = every kind that a line network is judged by.

    Returns:
        `models`, `seed`, `part`, and by kind what `score` gives, digits alone and with marks.

    Raises:
        BundleError: a network must not be served.
        DataError: the data folder lacks a set.
    """
    reader = Reader.open(models_dir)
    config = LINE_PRESETS[preset]
    chosen = list(judged_pictures(config, part) if pictures is None else pictures)
    told: dict[str, Any] = {"models": dict(reader.models), "seed": config.seed, "part": part}
    for kind in dict.fromkeys(picture.kind for picture in chosen):
        mine = [picture for picture in chosen if picture.kind == kind]
        told[kind] = {"digits": score(_read(reader, mine, "digits"))}
        # Composed rows have no marks.
        if kind.startswith(("cells", "strings")):
            told[kind]["number"] = score(_read(reader, mine, "number"))
    return told


def score(answers: Sequence[_Answer]) -> dict[str, Any]:
    """Figures of one kind of picture.

    Returns:
        JSON values: `n`, `errors`, `accuracy`, `wilson95` of exact texts; `character_error_rate`,
        `coverage`, the share with status read, `wrong_among_read` with its interval; `ece` of the
        confidence; `mistakes`, the surest first, each with its place in the set.
    """
    right = [answer.text == answer.wanted for answer in answers]
    read = [answer.status is Status.READ for answer in answers]
    wrong_read = sum(r and not ok for r, ok in zip(read, right, strict=True))
    low, high = wilson95(wrong_read, sum(read))
    letters = sum(len(answer.wanted) for answer in answers)
    edits = sum(edit_distance(answer.text, answer.wanted) for answer in answers)
    mistakes = sorted(
        (answer for answer, ok in zip(answers, right, strict=True) if not ok),
        key=lambda answer: -answer.confidence,
    )
    return {
        **share(sum(right), len(right)),
        "character_error_rate": round(edits / max(1, letters), 5),
        "coverage": round(sum(read) / max(1, len(read)), 5),
        "wrong_among_read": round(wrong_read / max(1, sum(read)), 5),
        "wrong_among_read_wilson95": [round(low, 5), round(high, 5)],
        "ece": round(
            expected_calibration_error(
                np.array([answer.confidence for answer in answers]), np.array(right, np.bool_)
            ),
            5,
        ),
        "mistakes": [
            {
                "place": answer.place,
                "written": answer.wanted,
                "read": answer.text,
                "status": str(answer.status),
                "confidence": round(answer.confidence, 4),
            }
            for answer in mistakes
        ],
    }


def edit_distance(first: str, second: str) -> int:
    """Least number of symbols to add, drop or change (Levenshtein 1966)."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def _read(reader: Reader, pictures: Sequence[Picture], symbols: Symbols) -> list[_Answer]:
    answers = []
    for place, picture in enumerate(pictures):
        try:
            reading = reader.read(picture.data, ReadOptions(symbols=symbols))
            text, status, confidence = reading.text, reading.status, reading.confidence
        except ReadError:
            text, status, confidence = "", Status.UNREADABLE, 0.0
        answers.append(_Answer(place, wanted(picture.text, symbols), text, status, confidence))
    return answers
