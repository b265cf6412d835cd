"""What a network answered to labelled digits: its readings, scores, and every mistake by name."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from legible.reader.digit import Answers, DigitModel
from trainer.data import Digits, Images, Labels
from trainer.scores import expected_calibration_error, reliability, share


def best(answers: Answers) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Served confidence and reading of each picture, (N,) each.

    The reading is the likeliest of the ten digits; the chance that there is no digit counts
    against its confidence.
    """
    confidence = answers.digits.max(axis=1, initial=0.0) * (1 - answers.no_digit)
    return confidence, answers.digits.argmax(axis=1)


def score(
    model: DigitModel, images: Images, labels: Labels, *, bins: bool = False
) -> dict[str, Any]:
    """JSON values: a share of right readings, `ece`, `refused`, and `reliability` if asked for."""
    answers = model.answer(images)
    confidence, read = best(answers)
    right = read == labels
    return {
        **share(int(right.sum()), len(labels)),
        "ece": round(expected_calibration_error(confidence, right), 5),
        "refused": refused_share(model, answers),
        **({"reliability": reliability(confidence, right)} if bins else {}),
    }


def refused_share(model: DigitModel, answers: Answers) -> float | None:
    """The share above the threshold for no digit: worth asking a person; None for no answers."""
    if len(answers.no_digit) == 0:
        return None
    return round(float((answers.no_digit > model.manifest.thresholds.no_digit).mean()), 5)


def list_mistakes(answers: Answers, digits: Digits) -> list[dict[str, Any]]:
    """Every digit that was misread, the most confident mistake first.

    Returns:
        JSON values: `index` in `digits`, `written`, `read`, its served `confidence`, and the
        digit that came `second` with its `second_confidence`.
    """
    confidence, read = best(answers)
    wrong = np.flatnonzero(read != digits.labels)
    order = wrong[np.argsort(-confidence[wrong], kind="stable")]
    served = answers.digits * (1 - answers.no_digit)[:, np.newaxis]
    second = np.argsort(-served, axis=1, kind="stable")[:, 1]
    return [
        {
            "index": int(place),
            "written": int(digits.labels[place]),
            "read": int(read[place]),
            "confidence": round(float(confidence[place]), 4),
            "second": int(second[place]),
            "second_confidence": round(float(served[place, second[place]]), 4),
        }
        for place in order
    ]


def list_refused(model: DigitModel, answers: Answers, digits: Digits) -> list[dict[str, Any]]:
    """Every digit that a person would be asked about, as perhaps no digit, the surest first.

    Returns:
        JSON values: `index` in `digits`, `written`, `read` (the likeliest digit all the same) and
        `no_digit`, how likely it was held to be none.
    """
    refused = np.flatnonzero(answers.no_digit > model.manifest.thresholds.no_digit)
    order = refused[np.argsort(-answers.no_digit[refused], kind="stable")]
    read = answers.digits.argmax(axis=1)
    return [
        {
            "index": int(place),
            "written": int(digits.labels[place]),
            "read": int(read[place]),
            "no_digit": round(float(answers.no_digit[place]), 4),
        }
        for place in order
    ]
