"""From logits to confidences that mean what they say, and the thresholds a reading is judged by."""

import math
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.augment import augment
from trainer.config import Config
from trainer.data import Labels
from trainer.model import DIGITS
from trainer.predict import predict_logits, probabilities
from trainer.sources import Sources

# Of the digits that are called read, at most this share may be wrong on spoiled validation digits.
ACCEPTED_WRONG = 0.01
# Below this the best of ten guesses is wrong more often than right: nobody should build on it.
UNREADABLE = 0.4
# Share of the clean digits, MNIST's and pen-written, that must not be called no digit.
KEPT_DIGITS = 0.995
# Of the symbols that the reader cuts out of a page, so many are taken to be no digit: assumed, as
# nobody has counted. Training shows thirteen times as many, so the chances are moved to this
# (Saerens, Latinne & Decaestecker 2002).
NO_DIGIT_SHARE = 0.01
# Kept apart from the streams that drew the training data.
_STREAM = 1_000_003
_TEMPERATURES = np.geomspace(0.2, 5.0, 401)


@dataclass(frozen=True)
class Calibration:
    """Numbers for the manifest, and how they did on the validation writers."""

    temperature: float
    # Added to the log-odds of no digit, for the share of them that is met outside training.
    no_digit_shift: float
    read: float
    unreadable: float
    no_digit: float
    # Of the spoiled validation digits: share accepted as read, and share of those that is wrong.
    accepted: float
    accepted_wrong: float
    # Share called no digit of the letters, symbols and shapes of the validation part.
    refused: float


def calibrate(model: keras.Model, validation: Sources, config: Config) -> Calibration:
    """Choose temperature and thresholds on the validation writers.

    The temperature is fitted to digits: MNIST's, one spoiled copy of each, since what people hand
    in is worse than MNIST, and the pen-written ones; the threshold for `read` to the spoiled
    copies alone, that for no digit to the clean ones.

    Args:
        model: the network to be shipped.
        validation: pictures of writers that training never saw.
        config: tells how digits are spoiled, and the seed.
    """
    rng = np.random.default_rng([config.seed, _STREAM])
    mnist = validation.mnist
    clean = predict_logits(model, mnist.images)
    spoiled = predict_logits(model, augment(mnist.images, config.augmentation, rng))
    pen, others = (
        predict_logits(model, each.images) for each in (validation.pen, validation.no_digit)
    )
    shift = _prior_shift(config)
    digits = np.concatenate([clean, spoiled, pen])
    labels = np.concatenate([mnist.labels, mnist.labels, validation.pen.labels])
    temperature = fit_temperature(digits, labels, shift)
    for logits in (clean, spoiled, pen, others):
        logits[:, -1] += temperature * shift
    rows = probabilities(spoiled, temperature)[:, : len(DIGITS)]
    confidence, right = rows.max(axis=1), rows.argmax(axis=1) == mnist.labels
    read = max(UNREADABLE, accept_from(confidence, right, ACCEPTED_WRONG))
    accepted = confidence >= read
    digits_none, others_none = (
        probabilities(logits, temperature)[:, -1]
        for logits in (np.concatenate([clean, pen]), others)
    )
    no_digit = keep_up_to(digits_none, KEPT_DIGITS)
    return Calibration(
        temperature=temperature,
        no_digit_shift=shift,
        read=read,
        unreadable=UNREADABLE,
        no_digit=no_digit,
        accepted=float(accepted.mean()),
        accepted_wrong=float(1 - right[accepted].mean()) if accepted.any() else 0.0,
        refused=float((others_none > no_digit).mean()),
    )


def fit_temperature(logits: NDArray[np.float32], labels: Labels, shift: float = 0.0) -> float:
    """The temperature with the least mean negative log-likelihood, to four digits.

    Args:
        logits: (N, K).
        labels: (N,) which class each of them is.
        shift: added to the last class's logit behind the temperature.

    Source: Guo et al., "On Calibration of Modern Neural Networks" (2017), section 4.2.
    """
    rows, last = np.arange(len(labels)), np.eye(logits.shape[1], dtype=np.float32)[-1]
    losses = [
        -np.log(
            probabilities(logits + temperature * shift * last, temperature)[rows, labels] + 1e-12
        ).mean()
        for temperature in _TEMPERATURES
    ]
    return round(float(_TEMPERATURES[int(np.argmin(losses))]), 4)


def _prior_shift(config: Config) -> float:
    """Log odds of no digit outside training over those in it."""
    training_odds = config.no_digit_share / (1 + config.pen_share)
    return round(math.log(NO_DIGIT_SHARE / (1 - NO_DIGIT_SHARE) / training_odds), 4)


def accept_from(
    confidence: NDArray[np.float64],
    right: NDArray[np.bool_],
    wrong_share: float,
    importance: NDArray[np.float64] | None = None,
) -> float:
    """The smallest confidence from which on at most `wrong_share` of the digits are wrong.

    Args:
        confidence: (N,) 0 .. 1.
        right: (N,).
        wrong_share: 0 .. 1.
        importance: (N,) how much each counts; None = all alike.

    Returns:
        A threshold of three digits; 1.0 where even the surest digits fail.
    """
    rising = np.argsort(confidence)
    weights = (np.ones(len(right)) if importance is None else importance)[rising]
    wrong = np.append(np.cumsum((weights * ~right[rising])[::-1])[::-1], 0)
    accepted = np.append(np.cumsum(weights[::-1])[::-1], 0)
    thresholds = np.arange(1, 1001) / 1000
    left_out = np.searchsorted(confidence[rising], thresholds)
    good = np.flatnonzero(
        (left_out < len(right)) & (wrong[left_out] <= wrong_share * accepted[left_out])
    )
    return float(thresholds[good[0]]) if len(good) else 1.0


def keep_up_to(chances: NDArray[np.float64], share: float) -> float:
    """The threshold above which at most `1 - share` of the chances lie, rounded up to 4 digits."""
    return min(1.0, float(np.ceil(np.quantile(chances, share, method="higher") * 1e4) / 1e4))
