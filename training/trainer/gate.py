"""Whether a new version may take the place of the one that is served."""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from legible.reader.digit import DigitModel
from trainer.checkpoint import commit
from trainer.data import data_folder
from trainer.feedback import FeedbackSet, load_set
from trainer.gate_report import write_gate_report
from trainer.gate_rules import (
    KEPT_MARGIN,
    REFUSED_MARGIN,
    Answered,
    Verdict,
    judge_better,
    judge_calibration,
    judge_margin,
    judge_not_worse,
    judge_share,
    judge_time,
)
from trainer.gate_sets import (
    DigitPair,
    ReaderPair,
    first,
    line_sets,
    mnist_validation,
    no_digits,
    outside_pictures,
    outside_sets,
    strip_pictures,
)
from trainer.latency import compare_latency
from trainer.line_export import draw_numbers
from trainer.outside import ARRAYS, TITLES
from trainer.shelf import open_reader, open_version, served_version

log = logging.getLogger(__name__)

NAMES = ("digit", "line")
# Shares of items by which a set may do worse where chance could explain it. Large sets bear small
# ones; of a few hundred lines 1.5% are four or five.
_MARGINS = {
    "mnist": 0.001,
    "cells": 0.01,
    "strings": 0.01,
    "composed": 0.01,
    "singles": 0.01,
    "feedback_lines": 0.02,
}
# Of so many digits from elsewhere (7,291 and 6,600) a test of pairs finds losses of any size. What
# counts is the size: this margin finds a third to a half of what 2,000 digits and 0.5% found.
_OUTSIDE_MARGIN = 0.002
# Digits spoiled far beyond what people hand in: that a new handwriting costs a few is accepted.
_SPOILED_MARGIN = 0.005
_TITLES = {
    "cells": "photographed cells (validation), file to text",
    "strings": "whole strings (validation writers), file to text",
    "composed": "composed lines (validation writers), file to text",
    "singles": "single digits (validation writers), file to text",
}


@dataclass(frozen=True)
class Contest:
    """Two versions of one network, `a` served and `b` new, and the version of the other one."""

    name: str
    a: str
    b: str
    other: str | None

    def versions(self, version: str) -> dict[str, str]:
        """The networks of a reader with this version of the one that is judged."""
        beside = next(name for name in NAMES if name != self.name)
        return {self.name: version} | ({} if self.other is None else {beside: self.other})


def parse_contest(models_dir: Path, a: str, b: str, beside: str | None = None) -> Contest:
    """Two versions as they are named on the command line, e.g. `digit:1.1.0` and `digit:1.1.1`.

    Args:
        models_dir: tells what is served of the other network where `beside` does not.
        a: the version that is served.
        b: the new one.
        beside: the version of the other network.

    Raises:
        ValueError: they are no two versions of one network.
    """
    named = [each.partition(":") for each in (a, b)]
    (name, _, version_a), (name_b, _, version_b) = named
    if name != name_b or name not in NAMES or not version_a or not version_b or a == b:
        raise ValueError(
            f"Expected two versions of one network like digit:1.1.0 digit:1.1.1, got {a} {b}."
        )
    if beside is None and name == "digit":
        current = models_dir / "CURRENT.json"
        served = json.loads(current.read_text("utf-8")) if current.is_file() else {}
        beside = served.get("line")
    elif beside is None:
        beside = served_version(models_dir, "digit")
    return Contest(name, version_a, version_b, beside)


def gate(
    contest: Contest, set_folder: Path, models_dir: Path, out: Path, limit: int = 300
) -> dict[str, Any]:
    """Compare two versions, and write down whether the new one may be served, and why.

    Args:
        contest: what is compared.
        set_folder: the set of corrections; only its part `test` is looked at.
        models_dir: the folder of models.
        out: folder for gate.json, gate.md and gate.html; made if missing.
        limit: pictures of each kind that the whole reader is asked about, by both versions.

    Returns:
        JSON values, as in gate.json: `passed`; `reasons`, a sentence for each rule that refuses;
        `a`, `b`, `beside`, `set`, and `verdicts`, all of them with their figures.

    Raises:
        BundleError: a version must not be served.
        DataError: the set or the data folder lacks something.
    """
    started = time.monotonic()
    feedback = load_set(set_folder)
    judging = _judge_digit if contest.name == "digit" else _judge_line
    verdicts = []
    for verdict in judging(contest, feedback, models_dir, limit):
        log.info("%s %s", "pass  " if verdict.passed else "REFUSE", verdict.sentence)
        verdicts.append(verdict)
    told = {
        "passed": all(each.passed for each in verdicts),
        "name": contest.name,
        "a": contest.a,
        "b": contest.b,
        "beside": contest.other,
        "reasons": [each.sentence for each in verdicts if not each.passed],
        "set": {
            "number": feedback.number,
            "manifest_sha256": hashlib.sha256(
                (set_folder / "manifest.json").read_bytes()
            ).hexdigest(),
        },
        "judged_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "minutes": round((time.monotonic() - started) / 60, 2),
        "verdicts": [
            {
                "name": each.name,
                "passed": each.passed,
                "sentence": each.sentence,
                "figures": dict(each.figures),
            }
            for each in verdicts
        ],
    }
    write_gate_report(out, told)
    return told


