"""How well a shipped network reads digits, measured through the code that serves it."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from legible.reader.bundle import Bundle
from legible.reader.digit import Answers, DigitModel
from legible.reader.reader import Reader
from legible.reader.types import Reading, Status
from trainer.augment import add_noise, add_salt_and_pepper
from trainer.corrupt import CORRUPTIONS, corrupt
from trainer.data import Digits, Images, data_folder
from trainer.field import effective_field
from trainer.outside import FILES, load_outside, load_signs_and_shapes, single_rows
from trainer.risk import risk_coverage
from trainer.scores import (
    confusion,
    expected_calibration_error,
    per_class,
    reliability,
    share,
    top_confusions,
)

# Standard deviation of the noise line, of a picture in 0..1.
NOISE_SIGMA = 0.5
NOISE_SIGMAS = tuple(round(0.1 * step, 1) for step in range(1, 10))
SALT_SHARES = tuple(round(0.1 * step, 1) for step in range(1, 8))
_NOISE_SEED = 5
# Digits over which the receptive field is averaged: more change nothing that can be seen.
_FIELD_DIGITS = 20


def measure(models_dir: Path, digits: Digits) -> dict[str, Any]:
    """Measure all there is to measure of the served network.

    Args:
        models_dir: the folder of models, whose `CURRENT.json` names the version.
        digits: MNIST's test part.

    Returns:
        What `evaluate` gives, with `stress`, `outside` and `field` (see `effective_field`).

    Raises:
        BundleError: the version must not be served.
    """
    bundle = Bundle.open(models_dir, "digit")
    model = DigitModel(bundle)
    network = keras.saving.load_model(
        models_dir / "digit" / bundle.version / "model.keras", compile=False
    )
    return {
        **evaluate(model, digits),
        "stress": stress(model, digits),
        "outside": outside(model, models_dir),
        "field": effective_field(network, digits.images[:_FIELD_DIGITS]),
    }


def evaluate(model: DigitModel, digits: Digits) -> dict[str, Any]:
    """Measure accuracy and calibration, on the digits as they are and with noise.

    The reading is the likeliest of the ten digits; its confidence the one that is served, so the
    chance that there is no digit counts against it.

    Args:
        model: a loaded bundle.
        digits: labelled digits; at least one.

    Returns:
        JSON values: `n`, `errors`, `accuracy`, `wilson95` [low, high], `ece`, `reliability`,
        `confusion` (row = label, column = reading), `classes`, `top_confusions`,
        `risk_coverage`, `refused` (share called no digit), `noise` (`sigma` and a share).
    """
    answers = model.answer(digits.images)
    confidence, read = _best(answers)
    right = read == digits.labels
    table = confusion(read, digits.labels)
    noisy = add_noise(digits.images, NOISE_SIGMA, np.random.default_rng(_NOISE_SEED))
    return {
        **share(int(right.sum()), len(digits)),
        "ece": round(expected_calibration_error(confidence, right), 5),
        "refused": _refused(model, answers),
        "reliability": reliability(confidence, right),
        "risk_coverage": risk_coverage(confidence, right),
        "confusion": table,
        "classes": per_class(table),
        "top_confusions": top_confusions(table),
        "noise": {"sigma": NOISE_SIGMA, **_score(model, noisy, digits)},
    }


def stress(model: DigitModel, digits: Digits) -> dict[str, Any]:
    """Measure the digits under rising noise and under the corruptions of MNIST-C.

    Returns:
        JSON values: `gaussian` and `salt_and_pepper`, by strength, and `corruptions`, by name,
        each a share with `ece`.
    """

    def draw(seed: int) -> np.random.Generator:
        return np.random.default_rng([_NOISE_SEED, seed])

    return {
        "gaussian": {
            str(sigma): _score(model, add_noise(digits.images, sigma, draw(place)), digits)
            for place, sigma in enumerate(NOISE_SIGMAS)
        },
        "salt_and_pepper": {
            str(amount): _score(
                model, add_salt_and_pepper(digits.images, amount, draw(100 + place)), digits
            )
            for place, amount in enumerate(SALT_SHARES)
        },
        "corruptions": {
            name: _score(model, corrupt(digits.images, name, draw(200 + place)), digits)
            for place, name in enumerate(CORRUPTIONS)
        },
    }


def outside(model: DigitModel, models_dir: Path | None = None) -> dict[str, Any]:
    """Measure what training never saw, as far as the data folder has it.

    Args:
        model: a loaded bundle.
        models_dir: its folder of models; with it files of digits are read as a user's are, from
            the file to the text.

    Returns:
        JSON values: `digits`, by set, each a share with `ece` and `refused`; `no_digit`, by
        kind, `n` and the share `refused`; `non_digits`, how many of the Greek letters of
        `real_dev` were `read_as_digits` without a doubt and how many `called_no_digit`.
    """
    convention = model.manifest.preprocessing
    digits = {
        name: _score(model, digits.images, digits) for name, digits in load_outside(convention)
    }
    found: dict[str, Any] = {
        "digits": digits,
        "no_digit": {
            name: {"n": len(images), "refused": _refused(model, model.answer(images))}
            for name, images in load_signs_and_shapes(convention)
        },
    }
    if models_dir is None:
        return found
    reader = Reader.open(models_dir)
    for name in FILES:
        if (data_folder() / name).is_dir():
            digits[f"{name} (file to text)"] = _read_singles(reader, data_folder() / name)
    if (data_folder() / "real_dev").is_dir():
        found["non_digits"] = _read_others(reader, data_folder() / "real_dev")
    return found


def _read_singles(reader: Reader, folder: Path) -> dict[str, Any]:
    rows = list(single_rows(folder, "single"))
    readings = [reader.read(path.read_bytes()) for path, _ in rows]
    right = np.array(
        [each.text == text for each, (_, text) in zip(readings, rows, strict=True)], bool
    )
    confidence = np.array([each.confidence for each in readings], np.float64)
    return {
        **share(int(right.sum()), len(right)),
        "ece": round(expected_calibration_error(confidence, right), 5),
        "refused": round(float(np.mean([_says_no_digit(each) for each in readings])), 5),
    }


def _read_others(reader: Reader, folder: Path) -> dict[str, Any]:
    readings = [reader.read(path.read_bytes()) for path, _ in single_rows(folder, "nondigit")]
    return {
        "n": len(readings),
        "read_as_digits": sum(each.status is Status.READ for each in readings),
        "called_no_digit": sum(_says_no_digit(each) for each in readings),
    }


def _says_no_digit(reading: Reading) -> bool:
    return any(issue.code == "not_a_digit" for issue in reading.issues)


def _best(answers: Answers) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Served confidence and reading of each picture, (N,) each."""
    confidence = answers.digits.max(axis=1, initial=0.0) * (1 - answers.no_digit)
    return confidence, answers.digits.argmax(axis=1)


def _score(model: DigitModel, images: Images, digits: Digits) -> dict[str, Any]:
    answers = model.answer(images)
    confidence, read = _best(answers)
    right = read == digits.labels
    return {
        **share(int(right.sum()), len(digits)),
        "ece": round(expected_calibration_error(confidence, right), 5),
        "refused": _refused(model, answers),
    }


def _refused(model: DigitModel, answers: Answers) -> float | None:
    """The share that is called no digit; None for none at all."""
    if len(answers.no_digit) == 0:
        return None
    return round(float((answers.no_digit > model.manifest.thresholds.no_digit).mean()), 5)
