"""One training run, from the data set to the best averaged weights."""

import json
import logging
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np

from trainer.augment import augment
from trainer.config import Config
from trainer.data import Digits, Images, Labels, load_mnist, split_by_writer
from trainer.model import CLASSES, build_model

log = logging.getLogger(__name__)

# One shape for every forward pass outside training, so that nothing is traced twice for speed.
_PREDICT_BATCH = 500


def train(config: Config, run: Path) -> dict[str, Any]:
    """Train a network, or go on where the run in this folder stopped.

    Leaves in `run`: `best.keras` (the averaged weights of the best epoch, no optimiser),
    `last.npz` (everything needed to go on), `history.jsonl` (one line an epoch), `run.json`.

    Args:
        config: the hyper-parameters.
        run: folder of the run, made if missing.

    Returns:
        The record of the best epoch, one line of `history.jsonl`.

    Raises:
        DataError: the data folder lacks MNIST.
        ValueError: the folder holds a run with another configuration.
    """
    run.mkdir(parents=True, exist_ok=True)
    _claim(run, config)
    keras.utils.set_random_seed(config.seed)
    training, validation = training_parts(config)
    targets = _smooth(training.labels, config.label_smoothing)
    steps = max(1, len(training) // config.batch)

    model, averaged = _build(config, steps)
    records = _restore(run, model, averaged)
    log.info("%d training and %d validation digits", len(training), len(validation))
    log.info("%d parameters, %d epochs of %d steps", model.count_params(), config.epochs, steps)

    for epoch in range(len(records), config.epochs):
        started = time.monotonic()
        losses = []
        # A generator of its own per epoch: a resumed run draws what the whole one would have drawn.
        rng = np.random.default_rng([config.seed, epoch])
        order = rng.permutation(len(training))
        for step in range(steps):
            chosen = order[step * config.batch : (step + 1) * config.batch]
            pictures = augment(training.images[chosen], config.augmentation, rng)
            losses.append(float(model.train_on_batch(pictures, targets[chosen])))
            _follow(averaged, model, epoch * steps + step, config.ema_decay)

        errors, validation_loss = _validate(averaged, validation)
        record = {
            "epoch": epoch + 1,
            "training_loss": round(float(np.mean(losses)), 5),
            "validation_errors": errors,
            "validation_accuracy": 1 - errors / len(validation),
            "validation_loss": round(validation_loss, 5),
            "seconds": round(time.monotonic() - started, 1),
        }
        records.append(record)
        if record is best_record(records):
            averaged.save(run / "best.keras")
        _keep(run, model, averaged, records)
        log.info("%s", _line(record, config.epochs))
    return best_record(records)


def training_parts(config: Config) -> tuple[Digits, Digits]:
    """The training and validation digits of a configuration, the same ones every time."""
    training, validation = split_by_writer(
        load_mnist("train"), config.validation_share, config.seed
    )
    return training.take(slice(config.limit)), validation.take(slice(config.limit))


def best_record(records: list[dict[str, Any]]) -> dict[str, Any]:
    """The epoch with the fewest validation errors; among equals the one with the lower loss."""
    return min(records, key=lambda record: (record["validation_errors"], record["validation_loss"]))


def predict_logits(model: keras.Model, images: Images) -> Images:
    """Logits (N, 10) float32 for images (N, 28, 28, 1); N = 0 gives (0, 10)."""
    parts = [
        np.asarray(model.predict_on_batch(images[start : start + _PREDICT_BATCH]))
        for start in range(0, len(images), _PREDICT_BATCH)
    ]
    return np.concatenate([np.empty((0, len(CLASSES)), np.float32), *parts])


def _build(config: Config, steps: int) -> tuple[keras.Model, keras.Model]:
    """The network to train, compiled, and the one that follows it, with the same weights."""
    model, averaged = build_model(config), build_model(config)
    averaged.set_weights(model.get_weights())
    total = config.epochs * steps
    warmup = int(config.warmup_share * total)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        warmup_target=config.learning_rate,
        warmup_steps=max(1, warmup),
        decay_steps=max(1, total - warmup),
    )
    optimiser = keras.optimizers.AdamW(rate, weight_decay=config.weight_decay)
    # Decay pulls towards doing nothing; for scales and offsets nothing is not zero.
    optimiser.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimiser.build(model.trainable_variables)
    model.compile(optimiser, keras.losses.CategoricalCrossentropy(from_logits=True))
    return model, averaged


