"""A served digit network taught further by corrections, on top of what it was trained on."""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from legible.reader.digit import DigitModel
from trainer.batches import Batch, draw_batches
from trainer.calibrate import calibrate
from trainer.checkpoint import Record, best_record, commit
from trainer.config import PRESETS, Config
from trainer.data import Digits, Labels, load_mnist
from trainer.evaluate import evaluate
from trainer.export import SERVED, check_new, digit_manifest, stage, write_manifest, write_network
from trainer.feedback import FeedbackSet, load_set
from trainer.finetune_card import write_finetune_card
from trainer.finetune_config import (
    FineTuneError,
    FineTuning,
    Request,
    draw_corrections,
    next_version,
)
from trainer.model import CLASSES
from trainer.provenance import describe_origin
from trainer.shelf import open_version, served_version
from trainer.sources import Sources, load_sample
from trainer.train import build_networks, measure_epoch, measured_sets, move

log = logging.getLogger(__name__)

# What corrections are called among the sets that an epoch is measured on.
FEEDBACK = "feedback"
# Pen-written digits drawn for one fine-tuning: an epoch sees about as many.
_DRAWN = 3_000


@dataclass(frozen=True)
class _Taught:
    """What the training came to: the network, and a record of the start and of each epoch."""

    model: keras.Model
    records: list[Record]
    minutes: float


def finetune(request: Request, tuning: FineTuning) -> dict[str, Any]:
    """Teach a digit network the corrections of a set, and export what came of it.

    Learns from the set's part `train` and from the base data; which epoch is kept is chosen by
    the set's part `validation` and the base validation, the start among them. The parts `test`,
    of the set and of MNIST, choose nothing.

    Args:
        request: the set, the folder of models, the versions.
        tuning: how far it may move.

    Returns:
        The metrics, as in `metrics.json`.

    Raises:
        FineTuneError: no epoch did better than the start, or there is nothing to learn from.
        ExportError: the version exists or is none.
        DataError: the set or the data folder lacks something.
        BundleError: the exported network does not compute what the trained one does.
    """
    start = request.start or served_version(request.models, SERVED)
    version = request.version or next_version(request.models, SERVED, start)
    check_new(request.models, SERVED, version)
    feedback = load_set(request.folder)
    check_parts(request.folder, len(feedback.digits("train")), len(feedback.digits("validation")))
    began, network, config = open_start(request.models, start)
    config = replace(
        config,
        learning_rate=tuning.learning_rate,
        epochs=tuning.epochs,
        teacher=None,
        patience=None,
    )
    training, validation = load_sample(config, config.limit or _DRAWN)
    taught = _teach(network, (training, validation), feedback, config, tuning)
    best = best_record(taught.records)
    if best["epoch"] == 0:
        raise FineTuneError(
            f"No epoch read the validation parts better than {SERVED} {start} does. Nothing was "
            "exported. Collect more corrections, and look at those of the set: contact.png."
        )
    with stage(request.models, SERVED, version) as staged:
        write_network(staged, taught.model)
        calibration = calibrate(taught.model, validation, config)
        manifest = digit_manifest(SERVED, version, calibration)
        # MNIST's strokes did not change, and so neither does the drawing of digits.
        manifest["preprocessing"] = began["preprocessing"]
        manifest["training"] = (
            describe_origin(request.folder, config)
            | {"commit": commit(), "epochs": len(taught.records) - 1, "best_epoch": best["epoch"]}
            | describe_feedback(request, start, tuning, feedback)
        )
        write_manifest(staged, manifest)
        metrics = _measure(staged, network, taught)
        card = write_finetune_card(manifest, metrics, calibration, taught.minutes)
        (staged / "CARD.md").write_text(card, "utf-8")
        write_manifest(staged, manifest)
    return metrics


def open_start(models_dir: Path, start: str) -> tuple[dict[str, Any], keras.Model, Config]:
    """Manifest, network and configuration of the version to start from.

    Raises:
        BundleError: there is no such version, or it is damaged.
        FineTuneError: this code does not know how it was trained.
    """
    open_version(models_dir, SERVED, start)
    folder = models_dir / SERVED / start
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    preset = manifest["training"].get("preset")
    if preset not in PRESETS or len(manifest["classes"]) != len(CLASSES):
        raise FineTuneError(
            f"Expected a network of one of the presets {', '.join(sorted(PRESETS))} that knows "
            f"what is no digit, got {SERVED} {start} of {preset!r}. Name another with --start."
        )
    network = keras.saving.load_model(folder / "model.keras", compile=False)
    return manifest, network, PRESETS[preset]


def check_parts(folder: Path, learned: int, judged: int) -> None:
    """Check that a set has something to learn from and something to judge by.

    Raises:
        FineTuneError: it has not.
    """
    if learned == 0 or judged == 0:
        raise FineTuneError(
            f"Expected corrections in the parts train and validation of set {folder.name}, got "
            f"{learned} and {judged}. Collect again when more accounts have corrected readings."
        )


