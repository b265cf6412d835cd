"""What a training step minimises, and how: loss, rate and optimiser by configuration."""

from collections.abc import Callable
from typing import Any, Protocol

import keras

from trainer.config import Config
from trainer.model import CLASSES

_OPTIMISERS = {
    "adamw": keras.optimizers.AdamW,
    "adam": keras.optimizers.Adam,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}
_MOMENTUM = 0.9


class Schedule(Protocol):
    """What a configuration says of the optimiser and its rate."""

    @property
    def optimiser(self) -> str:
        """One of adamw, adam, rmsprop, sgd."""

    @property
    def schedule(self) -> str:
        """How the rate falls: cosine or constant."""

    @property
    def learning_rate(self) -> float:
        """The highest rate."""

    @property
    def weight_decay(self) -> float:
        """Decoupled decay a step, in units of the rate."""

    @property
    def warmup_share(self) -> float:
        """Share of all steps in which the rate climbs."""


def build_optimiser(config: Schedule, steps: int) -> keras.optimizers.Optimizer:
    """The optimiser for a run of so many steps in all.

    Raises:
        ValueError: the configuration names an optimiser or a schedule that there is not.
    """
    if config.optimiser not in _OPTIMISERS:
        raise ValueError(
            f"Expected an optimiser of {', '.join(_OPTIMISERS)}, got {config.optimiser!r}."
        )
    arguments: dict[str, Any] = {"learning_rate": _rate(config, steps)}
    # "adam" is AdamW without decay; the others take it in the same decoupled way.
    if config.optimiser != "adam":
        arguments["weight_decay"] = config.weight_decay
    if config.optimiser == "sgd":
        arguments |= {"momentum": _MOMENTUM, "nesterov": True}
    optimiser = _OPTIMISERS[config.optimiser](**arguments)
    # Decay pulls towards doing nothing; for scales and offsets nothing is not zero.
    optimiser.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimiser


def build_loss(config: Config) -> Callable[[Any, Any], Any]:
    """Cross-entropy with the labels, and with a teacher's answers where there is one.

    Returns:
        A function of targets (N, K) one-hot, or (N, 2 K) with the teacher's softened
        probabilities behind, and logits (N, K): the mean loss.

    Source: Hinton, Vinyals & Dean, "Distilling the Knowledge in a Neural Network" (2015).
    """
    weight, temperature = config.teacher_weight, config.teacher_temperature

    def with_labels(targets: Any, logits: Any) -> Any:
        return keras.ops.mean(keras.ops.categorical_crossentropy(targets, logits, from_logits=True))

    def with_teacher(targets: Any, logits: Any) -> Any:
        labels, answers = targets[:, : len(CLASSES)], targets[:, len(CLASSES) :]
        # The gradient of softened logits is smaller by the square of the temperature.
        softened = temperature**2 * with_labels(answers, logits / temperature)
        return (1 - weight) * with_labels(labels, logits) + weight * softened

    return with_labels if config.teacher is None else with_teacher


def _rate(config: Schedule, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Up in a straight line, then down a cosine to zero or on at the same rate."""
    if config.schedule not in ("cosine", "constant"):
        raise ValueError(f"Expected the schedule cosine or constant, got {config.schedule!r}.")
    warmup = max(1, int(config.warmup_share * steps))
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0,
        warmup_target=config.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(1, steps - warmup),
        alpha=1.0 if config.schedule == "constant" else 0.0,
    )
