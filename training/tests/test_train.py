import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import trainer.teacher
import trainer.train
from trainer.config import PRESETS, Config
from trainer.data import DataError
from trainer.golden import draw_digits
from trainer.predict import predict_logits, probabilities
from trainer.teacher import Teacher
from trainer.train import train

SMOKE = PRESETS["smoke"]
# A run of three epochs in a process of its own, so that it can be killed.
TRAINING = """
import sys
from dataclasses import replace
from pathlib import Path
from trainer.config import PRESETS
from trainer.train import train
train(replace(PRESETS["smoke"], epochs=3), Path(sys.argv[1]))
"""


def state_of(run: Path) -> list[np.ndarray]:
    with np.load(run / "last.npz") as kept:
        return [kept[name] for name in kept.files if name != "records"]


def shelve(run: Path, version: Path, seed: int) -> None:
    version.mkdir(parents=True)
    shutil.copy(run / "best.keras", version / "model.keras")
    (version / "manifest.json").write_text(json.dumps({"training": {"seed": seed}}))


def untimed(record: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in record.items() if name not in ("seconds", "images_per_s")}


def train_until_killed(config: Config, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # The line is written when the first epoch is safely kept: the moment of the kill.
        patch.setattr(trainer.train, "_line", interrupt)
        with pytest.raises(KeyboardInterrupt):
            train(config, run)


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
    longer = replace(SMOKE, epochs=8, batch=32, channels=(16, 16, 16, 16), hidden=32)

    train(longer, tmp_path / "run")

    lines = (tmp_path / "run" / "history.jsonl").read_text().splitlines()
    first, *_, last = (json.loads(line) for line in lines)
    before, after = (each["validation"]["clean"]["loss"] for each in (first, last))
    assert after < 0.95 * before


@pytest.mark.usefixtures("step_by_step")
def test_a_stopped_run_ends_in_the_same_state_as_an_unbroken_one(
    tiny_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(SMOKE, epochs=2)
    train(config, tmp_path / "whole")

    train_until_killed(config, tmp_path / "stopped", monkeypatch)
    train(config, tmp_path / "stopped")

    for whole, stopped in zip(
        state_of(tmp_path / "whole"), state_of(tmp_path / "stopped"), strict=True
    ):
        np.testing.assert_allclose(stopped, whole, atol=1e-4)


def test_a_killed_run_leaves_the_same_history_as_an_unbroken_one(
    tiny_mnist: Path, tmp_path: Path
) -> None:
    config = replace(SMOKE, epochs=3)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-c", TRAINING, str(killed)])
    try:
        while not (killed / "history.jsonl").exists():
            assert process.poll() is None, "it ended before its first epoch"
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()

    train(config, killed)
    train(config, whole)

    histories = []
    for run in (killed, whole):
        lines = (run / "history.jsonl").read_text().splitlines()
        histories.append([untimed(json.loads(line)) for line in lines])
    assert [record["epoch"] for record in histories[0]] == [1, 2, 3]
    assert histories[0] == histories[1]


def test_a_run_stops_when_validation_has_not_improved_for_long(
    tiny_mnist: Path, tmp_path: Path
) -> None:
    # A rate at which nothing can be learned.
    hopeless = replace(SMOKE, epochs=20, patience=2, learning_rate=10.0, schedule="constant")

    best = train(hopeless, tmp_path / "run")

    lines = (tmp_path / "run" / "history.jsonl").read_text().splitlines()
    assert len(lines) == best["epoch"] + 2 < 20


def test_a_network_learns_from_a_teacher_when_one_is_named(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(run, tmp_path / "1.0.0", seed=SMOKE.seed)
    monkeypatch.setattr(trainer.teacher, "MODELS", tmp_path)
    config = replace(SMOKE, epochs=6, batch=32, channels=(16, 16, 16, 16), hidden=32)

    # The teacher knows next to nothing, so its answers alone teach less than labels do.
    train(replace(config, teacher="1.0.0", teacher_weight=1.0), tmp_path / "taught")
    train(config, tmp_path / "untaught")

    taught, untaught = (
        json.loads((tmp_path / name / "history.jsonl").read_text().splitlines()[-1])
        for name in ("taught", "untaught")
    )
    assert taught["validation"]["clean"]["loss"] > 1.02 * untaught["validation"]["clean"]["loss"]


def test_a_teacher_answers_as_its_network_does_softened(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(run, tmp_path / "1.0.0", seed=SMOKE.seed)
    monkeypatch.setattr(trainer.teacher, "MODELS", tmp_path)

    teacher = Teacher.open(replace(SMOKE, teacher="1.0.0", teacher_temperature=0.05))

    assert teacher is not None
    digits = draw_digits()
    network = keras.saving.load_model(run / "best.keras", compile=False)
    expected = probabilities(predict_logits(network, digits), 0.05)
    # It computes in bfloat16, which keeps three digits of a logit.
    alike = np.corrcoef(teacher.answer(digits).ravel(), expected.ravel())[0, 1]
    assert alike > 0.98
    np.testing.assert_allclose(teacher.answer(digits).sum(axis=1), 1, atol=1e-5)


def test_a_teacher_of_another_seed_is_refused(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(run, tmp_path / "1.0.0", seed=SMOKE.seed + 1)
    monkeypatch.setattr(trainer.teacher, "MODELS", tmp_path)

    with pytest.raises(ValueError, match="the same seed"):
        train(replace(SMOKE, teacher="1.0.0"), tmp_path / "new")


def test_a_teacher_that_is_missing_is_named(tiny_mnist: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"models/teacher/9\.9\.9"):
        train(replace(SMOKE, teacher="9.9.9"), tmp_path / "run")


@pytest.mark.usefixtures("step_by_step")
def test_tensorboard_finds_each_epoch_once_when_a_run_was_resumed(
    tiny_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, config = tmp_path / "run", replace(SMOKE, epochs=2)
    train_until_killed(config, run, monkeypatch)
    train(config, run)

    events = EventAccumulator(str(run / "tensorboard")).Reload()

    for tag in ("training_loss", "validation_loss", "clean/share_wrong", "pen/loss"):
        assert [event.step for event in events.Tensors(tag)] == [1, 2]


def test_a_history_cut_short_by_a_kill_is_whole_again_when_started_again(run: Path) -> None:
    whole = (run / "history.jsonl").read_text()
    (run / "history.jsonl").unlink()

    train(SMOKE, run)

    assert (run / "history.jsonl").read_text() == whole


@pytest.mark.usefixtures("step_by_step")
def test_a_run_that_diverges_says_so(tiny_mnist: Path, tmp_path: Path) -> None:
    wild = replace(SMOKE, learning_rate=1e30, schedule="constant", warmup_share=0.0)

    with pytest.raises(ValueError, match="diverged"):
        train(wild, tmp_path / "run")


def test_a_finished_run_is_left_alone_when_started_again(run: Path) -> None:
    before = (run / "best.keras").read_bytes()

    best = train(SMOKE, run)

    assert best == json.loads((run / "history.jsonl").read_text())
    assert (run / "best.keras").read_bytes() == before


def test_a_run_refuses_to_go_on_with_another_configuration(run: Path) -> None:
    with pytest.raises(ValueError, match="another configuration"):
        train(replace(SMOKE, seed=1), run)
