import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

import trainer.train
from trainer.config import PRESETS
from trainer.train import predict_logits, train

SMOKE = PRESETS["smoke"]


def state_of(run: Path) -> list[np.ndarray]:
    with np.load(run / "last.npz") as kept:
        return [kept[name] for name in kept.files if name != "records"]


def test_a_run_leaves_its_best_network_and_history_when_it_ends(
    tiny_mnist: Path, tmp_path: Path
) -> None:
    config = replace(SMOKE, epochs=2)

    best = train(config, tmp_path / "run")

    history = (tmp_path / "run" / "history.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in history] == [1, 2]
    assert json.dumps(best) in history
    network = keras.saving.load_model(tmp_path / "run" / "best.keras")
    assert not network.compiled
    assert predict_logits(network, np.zeros((3, 28, 28, 1), np.float32)).shape == (3, 11)


def test_the_network_learns_when_it_trains_longer(tiny_mnist: Path, tmp_path: Path) -> None:
    longer = replace(SMOKE, epochs=6, batch=32, channels=(16, 16, 16), hidden=32)

    train(longer, tmp_path / "run")

    lines = (tmp_path / "run" / "history.jsonl").read_text().splitlines()
    first, *_, last = (json.loads(line) for line in lines)
    before, after = (each["validation"]["clean"]["loss"] for each in (first, last))
    assert after < 0.95 * before


def test_a_stopped_run_ends_in_the_same_state_as_an_unbroken_one(
    tiny_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(SMOKE, epochs=2)
    train(config, tmp_path / "whole")

    def stop_after_first(*arguments: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # The line is written when the epoch is safely kept: the moment of a kill.
        patch.setattr(trainer.train, "_line", stop_after_first)
        with pytest.raises(KeyboardInterrupt):
            train(config, tmp_path / "stopped")
    train(config, tmp_path / "stopped")

    for whole, stopped in zip(
        state_of(tmp_path / "whole"), state_of(tmp_path / "stopped"), strict=True
    ):
        np.testing.assert_allclose(stopped, whole, atol=1e-4)


def test_a_finished_run_is_left_alone_when_started_again(run: Path) -> None:
    before = (run / "best.keras").read_bytes()

    best = train(SMOKE, run)

    assert best == json.loads((run / "history.jsonl").read_text())
    assert (run / "best.keras").read_bytes() == before


def test_a_run_refuses_to_go_on_with_another_configuration(run: Path) -> None:
    with pytest.raises(ValueError, match="another configuration"):
        train(replace(SMOKE, seed=1), run)
