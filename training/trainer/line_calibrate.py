"""How much two networks together may be believed: weights of fusion, thresholds.

Fitted through the reader itself, on files of writers and cells that training never saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from legible.reader.fuse import FEATURES, fuse, measure_run, weigh
from legible.reader.propose import Examined
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions
from trainer.calibrate import accept_from
from trainer.line_pictures import LETTERS, Picture

Symbols = Literal["digits", "number"]
MARKS = ".,-"
# Of the lines that are called read, at most this share may be wrong on validation pictures, where
# each kind counts as much as the others.
ACCEPTED_WRONG = 0.01
# Below this a text is wrong more often than right: nobody should build on it.
UNREADABLE = 0.4
# Letters stand on some forms; few people hand in nothing else.
_LETTERS_SHARE = 0.2
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
# How much the digit network counts for glyphs with paper around them on a larger page. Not fitted:
# validation pictures are strips. Of 39 sheets and strings that real people sent while this was
# built, 32 were right with the weight of strips, 34 with this one, 37 by the digit network alone.
APART_WEIGHT = 2.0
# Pulls the weights of confidence towards zero: a few thousand lines bear no more.
_RIDGE = 1.0
_NEWTON_STEPS = 40


@dataclass(frozen=True)
class LineCalibration:
    """Numbers for the manifest, and how they did on the validation pictures."""

    fusion: dict[str, float]
    read: float
    unreadable: float
    # Of the validation pictures: share accepted as read, and share of those that is wrong; each
    # kind of picture counts as much as the others.
    accepted: float
    accepted_wrong: float
    pictures: int


@dataclass(frozen=True)
class _Line:
    """One line of a validation picture: what the networks say, what is true, what it weighs."""

    examined: Examined
    text: str
    weight: float


def calibrate_line(reader: Reader, pictures: Sequence[Picture]) -> LineCalibration:
    """Fit the fusion of both networks, and the threshold from which a text counts as read.

    Args:
        reader: with both networks; whatever fusion it has is not used.
        pictures: of one line each, by writers that neither network has seen. Each kind counts as
            much as the others, letters a fifth of that, since they are rarer. Pictures in which
            the reader finds another number of runs are left out: no weight mends those.
    """
    lines = [
        line for symbols in ("digits", "number") for line in _examine(reader, pictures, symbols)
    ]
    weights = _best_weights(lines) | {"apart_weight": APART_WEIGHT}
    fused = [fuse(*line.examined, weights) for line in lines]
    right = np.array(
        [reading.text == line.text for reading, line in zip(fused, lines, strict=True)]
    )
    # Where one network alone decided, the logistic has no say.
    weighed = np.array([line.examined[0].is_weighed() for line in lines])
    features = np.array([_features(line.examined, weights) for line in lines])
    importance = np.array([line.weight for line in lines])
    slopes, bias = fit_logistic(features[weighed], right[weighed], importance[weighed])
    fusion = weights | {"bias": round(bias, 4)}
    fusion |= {name: round(float(each), 4) for name, each in zip(FEATURES, slopes, strict=True)}
    confidence = np.array([fuse(*line.examined, fusion).confidence for line in lines])
    # Of numbers: what is called read wrongly of letters is told apart.
    number = np.array([line.text != "" for line in lines])
    confidence, right, importance = confidence[number], right[number], importance[number]
    read = max(UNREADABLE, accept_from(confidence, right, ACCEPTED_WRONG, importance))
    accepted = confidence >= read
    return LineCalibration(
        fusion=fusion,
        read=read,
        unreadable=UNREADABLE,
        accepted=float(np.average(accepted, weights=importance)),
        accepted_wrong=float(np.average(~right[accepted], weights=importance[accepted]))
        if accepted.any()
        else 0.0,
        pictures=len(pictures),
    )


def _features(examined: Examined, weights: dict[str, float]) -> NDArray[np.float64]:
    proposal, answers = examined
    return measure_run(proposal, weigh(proposal, answers, weights), answers)


def wanted(text: str, symbols: Symbols) -> str:
    """What a reader that was asked for these symbols should answer."""
    if symbols == "number":
        return text
    return "".join(symbol for symbol in text if symbol not in MARKS)


def fit_logistic(
    features: NDArray[np.float64], right: NDArray[np.bool_], importance: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Logistic regression by Newton's method: slopes (F,) and the bias.

    Args:
        features: (N, F).
        right: (N,) what is to be told.
        importance: (N,) weight of each row.

    Source: Hastie, Tibshirani & Friedman, "The Elements of Statistical Learning", section 4.4.
    """
    centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.column_stack([(features - centre) / spread, np.ones(len(features))])
    ridge = _RIDGE * np.eye(design.shape[1])
    ridge[-1, -1] = 0.0
    solution = np.zeros(design.shape[1])
    for _ in range(_NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        gradient = design.T @ (importance * (right - chance)) - ridge @ solution
        curvature = (design.T * (importance * chance * (1 - chance))) @ design + ridge
        solution += np.linalg.solve(curvature, gradient)
    slopes = solution[:-1] / spread
    return slopes, float(solution[-1] - slopes @ centre)


def _examine(reader: Reader, pictures: Sequence[Picture], symbols: Symbols) -> list[_Line]:
    kinds, counts = np.unique([picture.kind for picture in pictures], return_counts=True)
    share = {
        kind: len(pictures) / len(kinds) / count * (_LETTERS_SHARE if kind == LETTERS else 1.0)
        for kind, count in zip(kinds, counts, strict=True)
    }
    lines = []
    for picture in pictures:
        found = reader.examine(picture.data, ReadOptions(symbols=symbols))
        if len(found) == 1 and len(found[0]) == 1:
            text = wanted(picture.text, symbols)
            lines.append(_Line(found[0][0], text, float(share[picture.kind])))
    return lines


def _best_weights(lines: Sequence[_Line]) -> dict[str, float]:
    """How much the digit network counts for whole glyphs and for cut ones, by texts right."""

    def score(weights: dict[str, float]) -> float:
        return sum(
            line.weight * (fuse(*line.examined, weights).text == line.text) for line in lines
        )

    best = {"whole_weight": 0.5, "cut_weight": 0.3}
    for name in ("whole_weight", "cut_weight"):
        # Of weights that do as well as each other the least is taken.
        best = max(({**best, name: weight} for weight in _WEIGHTS), key=score)
    return best
