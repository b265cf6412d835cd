"""Several shipped networks asked together: the mean of their calibrated probabilities."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from legible.reader.digit import Answers, DigitModel
from trainer.answers import best
from trainer.augment import add_noise
from trainer.data import Digits, Images
from trainer.evaluate import NOISE_SEED, NOISE_SIGMA
from trainer.scores import expected_calibration_error, share
from trainer.shelf import open_version


def parse_members(told: str) -> list[tuple[str, str]]:
    """Names and versions from a list like `teacher:1.0.0,digit:2.0.0`.

    Raises:
        ValueError: it is no such list.
    """
    members = [tuple(member.split(":")) for member in told.split(",")]
    if not all(len(member) == 2 and all(member) for member in members):
        raise ValueError(f"Expected networks like teacher:1.0.0,digit:2.0.0, got {told!r}.")
    return [(member[0], member[1]) for member in members]


def evaluate_ensemble(
    models_dir: Path, members: Sequence[tuple[str, str]], digits: Digits
) -> dict[str, Any]:
    """Measure the mean of several networks, on the digits as they are and with noise.

    Args:
        models_dir: the folder of shipped models.
        members: names and versions.
        digits: labelled digits; at least one.

    Returns:
        JSON values: `members`; `made_by`, the command, to be run from the top of a checkout; a
        share and `ece`; `noise` with `sigma`, a share and `ece`.

    Raises:
        BundleError: a member must not be served.
    """
    models = [DigitModel(open_version(models_dir, *member)) for member in members]
    noisy = add_noise(digits.images, NOISE_SIGMA, np.random.default_rng(NOISE_SEED))
    named = [f"{name}:{version}" for name, version in members]
    return {
        "members": named,
        "made_by": f"python -m trainer evaluate --ensemble {','.join(named)}",
        **_score(models, digits.images, digits),
        "noise": {"sigma": NOISE_SIGMA, **_score(models, noisy, digits)},
    }


def write_ensemble(folder: Path, measured: dict[str, Any]) -> None:
    """Write what `evaluate_ensemble` gave to `ensemble.json` in a folder, made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ensemble.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


def _score(models: Sequence[DigitModel], images: Images, digits: Digits) -> dict[str, Any]:
    confidence, read = best(mean_answers([model.answer(images) for model in models]))
    right = read == digits.labels
    return {
        **share(int(right.sum()), len(digits)),
        "ece": round(expected_calibration_error(confidence, right), 5),
    }


def mean_answers(several: Sequence[Answers]) -> Answers:
    """The mean of the eleven probabilities of each, split again into digits and no digit."""
    served = np.mean([each.digits * (1 - each.no_digit)[:, None] for each in several], axis=0)
    total = served.sum(axis=1, keepdims=True)
    digits = served / np.maximum(total, 1e-12)
    no_digit = np.mean([each.no_digit for each in several], axis=0)
    return Answers(digits.astype(np.float32), no_digit.astype(np.float32))
