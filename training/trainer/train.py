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
from trainer.data import Digits, Images, Labels
from trainer.model import CLASSES, DIGITS, build_model
from trainer.sources import Sources, load_sources

log = logging.getLogger(__name__)

# One shape for every forward pass outside training, so that nothing is traced twice for speed.
_PREDICT_BATCH = 500
# Draws the spoiled copy of the validation digits; apart from the streams of the epochs.
_SPOIL_STREAM = 3_000_003
_MODELS = Path(__file__).parents[2] / "models" / "digit"


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
    training, validation = load_sources(config)
    pictures, targets = _pool(training, config)
    checks = _checks(validation, config)
    steps = max(1, _epoch_size(training, config) // config.batch)

    model, averaged = _build(config, steps)
    records = _restore(run, model, averaged)
    log.info("%d training and %d validation pictures", len(training), len(validation))
    log.info("%d parameters, %d epochs of %d steps", model.count_params(), config.epochs, steps)

    for epoch in range(len(records), config.epochs):
        started = time.monotonic()
        losses = []
        # A generator of its own per epoch: a resumed run draws what the whole one would have drawn.
        rng = np.random.default_rng([config.seed, epoch])
        order = _epoch_order(training, config, rng)
        for step in range(steps):
            chosen = order[step * config.batch : (step + 1) * config.batch]
            varied = augment(pictures[chosen], config.augmentation, rng)
            losses.append(float(model.train_on_batch(varied, targets[chosen])))
            if (step + 1) % config.ema_every == 0:
                _follow(averaged, model, epoch * steps + step, config)

        scores = {name: _score(averaged, digits) for name, digits in checks.items()}
        record = {
            "epoch": epoch + 1,
            "training_loss": round(float(np.mean(losses)), 5),
            "validation_errors": scores["clean"][0],
            "validation_accuracy": 1 - scores["clean"][0] / len(validation.mnist),
            "validation_loss": round(float(np.mean([loss for _, loss in scores.values()])), 5),
            "validation": {
                name: {"n": len(checks[name]), "errors": errors, "loss": round(loss, 5)}
                for name, (errors, loss) in scores.items()
            },
            "seconds": round(time.monotonic() - started, 1),
        }
        records.append(record)
        if record is best_record(records):
            averaged.save(run / "best.keras")
        _keep(run, model, averaged, records)
        log.info("%s", _line(record, config.epochs))
    return best_record(records)


def best_record(records: list[dict[str, Any]]) -> dict[str, Any]:
    """The epoch with the least validation loss, the mean of the clean, spoiled and other pictures.

    By loss, since a handful of errors among thousands of digits is mostly chance.
    """
    return min(records, key=lambda record: record["validation_loss"])


def predict_logits(model: keras.Model, images: Images) -> Images:
    """Logits (N, classes) float32 for images (N, 28, 28, 1); N = 0 gives (0, classes)."""
    parts = [
        np.asarray(model.predict_on_batch(images[start : start + _PREDICT_BATCH]))
        for start in range(0, len(images), _PREDICT_BATCH)
    ]
    return np.concatenate([np.empty((0, model.output_shape[-1]), np.float32), *parts])


def _build(config: Config, steps: int) -> tuple[keras.Model, keras.Model]:
    """The network to train, compiled, and the one that follows it, with the same weights."""
    averaged = build_model(config)
    if config.start is not None:
        _start_from(config.start, averaged)
    # Only the network that is trained computes in the faster type.
    usual = keras.config.dtype_policy()
    keras.config.set_dtype_policy(config.precision)
    model = build_model(config)
    keras.config.set_dtype_policy(usual)
    model.set_weights(averaged.get_weights())
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


def _start_from(version: str, model: keras.Model) -> None:
    """Copy a shipped network's weights; what it has no counterpart for stays as chance made it.

    Raises:
        ValueError: no such version, or its layers have other shapes.
    """
    path = _MODELS / version / "model.keras"
    if not path.is_file():
        raise ValueError(f"Expected models/digit/{version}/model.keras to start from, found none.")
    known = keras.saving.load_model(path, compile=False)
    for layer, fresh in zip(known.layers, model.layers, strict=True):
        weights = []
        for old, new in zip(layer.get_weights(), fresh.get_weights(), strict=True):
            shared = old.shape[-1]
            # A new last answer begins undecided.
            weights.append(np.concatenate([old, 0.1 * new[..., shared:]], axis=-1))
        fresh.set_weights(weights)


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


def _checks(validation: Sources, config: Config) -> dict[str, Digits]:
    """What every epoch is measured on: clean and spoiled MNIST, pen digits, no digits."""
    rng = np.random.default_rng([config.seed, _SPOIL_STREAM])
    clean = validation.mnist
    spoiled = augment(clean.images, config.augmentation, rng)
    return {
        "clean": clean,
        "spoiled": Digits(spoiled, clean.labels, clean.writers),
        "pen": validation.pen,
        "no_digit": validation.no_digit,
    }


def _follow(averaged: keras.Model, model: keras.Model, step: int, config: Config) -> None:
    """Move the averaged weights towards the trained ones; faster at first, from chance."""
    decay = min(config.ema_decay, (1 + step) / (10 + step)) ** config.ema_every
    for slow, fast in zip(averaged.weights, model.weights, strict=True):
        slow.assign(decay * slow + (1.0 - decay) * fast)


def _smooth(labels: Labels, smoothing: float) -> Images:
    """One-hot rows (N, 11) with a share of the certainty spread over all classes."""
    rows = np.eye(len(CLASSES), dtype=np.float32)[labels]
    return (1.0 - smoothing) * rows + np.float32(smoothing / len(CLASSES))


def _score(model: keras.Model, digits: Digits) -> tuple[int, float]:
    """Errors and mean negative log-likelihood. A digit's reading is the best of the ten."""
    logits = predict_logits(model, digits.images).astype(np.float64)
    peak = logits.max(axis=1, keepdims=True)
    log_likelihood = logits - peak - np.log(np.exp(logits - peak).sum(axis=1, keepdims=True))
    loss = -log_likelihood[np.arange(len(digits)), digits.labels].mean()
    named = logits[:, : len(DIGITS)].argmax(axis=1)
    best = np.where(digits.labels < len(DIGITS), named, logits.argmax(axis=1))
    return int((best != digits.labels).sum()), float(loss)


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
