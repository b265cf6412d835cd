from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from trainer.config import PRESETS
from trainer.optimise import build_loss, build_optimiser

SMOKE = PRESETS["smoke"]
TAUGHT = replace(SMOKE, teacher="1.0.0", teacher_weight=0.25, teacher_temperature=2.0)


@pytest.mark.parametrize("name", ["adamw", "adam", "rmsprop", "sgd"])
def test_each_optimiser_brings_the_loss_down_when_it_steps(name: str) -> None:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(11)])
    config = replace(SMOKE, optimiser=name, learning_rate=0.05, schedule="constant")
    model.compile(build_optimiser(config, 40), build_loss(config))
    inputs = np.eye(4, dtype=np.float32)
    targets = np.eye(11, dtype=np.float32)[:4]

    losses = [float(model.train_on_batch(inputs, targets)) for _ in range(40)]

    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize(("schedule", "last"), [("cosine", 0.0), ("constant", 0.01)])
def test_the_rate_rises_and_then_follows_the_schedule(schedule: str, last: float) -> None:
    config = replace(SMOKE, learning_rate=0.01, warmup_share=0.1, schedule=schedule)

    optimiser = build_optimiser(config, 100)

    rates = []
    for step in (0, 5, 10, 100):
        optimiser.iterations.assign(step)
        rates.append(float(optimiser.learning_rate))
    assert rates == pytest.approx([0.0, 0.005, 0.01, last], abs=1e-6)


@pytest.mark.parametrize("wrong", [{"optimiser": "adamax"}, {"schedule": "steps"}])
def test_a_configuration_names_only_what_there_is(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Expected"):
        build_optimiser(replace(SMOKE, **wrong), 10)


def test_the_loss_weighs_the_teacher_against_the_labels() -> None:
    rng = np.random.default_rng(8)
    logits = rng.normal(size=(6, 11)).astype(np.float32)
    labels = np.eye(11, dtype=np.float32)[rng.integers(11, size=6)]
    answers = rng.dirichlet(np.ones(11), 6).astype(np.float32)

    def cross_entropy(targets: np.ndarray, scores: np.ndarray) -> float:
        chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return float(-(targets * np.log(chances)).sum(axis=1).mean())

    loss = float(build_loss(TAUGHT)(np.concatenate([labels, answers], axis=1), logits))

    expected = 0.75 * cross_entropy(labels, logits) + 0.25 * 4 * cross_entropy(answers, logits / 2)
    assert loss == pytest.approx(expected, rel=1e-4)
