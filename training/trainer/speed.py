"""How fast training is, and what augmentation costs of it."""

import time
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from trainer.augment import augment_in_two
from trainer.batches import Batch, draw_batches
from trainer.config import Config
from trainer.golden import draw_digits
from trainer.model import CLASSES
from trainer.teacher import Teacher
from trainer.train import build_networks

_ROUNDS = 5
_STEPS = 20


def measure_speed(config: Config) -> dict[str, Any]:
    """Time augmentation alone, and training steps without it and with it, on drawn digits.

    The three take turns, and the best round of each counts, so that whatever else the machine
    does falls on all of them. With it, batches are drawn as in training: in a thread beside the
    step, and with the teacher's answers where there is one.

    Args:
        config: of the network and the augmentation; no data set is needed.

    Returns:
        JSON values, pictures a second: `augmentation`, `training`, `training_augmented`; and
        `augmentation_share`, of the time of a step what drawing its batch adds.

    Raises:
        DataError: `models` lacks the teacher.
    """
    keras.utils.set_random_seed(config.seed)
    model, _ = build_networks(config, _ROUNDS * _STEPS)
    teacher = Teacher.open(config)
    rng = np.random.default_rng(config.seed)
    labels = rng.integers(30, size=config.batch * _STEPS)
    pictures = draw_digits()[:30]
    targets = np.eye(len(CLASSES), dtype=np.float32)[np.arange(30) % 10]

    def draw() -> Iterator[Batch]:
        return draw_batches(pictures, targets, labels, config, rng=rng, teacher=teacher)

    drawn = next(draw())

    def augmentation() -> None:
        for _ in range(_STEPS):
            augment_in_two(pictures[labels[: config.batch]], config.augmentation, rng)

    def training() -> None:
        for _ in range(_STEPS):
            model.train_on_batch(*drawn)

    def training_augmented() -> None:
        for batch in draw():
            model.train_on_batch(*batch)

    kinds = (augmentation, training, training_augmented)
    # The first step is traced, and slow.
    model.train_on_batch(*drawn)
    best = {kind.__name__: 0.0 for kind in kinds}
    for _ in range(_ROUNDS):
        for kind in kinds:
            started = time.perf_counter()
            kind()
            rate = _STEPS * config.batch / (time.perf_counter() - started)
            best[kind.__name__] = max(best[kind.__name__], rate)
    share = 1 - best["training_augmented"] / best["training"]
    return {
        "preset": config.preset,
        "teacher": config.teacher,
        "images_per_s": {name: round(rate) for name, rate in best.items()},
        "augmentation_share": round(max(0.0, share), 3),
    }
