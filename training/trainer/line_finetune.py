"""A served line network taught further by corrected lines, on top of what it was trained on."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from legible.reader.line import Floats
from legible.reader.reader import Reader
from trainer.blend import FEEDBACK, Taught, best_blend, blend
from trainer.cells import load_cells
from trainer.checkpoint import Record, commit
from trainer.data import Labels
from trainer.export import check_new, stage, write_manifest
from trainer.feedback import FeedbackSet, load_set
from trainer.finetune_card import write_line_finetune_card
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
from trainer.line_augment import vary
from trainer.line_calibrate import calibrate_line
from trainer.line_config import LINE_PRESETS, LineConfig
from trainer.line_data import Lines, compose_lines
from trainer.line_evaluate import measure_lines
from trainer.line_export import (
    LINE,
    judgement,
    line_manifest,
    put_beside,
    validation_pictures,
    write_line_network,
)
from trainer.line_model import CLASSES
from trainer.line_pictures import cell_pictures
from trainer.line_train import (
    MOST_SYMBOLS,
    batch_lines,
    build_networks,
    measure_lines_epoch,
    pack_cells,
    validation_sets,
)
from trainer.provenance import describe_line_origin
from trainer.shelf import open_version, served_version

log = logging.getLogger(__name__)

# Composed lines made for one fine-tuning: an epoch sees about so many.
_POOL = 6_000
# Of corrected lines, the share that gets another one of the same account behind it: a few hundred
# lines show few of the orders in which a hand writes its digits.
_JOINED = 0.5


@dataclass(frozen=True)
class _Pool:
    """All that an epoch may draw: photographed cells, then composed lines, then corrected ones."""

    cells: Lines
    composed: Lines
    corrected: Lines
    writers: NDArray[np.object_]

    def draw(self, place: int, rng: np.random.Generator) -> tuple[Floats, str]:
        """A new variant of a line, and its text."""
        for lines in (self.cells, self.composed):
            if place < len(lines):
                return vary(lines.pictures[place], lines.texts[place], rng), lines.texts[place]
            place -= len(lines)
        picture, text = self.corrected.pictures[place], self.corrected.texts[place]
        if rng.random() < _JOINED:
            beside = int(rng.choice(np.flatnonzero(self.writers == self.writers[place])))
            longer = text + self.corrected.texts[beside]
            if len(longer) <= MOST_SYMBOLS // 2:
                picture = np.concatenate([picture, self.corrected.pictures[beside]], axis=1)
                text = longer
        return vary(picture, text, rng), text

    def order(self, config: LineConfig, tuning: FineTuning, rng: np.random.Generator) -> Labels:
        """Places of one epoch: cells and composed lines in the shares of training, corrections."""
        cells, composed = len(self.cells), len(self.composed)
        from_cells = round(config.cell_share * tuning.base)
        base = [
            rng.integers(cells, size=from_cells),
            cells + rng.integers(composed, size=tuning.base - from_cells),
        ]
        corrected = draw_corrections(self.writers, tuning.base, tuning, rng)
        return rng.permutation(np.concatenate([*base, cells + composed + corrected]))


def finetune_lines(request: Request, tuning: FineTuning) -> dict[str, Any]:
    """Teach a line network the corrected lines of a set, and export what came of it.

    As `trainer.finetune.finetune`; the confidence of both networks together is fitted anew, with
    the digit network that the version is to stand beside.

    Args:
        request: the set, the folder of models, the versions.
        tuning: how far it may move.

    Returns:
        The metrics, as in `metrics.json`.

    Raises:
        FineTuneError: nothing on the way was better than the start, or there is nothing to learn.
        ExportError: the version exists or is none.
        DataError: the set or the data folder lacks something.
        BundleError: a network must not be served.
    """
    start = request.start or served_version(request.models, LINE)
    version = request.version or next_version(request.models, LINE, start)
    digit = request.beside or served_version(request.models, "digit")
    check_new(request.models, LINE, version)
    feedback = load_set(request.folder)
    parts = [len(feedback.lines(split)) for split in ("train", "validation")]
    check_parts(request.folder, "lines", *parts)
    network, config = _open_start(request, start, tuning)
    taught = _teach(network, feedback, config, tuning)
    best = best_blend(taught.shares, tuning.tolerance)
    if best["share"] == 0:
        raise FineTuneError(nothing_gained(LINE, start))
    origin = describe_line_origin(request.folder, config) | {
        "commit": commit(),
        "epochs": len(taught.epochs),
        "share": best["share"],
        **describe_feedback(request, start, tuning, feedback),
    }
    with stage(request.models, LINE, version) as staged:
        put_beside(staged, request.models, digit)
        return _fill(staged, origin, taught, config)


def _fill(
    staged: Path, origin: Mapping[str, Any], taught: Taught, config: LineConfig
) -> dict[str, Any]:
    """Write every file of the bundle; the manifest last, since it names the others."""
    write_line_network(staged, taught.model)
    # Uncalibrated at first: calibration is fitted through the reader itself.
    manifest = line_manifest(staged.name, None) | {"training": dict(origin)}
    write_manifest(staged, manifest)
    shelf = staged.parents[1]
    calibration = calibrate_line(Reader.open(shelf), list(validation_pictures(config)))
    manifest |= judgement(calibration)
    write_manifest(staged, manifest)
    metrics = measure_lines(
        shelf, preset=config.preset, pictures=cell_pictures("test", config.limit)
    )
    metrics["parameters"] = int(taught.model.count_params())
    metrics["training"] = {"epochs": taught.epochs, "shares": taught.shares}
    (staged / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    card = write_line_finetune_card(manifest, metrics, calibration, taught.minutes)
    (staged / "CARD.md").write_text(card, "utf-8")
    write_manifest(staged, manifest)
    return metrics


def _open_start(request: Request, start: str, tuning: FineTuning) -> tuple[keras.Model, LineConfig]:
    """The network to start from, and its configuration for this fine-tuning."""
    open_version(request.models, LINE, start)
    folder = request.models / LINE / start
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    preset = manifest["training"].get("preset")
    if preset not in LINE_PRESETS or len(manifest["classes"]) != len(CLASSES):
        raise FineTuneError(
            f"Expected a line network of one of the presets {', '.join(sorted(LINE_PRESETS))}, "
            f"got {LINE} {start} of {preset!r}. Name another with --start."
        )
    network = keras.saving.load_model(folder / "model.keras", compile=False)
    config = replace(
        LINE_PRESETS[preset],
        start=None,
        learning_rate=tuning.learning_rate,
        epochs=tuning.epochs,
        limit=tuning.limit,
    )
    return network, config


def _teach(
    network: keras.Model, feedback: FeedbackSet, config: LineConfig, tuning: FineTuning
) -> Taught:
    """Train from the weights of `network`, and go back as far as validation says."""
    started = time.monotonic()
    keras.utils.set_random_seed(config.seed)
    pool = _load_pool(feedback, config)
    checks = validation_sets(config) | {FEEDBACK: feedback.lines("validation")}
    log.info("%d cells, %d composed lines", len(pool.cells), len(pool.composed))

    def order(epoch: int) -> Labels:
        return pool.order(config, tuning, np.random.default_rng([config.seed, epoch]))

    steps = len(order(0)) // config.batch
    model, plain = build_networks(config, tuning.epochs * steps, frozen_norms=True)
    start = network.get_weights()
    model.set_weights(start)
    records: list[Record] = []
    while len(records) < tuning.epochs and not tuning.is_late(started):
        epoch, began = len(records), time.monotonic()
        rng = np.random.default_rng([config.seed, epoch, 1])
        batches = batch_lines(order(epoch), _drawing(pool, rng), config.batch, rng)
        losses = [float(model.train_on_batch(lines, texts)) for lines, texts in batches]
        records.append(epoch_record(epoch, losses, began))
        log.info("epoch %d/%d  loss %.4f", epoch + 1, tuning.epochs, records[-1]["training_loss"])
    shares = blend(
        plain,
        start,
        model.get_weights(),
        lambda: measure_lines_epoch(plain, checks),
        tuning.tolerance,
    )
    return Taught(plain, records, shares, (time.monotonic() - started) / 60)


def _drawing(pool: _Pool, rng: np.random.Generator) -> Callable[[int], tuple[Floats, str]]:
    return lambda place: pool.draw(place, rng)


def _load_pool(feedback: FeedbackSet, config: LineConfig) -> _Pool:
    writers = [item.writer for item in feedback.line_items if item.split == "train"]
    return _Pool(
        pack_cells(load_cells("train", limit=config.limit)),
        compose_lines("train", config.limit or _POOL, config),
        feedback.lines("train"),
        np.array(writers, np.object_),
    )