def describe_feedback(
    request: Request, start: str, tuning: FineTuning, feedback: FeedbackSet
) -> dict[str, Any]:
    """What a manifest says under `training` of the corrections that were learned."""
    told = (request.folder / "manifest.json").read_bytes()
    return {
        "from": start,
        "fine_tuning": tuning.to_dict(),
        "feedback": {
            "set": feedback.number,
            "manifest_sha256": hashlib.sha256(told).hexdigest(),
            "files": dict(feedback.manifest["files"]),
        },
    }


def _teach(
    network: keras.Model,
    base: tuple[Sources, Sources],
    feedback: FeedbackSet,
    config: Config,
    tuning: FineTuning,
) -> _Taught:
    """Train from the weights of `network`; the averaged weights of the best epoch."""
    started = time.monotonic()
    keras.utils.set_random_seed(config.seed)
    training, validation = base
    learned = feedback.digits("train")
    pool = training.join()
    pictures = np.concatenate([pool.images, learned.images])
    targets = np.eye(len(CLASSES), dtype=np.float32)[np.append(pool.labels, learned.labels)]
    checks = measured_sets(validation, config) | {FEEDBACK: feedback.digits("validation")}

    def order(epoch: int) -> Labels:
        rng = np.random.default_rng([config.seed, epoch])
        seen = _draw_base(training, config, tuning.base, rng)
        added = len(pool) + draw_corrections(learned.writers, len(seen), tuning, rng)
        return rng.permutation(np.concatenate([seen, added]))

    steps = len(order(0)) // config.batch
    decay = tuning.decay(tuning.epochs * steps)
    model, averaged = build_networks(config, tuning.epochs * steps)
    for each in (model, averaged):
        each.set_weights(network.get_weights())
    records = [measure_epoch(averaged, checks) | {"epoch": 0}]
    log.info("start        %s", _line(records[-1]))
    best = averaged.get_weights()
    while len(records) <= tuning.epochs and not _is_late(started, tuning):
        epoch, began = len(records) - 1, time.monotonic()
        rng = np.random.default_rng([config.seed, epoch, 1])
        # Corrections come from pictures that people took. Spoiled on top they made 160 errors on
        # 6,000 spoiled validation digits, not spoiled 146.
        batches = draw_batches(
            pictures, targets, order(epoch), config, rng=rng, teacher=None, plain_from=len(pool)
        )
        loss = _train_epoch(model, averaged, batches, decay, tuning.ema_every)
        record = measure_epoch(averaged, checks) | {"epoch": epoch + 1, "training_loss": loss}
        records.append(record | {"seconds": round(time.monotonic() - began, 1)})
        log.info("epoch %d/%d  %s", epoch + 1, tuning.epochs, _line(records[-1]))
        if best_record(records) is records[-1]:
            best = averaged.get_weights()
    averaged.set_weights(best)
    return _Taught(averaged, records, (time.monotonic() - started) / 60)


def _train_epoch(
    model: keras.Model, averaged: keras.Model, batches: Iterator[Batch], decay: float, every: int
) -> float:
    """Take a step on each batch, and let the average follow; the mean loss."""
    losses = []
    for step, (varied, wanted) in enumerate(batches, 1):
        losses.append(float(model.train_on_batch(varied, wanted)))
        if step % every == 0:
            move(averaged, model, decay**every)
    return round(float(np.mean(losses)), 5)


def _draw_base(training: Sources, config: Config, count: int, rng: np.random.Generator) -> Labels:
    """Places of base pictures for one epoch, in the shares that the network was trained with."""
    mnist, pen = len(training.mnist), len(training.pen)
    count = min(count, mnist)
    starts = (0, mnist, mnist + pen)
    sizes = (mnist, pen, len(training.no_digit))
    shares = (1.0, config.pen_share, config.no_digit_share)
    return np.concatenate(
        [
            start + rng.integers(size, size=round(share * count))
            for start, size, share in zip(starts, sizes, shares, strict=True)
        ]
    )


def _is_late(started: float, tuning: FineTuning) -> bool:
    return tuning.minutes is not None and time.monotonic() - started > 60 * tuning.minutes


def _line(record: Record) -> str:
    wrong = ", ".join(f"{name} {each['errors']}" for name, each in record["validation"].items())
    return f"validation loss {record['validation_loss']:.4f} (wrong: {wrong})"


def _measure(staged: Path, network: keras.Model, taught: _Taught) -> dict[str, Any]:
    """Measure the staged bundle on MNIST's test part, once, and write `metrics.json`."""
    models, (name, version) = staged.parents[1], staged.parts[-2:]
    digits: Digits = load_mnist("test")
    metrics = {
        "name": name,
        "version": version,
        "parameters": int(network.count_params()),
        **evaluate(DigitModel(open_version(models, name, version)), digits),
        "training": {
            "best_epoch": best_record(taught.records)["epoch"],
            "epochs": taught.records[1:],
            "start": taught.records[0],
        },
    }
    (staged / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    return metrics
