"""A run's figures for TensorBoard: `tensorboard --logdir training/runs`."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from tensorboard.summary import Writer

from trainer.checkpoint import Record

_SINGLE = ("training_loss", "validation_loss", "validation_accuracy", "images_per_s")


class Board:
    """The event file of one run, begun anew at each start, so that no epoch is in it twice."""

    def __init__(self, folder: Path, records: Sequence[Record]) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._writer = Writer(str(folder))
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Write the figures of one epoch, and see that they are on the disk."""
        for tag, figure in _figures(record):
            self._writer.add_scalar(tag, figure, record["epoch"])
        self._writer.flush()

    def close(self) -> None:
        """End the file; nothing can be added to it."""
        self._writer.close()


def _figures(record: Record) -> Iterator[tuple[str, float]]:
    yield from ((name, record[name]) for name in _SINGLE)
    for name, score in record["validation"].items():
        yield f"{name}/share_wrong", score["errors"] / max(1, score["n"])
        yield f"{name}/loss", score["loss"]
