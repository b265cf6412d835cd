"""One training run of the line network, from cells and composed lines to averaged weights."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from legible.reader.line import Floats, draw_line, stack_lines
from trainer.batches import one_ahead
from trainer.cells import Cells, load_cells
from trainer.checkpoint import Record, claim, is_finished, keep, restore
from trainer.fused import freeze_norms
from trainer.line_augment import steps_needed, vary
from trainer.line_config import LineConfig
from trainer.line_data import Composer, Lines, compose_lines
from trainer.line_model import SYMBOLS, build_line_model, training_model
from trainer.line_predict import best_path, open_start, predict_lines
from trainer.optimise import build_optimiser
from trainer.splice import Cuts, cut_all
from trainer.tensorboard import Board
from trainer.train import follow

log = logging.getLogger(__name__)

# Lines that are sorted by width together, so that a batch holds little padding.
_WINDOW = 32
# The longest string of the data sets has 19 symbols.
MOST_SYMBOLS = 24
# Behind the symbols of a text: none.
_NONE = -1
_VALIDATION_LINES = 1500
_VALIDATION_STRINGS = 400

Texts = NDArray[np.int32]


def train_line(config: LineConfig, run: Path) -> Record:
    """Train a line network, or go on where the run in this folder stopped.

    Leaves in `run` what `trainer.train.train` leaves there.

    Args:
        config: the hyper-parameters.
        run: folder of the run, made if missing.

    Returns:
        The record of the last epoch, one line of `history.jsonl`.

    Raises:
        DataError: the data folder lacks a set.
        ValueError: the folder holds a run with another configuration.
    """
    claim(run, config)
    keras.utils.set_random_seed(config.seed)
    cuts, composed = _training_lines(config)
    checks = validation_sets(config)
    steps = config.epoch_lines // config.batch

    model, averaged = build_networks(config, config.epochs * steps)
    records = restore(run, model, averaged)
    board = Board(run / "tensorboard", records)
    log.info("%d parameters, %d epochs of %d steps", model.count_params(), config.epochs, steps)
    while not is_finished(config, records):
        started, epoch = time.monotonic(), len(records)
        # A generator of its own per epoch: a resumed run draws what the whole one would have drawn.
        rng = np.random.default_rng([config.seed, epoch])
        batches = _draw_batches(cuts, composed, config, rng)
        trained = _train_epoch(model, averaged, batches, config, epoch)
        record = measure_lines_epoch(averaged, checks) | trained
        record["seconds"] = round(time.monotonic() - started, 1)
        records.append(record)
        keep(run, model, averaged, records)
        board.add(record)
        log.info("%s", _line(record, config.epochs))
    board.close()
    return records[-1]


def _training_lines(config: LineConfig) -> tuple[Cuts, Lines]:
    """Photographed cells and where they may be cut, and lines composed for this run."""
    cells = pack_cells(load_cells("train", limit=config.limit))
    columns: Sequence[dict[int, int]] = [{}] * len(cells)
    if config.start is not None:
        columns = cut_all(open_start(config.start), cells)
        log.info("%d cuts in %d cells", sum(map(len, columns)), len(cells))
    started = time.monotonic()
    composed = compose_lines("train", config.pool, config)
    log.info("composed %d lines in %.0f s", len(composed), time.monotonic() - started)
    return Cuts(cells, columns), composed


def build_networks(
    config: LineConfig, steps: int, *, frozen_norms: bool = False
) -> tuple[keras.Model, keras.Model]:
    """The network to train, compiled, and the one that follows it, with the same weights."""
    averaged = build_line_model(config)
    if config.start is not None:
        averaged.set_weights(open_start(config.start).get_weights())
    model = training_model(config)
    model.set_weights(averaged.get_weights())
    if frozen_norms:
        freeze_norms(model)
    optimiser = build_optimiser(config, steps)
    optimiser.build(model.trainable_variables)
    model.compile(optimiser, ctc_loss)
    return model, averaged


def _train_epoch(
    model: keras.Model,
    averaged: keras.Model,
    batches: Iterable[tuple[Floats, Texts]],
    config: LineConfig,
    epoch: int,
) -> Record:
    """Take a step on each batch of epoch `epoch`, from 0; what is to be told of it."""
    started, steps = time.monotonic(), config.epoch_lines // config.batch
    losses = []
    for step, (pictures, texts) in enumerate(batches):
        losses.append(float(model.train_on_batch(pictures, texts)))
        if (step + 1) % config.ema_every == 0:
            follow(averaged, model, epoch * steps + step, config)
    return {
        "epoch": epoch + 1,
        "training_loss": round(float(np.mean(losses)), 5),
        "images_per_s": round(steps * config.batch / (time.monotonic() - started)),
    }


def ctc_loss(texts: Any, logits: Any) -> Any:
    """Mean negative log-likelihood of texts by logits.

    Args:
        texts: (N, L) int, places in SYMBOLS, -1 behind each text.
        logits: (N, T, K), the last class the blank; all T steps count.

    Returns:
        A number, in nats a text.

    Source: Graves et al., "Connectionist Temporal Classification" (2006).
    """
    shape = keras.ops.shape(logits)
    return keras.ops.mean(
        keras.ops.ctc_loss(
            keras.ops.maximum(keras.ops.cast(texts, "int32"), 0),
            logits,
            keras.ops.sum(keras.ops.cast(texts >= 0, "int32"), axis=1),
            keras.ops.full((shape[0],), shape[1], "int32"),
            mask_index=len(SYMBOLS),
        )
    )


def encode_texts(texts: Sequence[str]) -> Texts:
    """Places in SYMBOLS: (N, 24) int32, -1 behind each text.

    Raises:
        ValueError: a text is longer than that, or has a symbol that SYMBOLS lacks.
    """
    rows = np.full((len(texts), MOST_SYMBOLS), _NONE, np.int32)
    for row, text in zip(rows, texts, strict=True):
        row[: len(text)] = [SYMBOLS.index(symbol) for symbol in text]
    return rows


def pack_cells(cells: Cells) -> Lines:
    """Cells in the form of composed lines."""
    return Lines([np.round(line * 255).astype(np.uint8) for line in cells.lines], cells.texts)


def validation_sets(config: LineConfig) -> dict[str, Lines]:
    """What every epoch is measured on: cells, composed lines and strings kept from training.

    Raises:
        DataError: the data folder lacks a set.
    """
    limit = config.limit
    rng = np.random.default_rng([config.seed, 5_000_011])
    composer = Composer("validation", config)
    strings = [composer.string(rng) for _ in range(limit or _VALIDATION_STRINGS)]
    return {
        "cells": pack_cells(load_cells("validation", limit=limit)),
        "composed": compose_lines("validation", limit or _VALIDATION_LINES, config),
        "strings": Lines([_shrink(row) for row, _, _ in strings], [text for _, text, _ in strings]),
    }


def _shrink(row: Floats) -> NDArray[np.uint8]:
    return np.round(draw_line(row) * 255).astype(np.uint8)


def _draw_batches(
    cuts: Cuts, composed: Lines, config: LineConfig, rng: np.random.Generator
) -> Iterator[tuple[Floats, Texts]]:
    """Batches of one epoch: photographed cells, some put together from two, and composed lines."""
    cells = cuts.lines
    from_cells = round(config.cell_share * config.epoch_lines)
    order = rng.permutation(
        np.concatenate(
            [
                rng.integers(len(cells), size=from_cells),
                len(cells) + rng.integers(len(composed), size=config.epoch_lines - from_cells),
            ]
        )
    )

    def draw(place: int) -> tuple[Floats, str]:
        source, at = (cells, place) if place < len(cells) else (composed, place - len(cells))
        picture, text = source.pictures[at], source.texts[at]
        if source is cells and rng.random() < config.splice_share:
            picture, text = cuts.splice(at, rng)
        return vary(picture, text, rng), text

    yield from batch_lines(order, draw, config.batch, rng)


def batch_lines(
    order: NDArray[np.int64],
    draw: Callable[[int], tuple[Floats, str]],
    size: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Floats, Texts]]:
    """Batches of lines of about one width, drawn one window ahead.

    Args:
        order: places of lines, as they are to be seen.
        draw: gives the line (32, W) float32, 0 paper .. 1 ink, of a place, and its text; one
            whose text takes more steps than the line has is left out.
        size: lines of a batch; a last batch of a window that is not full is left out.
        rng: orders the batches of a window.

    Yields:
        Lines (B, 32, W, 1) float32 and their texts (B, 24) int32.
    """

    def window(number: int) -> list[tuple[Floats, Texts]]:
        chosen = order[number * _WINDOW * size : (number + 1) * _WINDOW * size]
        drawn = [draw(place) for place in chosen.tolist()]
        varied = [(line, text) for line, text in drawn if steps_needed(text) <= line.shape[1] // 4]
        varied.sort(key=lambda pair: pair[0].shape[1])
        batches = [varied[start : start + size] for start in range(0, len(varied), size)]
        return [
            (stack_lines([line for line, _ in batch]), encode_texts([text for _, text in batch]))
            for batch in (batches[i] for i in rng.permutation(len(batches)))
            if len(batch) == size
        ]

    windows = -(-len(order) // (_WINDOW * size))
    for batches in one_ahead(window, windows):
        yield from batches


def measure_lines_epoch(averaged: keras.Model, checks: dict[str, Lines]) -> Record:
    """Errors and loss of each set, and of all: the part of an epoch's record that judges it."""
    scores = {name: _score(averaged, lines) for name, lines in checks.items()}
    errors = sum(wrong for wrong, _ in scores.values())
    count = sum(len(lines) for lines in checks.values())
    return {
        "validation_errors": errors,
        "validation_accuracy": 1 - errors / count,
        "validation_loss": round(float(np.mean([loss for _, loss in scores.values()])), 5),
        "validation": {
            name: {"n": len(checks[name]), "errors": wrong, "loss": round(loss, 5)}
            for name, (wrong, loss) in scores.items()
        },
    }


def _score(model: keras.Model, lines: Lines) -> tuple[int, float]:
    """Lines read wrong by the best path, and the mean negative log-likelihood."""
    wrong, loss = 0, 0.0
    for places, logits in predict_lines(model, lines.pictures):
        texts = [lines.texts[place] for place in places]
        wrong += sum(best_path(rows) != text for rows, text in zip(logits, texts, strict=True))
        loss += float(ctc_loss(encode_texts(texts), logits)) * len(texts)
    return wrong, loss / len(lines)


def _line(record: Record, epochs: int) -> str:
    left_min = record["seconds"] * (epochs - record["epoch"]) / 60
    wrong = ", ".join(
        f"{name} {each['errors']}/{each['n']}" for name, each in record["validation"].items()
    )
    return (
        f"epoch {record['epoch']}/{epochs}  loss {record['training_loss']:.4f}  "
        f"wrong: {wrong}; loss {record['validation_loss']:.4f}  {record['images_per_s']}/s  "
        f"{record['seconds']:.0f} s, {left_min:.0f} min left"
    )
