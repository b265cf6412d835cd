"""How well a shipped network reads digits, measured through the code that serves it."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from legible.reader.digit import DigitModel
from legible.reader.reader import Reader
from legible.reader.types import Reading, Status
from trainer.answers import best, list_mistakes, list_refused, refused_share, score
from trainer.augment import add_noise, add_salt_and_pepper
from trainer.corrupt import CORRUPTIONS, corrupt
from trainer.data import Digits, data_folder
from trainer.field import effective_field
from trainer.headline import MANY, headline
from trainer.outside import FILES, load_outside, load_signs_and_shapes, single_rows
from trainer.refusal import trade_off
from trainer.risk import risk_coverage
from trainer.scores import (
    confusion,
    expected_calibration_error,
    per_class,
    reliability,
    share,
    top_confusions,
)
from trainer.shelf import open_version

# Standard deviation of the noise line, of a picture in 0..1.
NOISE_SIGMA = 0.5
NOISE_SIGMAS = tuple(round(0.1 * step, 1) for step in range(1, 10))
SALT_SHARES = tuple(round(0.1 * step, 1) for step in range(1, 8))
NOISE_SEED = 5
# Digits over which the receptive field is averaged: more change nothing that can be seen.
_FIELD_DIGITS = 20


def measure(models_dir: Path, name: str, version: str, digits: Digits) -> dict[str, Any]:
    """Measure all there is to measure of one shipped network.

    Args:
        models_dir: the folder of models.
        name: of the network, e.g. "digit".
        version: which need not be the one that is served.
        digits: MNIST's test part.

    Returns:
        `name`, `version`, `parameters` and what `evaluate` gives, with `stress`, `outside`,
        `refusal` (see `trade_off`; None of a network that cannot refuse), `field` (see
        `effective_field`) and `headline`, the figures to judge by, each with its command.

    Raises:
        BundleError: the version must not be served.
    """
    model = DigitModel(open_version(models_dir, name, version))
    network = keras.saving.load_model(models_dir / name / version / "model.keras", compile=False)
    metrics = {
        "name": name,
        "version": version,
        "parameters": int(network.count_params()),
        **evaluate(model, digits),
        "stress": stress(model, digits),
        "outside": outside(model),
        "refusal": refusal(model, digits),
        "field": effective_field(network, digits.images[:_FIELD_DIGITS]),
    }
    return {**metrics, "headline": headline(metrics)}


def evaluate(model: DigitModel, digits: Digits) -> dict[str, Any]:
    """Measure accuracy and calibration, on the digits as they are and with noise.

    Args:
        model: a loaded bundle.
        digits: labelled digits; at least one.

    Returns:
        JSON values: `n`, `errors`, `accuracy`, `wilson95` [low, high], `ece`, `reliability`,
        `confusion` (row = label, column = reading), `classes`, `top_confusions`,
        `risk_coverage`, `refused` (see `refused_share`), `noise` (`sigma` and a share),
        `mistakes` and `refused_digits`, each one of them.
    """
    answers = model.answer(digits.images)
    confidence, read = best(answers)
    right = read == digits.labels
    table = confusion(read, digits.labels)
    noisy = add_noise(digits.images, NOISE_SIGMA, np.random.default_rng(NOISE_SEED))
    return {
        **share(int(right.sum()), len(digits)),
        "ece": round(expected_calibration_error(confidence, right), 5),
        "refused": refused_share(model, answers),
        "reliability": reliability(confidence, right),
        "risk_coverage": risk_coverage(confidence, right),
        "confusion": table,
        "classes": per_class(table),
        "top_confusions": top_confusions(table),
        "mistakes": list_mistakes(answers, digits),
        "refused_digits": list_refused(model, answers, digits),
        "noise": {"sigma": NOISE_SIGMA, **score(model, noisy, digits.labels)},
    }


def stress(model: DigitModel, digits: Digits) -> dict[str, Any]:
    """Measure the digits under rising noise and under the corruptions of MNIST-C.

    Returns:
        JSON values: `gaussian` and `salt_and_pepper`, by strength, and `corruptions`, by name,
        each a share with `ece`.
    """
    images, labels = digits.images, digits.labels

    def draw(seed: int) -> np.random.Generator:
        return np.random.default_rng([NOISE_SEED, seed])

    return {
        "gaussian": {
            str(sigma): score(model, add_noise(images, sigma, draw(place)), labels)
            for place, sigma in enumerate(NOISE_SIGMAS)
        },
        "salt_and_pepper": {
            str(amount): score(
                model, add_salt_and_pepper(images, amount, draw(100 + place)), labels
            )
            for place, amount in enumerate(SALT_SHARES)
        },
        "corruptions": {
            name: score(model, corrupt(images, name, draw(200 + place)), labels)
            for place, name in enumerate(CORRUPTIONS)
        },
    }


def outside(model: DigitModel) -> dict[str, Any]:
    """Measure what training never saw, as far as the data folder has it.

    Files of digits are read as a user's are, from the file to the text.

    Returns:
        JSON values: `digits`, by set, each a share with `ece` and `refused`, and `reliability` of
        sets of 1,000 digits or more; `pooled`, a share and `ece` of the digits of all sets
        together; `no_digit`, by kind, `n` and the share `refused`; `non_digits`, how many of the
        Greek letters of `real_dev` were `read_as_digits` without a doubt and how many
        `called_no_digit`.
    """
    convention = model.convention
    digits: dict[str, Any] = {}
    pooled = []
    for name, each in load_outside(convention):
        confidence, read = best(model.answer(each.images))
        pooled.append((confidence, read == each.labels))
        digits[name] = score(model, each.images, each.labels, bins=len(each) >= MANY)
    found: dict[str, Any] = {
        "digits": digits,
        "no_digit": {
            name: {"n": len(images), "refused": refused_share(model, model.answer(images))}
            for name, images in load_signs_and_shapes(convention)
        },
    }
    reader = Reader(model)
    for name in FILES:
        if (data_folder() / name).is_dir():
            digits[f"{name} (file to text)"], answers = _read_singles(reader, data_folder() / name)
            pooled.append(answers)
    if (data_folder() / "real_dev").is_dir():
        found["non_digits"] = _read_others(reader, data_folder() / "real_dev")
    return {**found, "pooled": _pool(pooled)}


def refusal(model: DigitModel, digits: Digits) -> dict[str, Any] | None:
    """What the answer "no digit" costs and brings, see `trade_off`; None without that answer."""
    if len(model.manifest.classes) == 10:
        return None
    others = {
        name: model.answer(images).no_digit
        for name, images in load_signs_and_shapes(model.convention)
    }
    kept = model.answer(digits.images).no_digit
    return trade_off(kept, others, model.manifest.thresholds.no_digit)


_Judged = tuple[NDArray[np.floating[Any]], NDArray[np.bool_]]


def _pool(parts: list[_Judged]) -> dict[str, Any]:
    """A share and the calibration error of all parts as if they were one set."""
    if not parts:
        return {"n": 0}
    confidence = np.concatenate([each.astype(np.float64) for each, _ in parts])
    right = np.concatenate([each for _, each in parts])
    return {
        **share(int(right.sum()), len(right)),
        "ece": round(expected_calibration_error(confidence, right), 5),
    }


def _read_singles(reader: Reader, folder: Path) -> tuple[dict[str, Any], _Judged]:
    rows = list(single_rows(folder, "single"))
    readings = [reader.read(path.read_bytes()) for path, _ in rows]
    right = np.array(
        [each.text == text for each, (_, text) in zip(readings, rows, strict=True)], bool
    )
    confidence = np.array([each.confidence for each in readings], np.float64)
    told = {
        **share(int(right.sum()), len(right)),
        "ece": round(expected_calibration_error(confidence, right), 5),
        "refused": round(float(np.mean([_says_no_digit(each) for each in readings])), 5),
    }
    return told, (confidence, right)


def _read_others(reader: Reader, folder: Path) -> dict[str, Any]:
    readings = [reader.read(path.read_bytes()) for path, _ in single_rows(folder, "nondigit")]
    return {
        "n": len(readings),
        "read_as_digits": sum(each.status is Status.READ for each in readings),
        "called_no_digit": sum(_says_no_digit(each) for each in readings),
    }


def _says_no_digit(reading: Reading) -> bool:
    return any(issue.code == "not_a_digit" for issue in reading.issues)
