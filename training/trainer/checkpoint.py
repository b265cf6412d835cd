"""A run's folder: its configuration, its history, and all that is needed to go on after a kill."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from trainer.config import Config

log = logging.getLogger(__name__)

Record = dict[str, Any]


def claim(run: Path, config: Config) -> None:
    """Write the configuration to `run.json`, or check that the run there has the same one.

    Raises:
        ValueError: it has another.
    """
    run.mkdir(parents=True, exist_ok=True)
    told = json.dumps(config.to_dict(), indent=2)
    path = run / "run.json"
    if path.exists() and path.read_text("utf-8") != told:
        raise ValueError(
            f"The run {run.name} was started with another configuration. "
            "Name another folder, or delete this one."
        )
    path.write_text(told, "utf-8")


def keep(run: Path, model: keras.Model, averaged: keras.Model, records: Sequence[Record]) -> None:
    """Write `last.npz` and the history so that a run killed at any moment can still go on."""
    arrays = map(keras.ops.convert_to_numpy, _state(model, averaged))
    told = json.dumps(records)
    fresh = run / "last.new.npz"
    np.savez(fresh, *arrays, records=np.array(told))
    fresh.replace(run / "last.npz")
    (run / "history.jsonl").write_text(
        "".join(json.dumps(each) + "\n" for each in records), "utf-8"
    )


def restore(run: Path, model: keras.Model, averaged: keras.Model) -> list[Record]:
    """Put a stopped run's state into the networks; its records, none for a new run."""
    if not (run / "last.npz").exists():
        return []
    with np.load(run / "last.npz") as kept:
        records: list[Record] = json.loads(str(kept["records"]))
        for index, variable in enumerate(_state(model, averaged)):
            variable.assign(kept[f"arr_{index}"])
    log.info("going on after epoch %d", len(records))
    return records


def best_record(records: Sequence[Record]) -> Record:
    """The epoch with the least validation loss, the mean over all that an epoch is measured on.

    By loss, since a handful of errors among thousands of digits is mostly chance.
    """
    return min(records, key=lambda record: float(record["validation_loss"]))


def is_finished(config: Config, records: Sequence[Record]) -> bool:
    """Whether all epochs are done, or the loss has not fallen for as long as was allowed."""
    if len(records) >= config.epochs:
        return True
    if config.patience is None or not records:
        return False
    return len(records) - int(best_record(records)["epoch"]) >= config.patience


def _state(model: keras.Model, averaged: keras.Model) -> list[keras.Variable]:
    """All that a training step changes: weights, averages, moments and dropout's seeds."""
    return [*model.variables, *averaged.weights, *model.optimizer.variables]