def _judge_digit(
    contest: Contest, feedback: FeedbackSet, models: Path, limit: int
) -> Iterator[Verdict]:
    bundles = [open_version(models, "digit", version) for version in (contest.a, contest.b)]
    pair = DigitPair(*map(DigitModel, bundles))
    corrected = feedback.digits("test")
    accounts = len(np.unique(corrected.writers))
    answered, _, _ = pair.answer(corrected)
    yield judge_better("feedback", "corrected digits of test accounts", answered, accounts)
    yield from _judge_mnist(pair)
    outside = []
    for name, digits in outside_sets(pair.a):
        answered, _, _ = pair.answer(digits)
        outside.append(answered)
        yield judge_margin(name, TITLES[name], answered, _OUTSIDE_MARGIN)
    yield judge_calibration("calibration_outside", "digits from elsewhere", _join(outside))
    others = no_digits(pair.a)
    refused = [
        float((model.answer(others).no_digit > model.manifest.thresholds.no_digit).mean())
        for model in (pair.a, pair.b)
    ]
    title = "refused of letters, symbols and shapes (validation writers)"
    yield judge_share("no_digit", title, refused, REFUSED_MARGIN)
    if contest.other is not None:
        yield from _judge_lines(contest, feedback, models, limit)
    yield judge_time(compare_latency(bundles[1], bundles[0]))


def _judge_mnist(pair: DigitPair) -> Iterator[Verdict]:
    clean, spoiled = mnist_validation()
    answered, a, b = pair.answer(clean)
    worse, _, _ = pair.answer(spoiled)
    yield judge_not_worse("mnist", "MNIST's validation writers", answered, _MARGINS["mnist"])
    title = "the same, spoiled on purpose"
    yield judge_margin("mnist_spoiled", title, worse, _SPOILED_MARGIN)
    title = "MNIST's validation writers, clean and spoiled"
    yield judge_calibration("calibration_mnist", title, _join([answered, worse]))
    kept = [
        float((answers.no_digit <= model.manifest.thresholds.no_digit).mean())
        for model, answers in ((pair.a, a), (pair.b, b))
    ]
    yield judge_share("kept", "kept of MNIST's validation digits", kept, KEPT_MARGIN)


def _judge_line(
    contest: Contest, feedback: FeedbackSet, models: Path, limit: int
) -> Iterator[Verdict]:
    pair = _readers(contest, models)
    corrected, accounts = strip_pictures(feedback)
    title = "corrected lines of test accounts"
    yield judge_better("feedback", title, pair.answer(corrected), accounts)
    yield from _judge_files(pair, ("cells", "strings", "composed", "singles"), limit)
    for name in ARRAYS:
        if (data_folder() / name).is_dir():
            answered = pair.answer(outside_pictures(name, limit))
            title = f"{TITLES[name]}, file to text"
            yield judge_not_worse(name, title, answered, _MARGINS["singles"])
    letters = pair.answer(line_sets(limit)["letters"]())
    shares = [float(right.mean()) for right in (letters.right_a, letters.right_b)]
    title = "letters in which nothing was read (validation writers)"
    yield judge_share("no_digit", title, shares, REFUSED_MARGIN)
    bundles = [open_version(models, "line", version) for version in (contest.a, contest.b)]
    yield judge_time(compare_latency(bundles[1], bundles[0], draw_numbers(), runs=3))


def _judge_lines(
    contest: Contest, feedback: FeedbackSet, models: Path, limit: int
) -> Iterator[Verdict]:
    """What another digit network does to the whole reader."""
    pair = _readers(contest, models)
    corrected, _ = strip_pictures(feedback)
    title, margin = "corrected lines of test accounts", _MARGINS["feedback_lines"]
    answered = pair.answer(first(corrected, limit))
    yield judge_not_worse("feedback_lines", title, answered, margin)
    yield from _judge_files(pair, ("cells", "strings"), limit)


def _judge_files(pair: ReaderPair, kinds: tuple[str, ...], limit: int) -> Iterator[Verdict]:
    sets, together = line_sets(limit), []
    for kind in kinds:
        answered = pair.answer(sets[kind]())
        together.append(answered)
        yield judge_not_worse(kind, _TITLES[kind], answered, _MARGINS[kind])
    yield judge_calibration("calibration_lines", "files of lines", _join(together))


def _readers(contest: Contest, models: Path) -> ReaderPair:
    a, b = (open_reader(models, contest.versions(version)) for version in (contest.a, contest.b))
    return ReaderPair(a, b)


def _join(parts: list[Answered]) -> Answered:
    return Answered(
        np.concatenate([np.empty(0, np.bool_), *(each.right_a for each in parts)]),
        np.concatenate([np.empty(0, np.bool_), *(each.right_b for each in parts)]),
        np.concatenate([np.empty(0), *(each.confidence_a for each in parts)]),
        np.concatenate([np.empty(0), *(each.confidence_b for each in parts)]),
    )
