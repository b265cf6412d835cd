import pytest

import trainer.speed
from trainer.config import PRESETS
from trainer.speed import measure_speed


def test_speed_is_given_with_augmentation_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer.speed, "_ROUNDS", 1)
    monkeypatch.setattr(trainer.speed, "_STEPS", 2)

    speed = measure_speed(PRESETS["smoke"])

    assert set(speed["images_per_s"]) == {"augmentation", "training", "training_augmented"}
    assert min(speed["images_per_s"].values()) > 0
    assert 0 <= speed["augmentation_share"] < 1
