"""A run's folder: its configuration, its history, and all that is needed to go on after a kill."""

import json
import logging
import math
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import keras
import numpy as np

log = logging.getLogger(__name__)

Record = dict[str, Any]


class RunConfig(Protocol):
    """What the folder of a run needs to know of any network's configuration."""

    @property
    def preset(self) -> str:
        """The name of the configuration."""

    @property
    def epochs(self) -> int:
        """At most so many."""

    @property
    def patience(self) -> int | None:
        """Epochs without a lower validation loss after which a run ends; None = never."""

    def to_dict(self) -> dict[str, Any]:
        """The configuration as plain JSON values."""


def claim(run: Path, config: RunConfig) -> None:
    """Write the configuration to `run.json`, or check that the run there has the same one.

    A new run also gets `origin.json`, the commit that it was started from.

    Raises:
        ValueError: it has another.
    """
    run.mkdir(parents=True, exist_ok=True)
    told = json.dumps(config.to_dict(), indent=2)
    path = run / "run.json"
    if not path.exists():
        _replace(run / "origin.json", json.dumps({"commit": commit()}) + "\n")
        _replace(path, told)
    elif path.read_text("utf-8") != told:
        raise ValueError(
            f"The run {run.name} was started with another configuration. "
            "Name another folder, or delete this one."
        )


def keep(run: Path, model: keras.Model, averaged: keras.Model, records: Sequence[Record]) -> None:
    """Write `last.npz` and the history so that a run killed at any moment can still go on.

    Where the last record is the best, `best.keras` becomes the averaged network.

    Raises:
        ValueError: the loss of the last record is no number.
    """
    if not math.isfinite(records[-1]["validation_loss"]):
        raise ValueError(
            "Training diverged: the validation loss is no number. Take a lower learning_rate."
        )
    if records[-1] is best_record(records):
        averaged.save(run / "best.new.keras")
        (run / "best.new.keras").replace(run / "best.keras")
    arrays = map(keras.ops.convert_to_numpy, _state(model, averaged))
    np.savez(run / "last.new.npz", *arrays, records=np.array(json.dumps(records)))
    (run / "last.new.npz").replace(run / "last.npz")
    _write_history(run, records)


def restore(run: Path, model: keras.Model, averaged: keras.Model) -> list[Record]:
    """Put a stopped run's state into the networks; its records, none for a new run."""
    if not (run / "last.npz").exists():
        return []
    with np.load(run / "last.npz") as kept:
        records: list[Record] = json.loads(str(kept["records"]))
        for index, variable in enumerate(_state(model, averaged)):
            variable.assign(kept[f"arr_{index}"])
    # The kill may have come between the two files.
    _write_history(run, records)
    log.info("going on after epoch %d", len(records))
    return records


def best_record(records: Sequence[Record]) -> Record:
    """The epoch with the least validation loss, the mean over all that an epoch is measured on.

    By loss, since a handful of errors among thousands of digits is mostly chance.
    """
    return min(records, key=lambda record: float(record["validation_loss"]))


def is_finished(config: RunConfig, records: Sequence[Record]) -> bool:
    """Whether all epochs are done, or the loss has not fallen for as long as was allowed."""
    if len(records) >= config.epochs:
        return True
    if config.patience is None or not records:
        return False
    return len(records) - int(best_record(records)["epoch"]) >= config.patience


def commit() -> str:
    """The commit of this code, with "-dirty" where files differ from it; "unknown" without git."""
    git = shutil.which("git")
    if git is None:
        return "unknown"

    def ask(*words: str) -> str:
        done = subprocess.run(  # noqa: S603 - no outside word goes into the command
            [git, *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    name = ask("rev-parse", "HEAD") or "unknown"
    return f"{name}-dirty" if ask("status", "--porcelain", "--untracked-files=no") else name


def _write_history(run: Path, records: Sequence[Record]) -> None:
    _replace(run / "history.jsonl", "".join(json.dumps(each) + "\n" for each in records))


def _replace(path: Path, told: str) -> None:
    """Write a file so that it is there as a whole or as it was before."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(told, "utf-8")
    fresh.replace(path)


def _state(model: keras.Model, averaged: keras.Model) -> list[keras.Variable]:
    """All that a training step changes: weights, averages, moments and dropout's seeds."""
    return [*model.variables, *averaged.weights, *model.optimizer.variables]