def _follow(averaged: keras.Model, model: keras.Model, step: int, decay: float) -> None:
    """Move the averaged weights towards the trained ones; faster at first, from chance."""
    decay = min(decay, (1 + step) / (10 + step))
    for slow, fast in zip(averaged.weights, model.weights, strict=True):
        slow.assign(decay * slow + (1.0 - decay) * fast)


def _smooth(labels: Labels, smoothing: float) -> Images:
    """One-hot rows (N, 10) with a share of the certainty spread over all classes."""
    rows = np.eye(len(CLASSES), dtype=np.float32)[labels]
    return (1.0 - smoothing) * rows + np.float32(smoothing / len(CLASSES))


def _validate(model: keras.Model, digits: Digits) -> tuple[int, float]:
    logits = predict_logits(model, digits.images).astype(np.float64)
    peak = logits.max(axis=1, keepdims=True)
    log_likelihood = logits - peak - np.log(np.exp(logits - peak).sum(axis=1, keepdims=True))
    loss = -log_likelihood[np.arange(len(digits)), digits.labels].mean()
    return int((logits.argmax(axis=1) != digits.labels).sum()), float(loss)


def _claim(run: Path, config: Config) -> None:
    """Write the configuration, or check that the run in this folder has the same one."""
    told = json.dumps(config.to_dict(), indent=2)
    path = run / "run.json"
    if path.exists() and path.read_text("utf-8") != told:
        raise ValueError(
            f"The run {run.name} was started with another configuration. "
            "Name another folder, or delete this one."
        )
    path.write_text(told, "utf-8")


def _state(model: keras.Model, averaged: keras.Model) -> list[keras.Variable]:
    """All that a training step changes: weights, averages, moments and dropout's seeds."""
    return [*model.variables, *averaged.weights, *model.optimizer.variables]


def _keep(
    run: Path, model: keras.Model, averaged: keras.Model, records: list[dict[str, Any]]
) -> None:
    """Write `last.npz` and the history so that a run killed at any moment can still go on."""
    arrays = map(keras.ops.convert_to_numpy, _state(model, averaged))
    told = json.dumps(records)
    fresh = run / "last.new.npz"
    np.savez(fresh, *arrays, records=np.array(told))
    fresh.replace(run / "last.npz")
    (run / "history.jsonl").write_text(
        "".join(json.dumps(each) + "\n" for each in records), "utf-8"
    )


def _restore(run: Path, model: keras.Model, averaged: keras.Model) -> list[dict[str, Any]]:
    """Put a stopped run's state into the networks; its records, none for a new run."""
    if not (run / "last.npz").exists():
        return []
    with np.load(run / "last.npz") as kept:
        records: list[dict[str, Any]] = json.loads(str(kept["records"]))
        for index, variable in enumerate(_state(model, averaged)):
            variable.assign(kept[f"arr_{index}"])
    log.info("going on after epoch %d", len(records))
    return records


def _line(record: dict[str, Any], epochs: int) -> str:
    left_min = record["seconds"] * (epochs - record["epoch"]) / 60
    return (
        f"epoch {record['epoch']}/{epochs}  loss {record['training_loss']:.4f}  "
        f"validation {record['validation_accuracy']:.4%} ({record['validation_errors']} wrong, "
        f"loss {record['validation_loss']:.4f})  {record['seconds']:.0f} s, {left_min:.0f} min left"
    )
