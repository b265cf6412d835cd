"""How fast training is, and what augmentation costs of it."""

import time
from typing import Any

import keras
import numpy as np

from trainer.augment import augment_in_two
from trainer.config import Config
from trainer.golden import draw_digits
from trainer.model import CLASSES
from trainer.train import build_networks

_ROUNDS = 5
_STEPS = 20


def measure_speed(config: Config) -> dict[str, Any]:
    """Time augmentation alone, and training steps with it and without, on drawn digits.

    The three take turns, and the best round of each counts, so that whatever else the machine
    does falls on all of them.

    Args:
        config: of the network and the augmentation; no data set and no teacher is needed.

    Returns:
        JSON values, pictures a second: `augmentation`, `training`, `training_augmented`; and
        `augmentation_share` of the time of a step.
    """
    keras.utils.set_random_seed(config.seed)
    model, _ = build_networks(config, _ROUNDS * _STEPS)
    rng = np.random.default_rng(config.seed)
    digits = draw_digits()[rng.integers(30, size=config.batch)]
    # Half of what a distilled network is shown, and all of what another one is.
    width = len(CLASSES) * (1 if config.teacher is None else 2)
    targets = np.eye(width, dtype=np.float32)[rng.integers(len(CLASSES), size=config.batch)]

    def augmentation() -> None:
        augment_in_two(digits, config.augmentation, rng)

    def training() -> None:
        model.train_on_batch(digits, targets)

    def training_augmented() -> None:
        model.train_on_batch(augment_in_two(digits, config.augmentation, rng)[1], targets)

    kinds = (augmentation, training, training_augmented)
    # The first step is traced, and slow.
    training()
    best = {kind.__name__: 0.0 for kind in kinds}
    for _ in range(_ROUNDS):
        for kind in kinds:
            started = time.perf_counter()
            for _ in range(_STEPS):
                kind()
            rate = _STEPS * config.batch / (time.perf_counter() - started)
            best[kind.__name__] = max(best[kind.__name__], rate)
    share = 1 - best["training_augmented"] / best["training"]
    return {
        "preset": config.preset,
        "images_per_s": {name: round(rate) for name, rate in best.items()},
        "augmentation_share": round(max(0.0, share), 3),
    }
