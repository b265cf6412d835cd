"""One training run, from the data sets to the best averaged weights."""

import logging
import time
from pathlib import Path
from typing import Protocol

import keras
import numpy as np

from trainer.augment import add_noise, augment
from trainer.batches import draw_batches
from trainer.checkpoint import Record, best_record, claim, is_finished, keep, restore
from trainer.config import Config
from trainer.data import Digits, Images, Labels
from trainer.fused import FusedBatchNormalization
from trainer.model import CLASSES, DIGITS, build_model
from trainer.optimise import build_loss, build_optimiser
from trainer.precision import training_policy
from trainer.predict import predict_logits, probabilities
from trainer.sources import Sources, load_sources
from trainer.teacher import Teacher
from trainer.tensorboard import Board

log = logging.getLogger(__name__)

# Draws the spoiled copies of the validation digits; apart from the streams of the epochs.
_SPOIL_STREAM = 3_000_003
_NOISE_SIGMA = 0.5


def train(config: Config, run: Path) -> Record:
    """Train a network, or go on where the run in this folder stopped.

    Leaves in `run`: `best.keras` (the averaged weights of the best epoch, no optimiser),
    `last.npz` (everything needed to go on), `history.jsonl` (one line an epoch), `run.json`,
    `tensorboard/` (the same figures for TensorBoard).

    Args:
        config: the hyper-parameters.
        run: folder of the run, made if missing.

    Returns:
        The record of the best epoch, one line of `history.jsonl`.

    Raises:
        DataError: the data folder lacks a set, or `models` the teacher.
        ValueError: the folder holds a run with another configuration, or this one cannot be.
    """
    claim(run, config)
    keras.utils.set_random_seed(config.seed)
    teacher = Teacher.open(config)
    training, validation = load_sources(config)
    pictures, targets = _pool(training, config)
    checks = measured_sets(validation, config)
    steps = max(1, _epoch_size(training, config) // config.batch)

    model, averaged = build_networks(config, config.epochs * steps)
    records = restore(run, model, averaged)
    board = Board(run / "tensorboard", records)
    log.info("%d training and %d validation pictures", len(training), len(validation))
    log.info("%d parameters, %d epochs of %d steps", model.count_params(), config.epochs, steps)

    while not is_finished(config, records):
        started, epoch = time.monotonic(), len(records)
        losses = []
        # A generator of its own per epoch: a resumed run draws what the whole one would have drawn.
        rng = np.random.default_rng([config.seed, epoch])
        order = _epoch_order(training, config, rng)[: steps * config.batch]
        batches = draw_batches(pictures, targets, order, config, rng=rng, teacher=teacher)
        for step, (varied, wanted) in enumerate(batches):
            losses.append(float(model.train_on_batch(varied, wanted)))
            if (step + 1) % config.ema_every == 0:
                follow(averaged, model, epoch * steps + step, config)

        trained = time.monotonic() - started
        record = measure_epoch(averaged, checks) | {
            "epoch": epoch + 1,
            "training_loss": round(float(np.mean(losses)), 5),
            "images_per_s": round(steps * config.batch / trained),
            "seconds": round(time.monotonic() - started, 1),
        }
        records.append(record)
        keep(run, model, averaged, records)
        board.add(record)
        log.info("%s", _line(record, config.epochs))
    board.close()
    return best_record(records)


class Averaging(Protocol):
    """What a configuration says of the moving average."""

    @property
    def ema_decay(self) -> float:
        """Share that stays at each step."""

    @property
    def ema_every(self) -> int:
        """Steps between two strides."""


def build_networks(config: Config, steps: int) -> tuple[keras.Model, keras.Model]:
    """The network to train, compiled, and the one that follows it, with the same weights."""
    averaged = build_model(config)
    # Only the network that is trained computes in the faster type.
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(training_policy(config.precision))
    try:
        model = build_model(config, FusedBatchNormalization)
    finally:
        keras.config.set_dtype_policy(usual)
    model.set_weights(averaged.get_weights())
    optimiser = build_optimiser(config, steps)
    optimiser.build(model.trainable_variables)
    model.compile(optimiser, build_loss(config))
    return model, averaged


def _epoch_size(training: Sources, config: Config) -> int:
    others = config.pen_share + config.no_digit_share
    return len(training.mnist) + int(others * len(training.mnist))


def _epoch_order(training: Sources, config: Config, rng: np.random.Generator) -> Labels:
    """Places in the pool: all of MNIST, and a draw of the pen digits and of what is no digit."""
    mnist, pen = len(training.mnist), len(training.pen)
    parts = [
        np.arange(mnist),
        mnist + rng.integers(pen, size=round(config.pen_share * mnist)),
        mnist
        + pen
        + rng.integers(len(training.no_digit), size=round(config.no_digit_share * mnist)),
    ]
    return rng.permutation(np.concatenate(parts))


def _pool(training: Sources, config: Config) -> tuple[Images, Images]:
    joined = training.join()
    return joined.images, _smooth(joined.labels, config.label_smoothing)


def measured_sets(validation: Sources, config: Config) -> dict[str, Digits]:
    """What every epoch is measured on: clean, spoiled and noisy MNIST, pen digits, no digits.

    Noise counts only for a network that learns it.
    """
    rng = np.random.default_rng([config.seed, _SPOIL_STREAM])
    clean = validation.mnist
    spoiled = augment(clean.images, config.augmentation, rng)
    checks = {
        "clean": clean,
        "spoiled": Digits(spoiled, clean.labels, clean.writers),
        "pen": validation.pen,
        "no_digit": validation.no_digit,
    }
    if config.augmentation.noise_share:
        noisy = add_noise(clean.images, _NOISE_SIGMA, rng)
        checks["noisy"] = Digits(noisy, clean.labels, clean.writers)
    return checks


def follow(averaged: keras.Model, model: keras.Model, step: int, config: Averaging) -> None:
    """Move the averaged weights towards the trained ones; faster at first, from chance."""
    move(averaged, model, min(config.ema_decay, (1 + step) / (10 + step)) ** config.ema_every)


def move(averaged: keras.Model, model: keras.Model, stays: float) -> None:
    """Move the averaged weights towards the trained ones; a share of them stays."""
    for slow, fast in zip(averaged.weights, model.weights, strict=True):
        slow.assign(stays * slow + (1.0 - stays) * fast)


def _smooth(labels: Labels, smoothing: float) -> Images:
    """One-hot rows (N, 11) with a share of the certainty spread over all classes."""
    rows = np.eye(len(CLASSES), dtype=np.float32)[labels]
    return (1.0 - smoothing) * rows + np.float32(smoothing / len(CLASSES))


def measure_epoch(averaged: keras.Model, checks: dict[str, Digits]) -> Record:
    """Errors and loss of each set, and of all: the part of an epoch's record that judges it."""
    scores = {name: _score(averaged, digits) for name, digits in checks.items()}
    errors, _ = scores["clean"]
    return {
        "validation_errors": errors,
        "validation_accuracy": 1 - errors / len(checks["clean"]),
        "validation_loss": round(float(np.mean([loss for _, loss in scores.values()])), 5),
        "validation": {
            name: {"n": len(checks[name]), "errors": wrong, "loss": round(loss, 5)}
            for name, (wrong, loss) in scores.items()
        },
    }


def _score(model: keras.Model, digits: Digits) -> tuple[int, float]:
    """Errors and mean negative log-likelihood. A digit's reading is the best of the ten."""
    logits = predict_logits(model, digits.images)
    chances = probabilities(logits, 1.0)[np.arange(len(digits)), digits.labels]
    # No chance is below the least that float64 tells from none.
    loss = -np.log(np.maximum(chances, np.finfo(np.float64).tiny)).mean()
    named = logits[:, : len(DIGITS)].argmax(axis=1)
    best = np.where(digits.labels < len(DIGITS), named, logits.argmax(axis=1))
    return int((best != digits.labels).sum()), float(loss)


def _line(record: Record, epochs: int) -> str:
    left_min = record["seconds"] * (epochs - record["epoch"]) / 60
    wrong = ", ".join(f"{name} {each['errors']}" for name, each in record["validation"].items())
    return (
        f"epoch {record['epoch']}/{epochs}  loss {record['training_loss']:.4f}  "
        f"validation {record['validation_accuracy']:.4%} (wrong: {wrong}; "
        f"loss {record['validation_loss']:.4f})  {record['images_per_s']}/s  "
        f"{record['seconds']:.0f} s, {left_min:.0f} min left"
    )
