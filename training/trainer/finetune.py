"""A served digit network taught further by corrections, on top of what it was trained on."""

import json
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from legible.reader.digit import DigitModel
from trainer.batches import draw_batches
from trainer.blend import FEEDBACK, Taught, best_blend, blend
from trainer.calibrate import calibrate
from trainer.checkpoint import Record, commit
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
    check_parts,
    describe_feedback,
    draw_corrections,
    epoch_record,
    next_version,
    nothing_gained,
)
from trainer.model import CLASSES
from trainer.provenance import describe_origin
from trainer.shelf import open_version, served_version
from trainer.sources import Sources, load_sample
from trainer.train import build_networks, measure_epoch, measured_sets

log = logging.getLogger(__name__)

# Pen-written digits drawn for one fine-tuning: an epoch sees about as many.
_DRAWN = 3_000


def finetune(request: Request, tuning: FineTuning) -> dict[str, Any]:
    """Teach a digit network the corrections of a set, and export what came of it.

    Learns from the set's part `train` and from the base data; how far the shipped weights go from
    the start to what was learned is chosen by the set's part `validation` and the base validation
    (`trainer.blend`). The parts `test`, of the set and of MNIST, choose nothing.

    Args:
        request: the set, the folder of models, the versions.
        tuning: how far it may move.

    Returns:
        The metrics, as in `metrics.json`.

    Raises:
        FineTuneError: nothing did better than the start, or there is nothing to learn from.
        ExportError: the version exists or is none.
        DataError: the set or the data folder lacks something.
        BundleError: the exported network does not compute what the trained one does.
    """
    start = request.start or served_version(request.models, SERVED)
    version = request.version or next_version(request.models, SERVED, start)
    check_new(request.models, SERVED, version)
    feedback = load_set(request.folder)
    parts = [len(feedback.digits(split)) for split in ("train", "validation")]
    check_parts(request.folder, "digits", *parts)
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
    best = best_blend(taught.shares, tuning.tolerance)
    if best["share"] == 0:
        raise FineTuneError(nothing_gained(SERVED, start))
    with stage(request.models, SERVED, version) as staged:
        write_network(staged, taught.model)
        calibration = calibrate(taught.model, validation, config)
        manifest = digit_manifest(SERVED, version, calibration)
        # MNIST's strokes did not change, and so neither does the drawing of digits.
        manifest["preprocessing"] = began["preprocessing"]
        manifest["training"] = (
            describe_origin(request.folder, config)
            | {"commit": commit(), "epochs": len(taught.epochs), "share": best["share"]}
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


def _teach(
    network: keras.Model,
    base: tuple[Sources, Sources],
    feedback: FeedbackSet,
    config: Config,
    tuning: FineTuning,
) -> Taught:
    """Train from the weights of `network`, and go back as far as validation says."""
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
    model, plain = build_networks(config, tuning.epochs * steps)
    start = network.get_weights()
    model.set_weights(start)
    records: list[Record] = []
    while len(records) < tuning.epochs and not tuning.is_late(started):
        epoch, began = len(records), time.monotonic()
        rng = np.random.default_rng([config.seed, epoch, 1])
        # Corrections come from pictures that people took. Spoiled on top they made 160 errors on
        # 6,000 spoiled validation digits, not spoiled 146.
        batches = draw_batches(
            pictures, targets, order(epoch), config, rng=rng, teacher=None, plain_from=len(pool)
        )
        losses = [float(model.train_on_batch(varied, wanted)) for varied, wanted in batches]
        records.append(epoch_record(epoch, losses, began))
        log.info("epoch %d/%d  loss %.4f", epoch + 1, tuning.epochs, records[-1]["training_loss"])
    shares = blend(
        plain, start, model.get_weights(), lambda: measure_epoch(plain, checks), tuning.tolerance
    )
    return Taught(plain, records, shares, (time.monotonic() - started) / 60)


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


def _measure(staged: Path, network: keras.Model, taught: Taught) -> dict[str, Any]:
    """Measure the staged bundle on MNIST's test part, once, and write `metrics.json`."""
    models, (name, version) = staged.parents[1], staged.parts[-2:]
    digits: Digits = load_mnist("test")
    metrics = {
        "name": name,
        "version": version,
        "parameters": int(network.count_params()),
        **evaluate(DigitModel(open_version(models, name, version)), digits),
        "training": {
            "epochs": taught.epochs,
            "shares": taught.shares,
        },
    }
    (staged / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    return metrics
