import json
import shutil
from dataclasses import replace
from itertools import groupby, product
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import trainer.line_predict
import trainer.line_train
from trainer.cells import load_cells
from trainer.data import DataError
from trainer.line_config import LINE_PRESETS, LineConfig
from trainer.line_data import Lines, compose_lines
from trainer.line_model import BLANK, CLASSES, SYMBOLS, build_line_model, training_model
from trainer.line_predict import best_path, predict_lines
from trainer.line_train import (
    ctc_loss,
    encode_texts,
    pack_cells,
    train_line,
    validation_sets,
)
from trainer.splice import Cuts

SMOKE = LINE_PRESETS["line-smoke"]


def history_of(run: Path) -> list[dict[str, Any]]:
    """The history without what depends on the machine's speed."""
    lines = (run / "history.jsonl").read_text().splitlines()
    return [
        {
            name: each
            for name, each in json.loads(line).items()
            if name not in ("seconds", "images_per_s")
        }
        for line in lines
    ]


def train_until_killed(config: LineConfig, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        # The line is written when the first epoch is safely kept: the moment of the kill.
        patch.setattr(trainer.line_train, "_line", interrupt)
        with pytest.raises(KeyboardInterrupt):
            train_line(config, run)


def steps_of(*names: str) -> np.ndarray:
    """Logits (T, K) that name one class at each step."""
    return np.eye(len(CLASSES), dtype=np.float32)[[CLASSES.index(name) for name in names]]


def said_by(path: tuple[int, ...]) -> str:
    """What a path says: repeats are one, blanks none."""
    return "".join(CLASSES[each] for each, _ in groupby(path) if CLASSES[each] != BLANK)


def test_symbols_are_digits_and_then_marks_with_the_blank_behind() -> None:
    # Weights that were learned mean this order.
    assert SYMBOLS == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", ".", ",", "-")
    assert CLASSES[len(SYMBOLS) :] == (BLANK,)


def test_texts_are_encoded_as_places_with_nothing_behind() -> None:
    rows = encode_texts(["-1.5", ""])

    assert rows.dtype == np.int32
    assert rows.shape == (2, 24)
    assert rows[0].tolist() == [12, 1, 10, 5] + [-1] * 20
    assert (rows[1] == -1).all()


@pytest.mark.parametrize(("text", "told"), [("1" * 25, "24"), ("1a", "not in tuple")])
def test_a_text_that_cannot_be_encoded_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        encode_texts([text])


@pytest.mark.parametrize("text", ["", "7", "12", "11", "1-1"])
def test_the_loss_is_what_adding_up_every_path_gives(text: str) -> None:
    logits = np.random.default_rng(3).normal(0, 2, (1, 4, len(CLASSES))).astype(np.float32)
    shares = np.exp(logits[0]) / np.exp(logits[0]).sum(axis=1, keepdims=True)

    loss = float(ctc_loss(encode_texts([text]), logits))

    # 1-1 takes three steps of four, 11 as well: a blank stands between.
    expected = sum(
        float(np.prod(shares[range(4), path]))
        for path in product(range(len(CLASSES)), repeat=4)
        if said_by(path) == text
    )
    assert loss == pytest.approx(-np.log(expected), rel=1e-4)


def test_the_loss_of_several_texts_is_their_mean() -> None:
    logits = np.random.default_rng(4).normal(0, 1, (3, 6, len(CLASSES))).astype(np.float32)
    texts = encode_texts(["12", "", "4,5"])

    single = [float(ctc_loss(texts[[row]], logits[[row]])) for row in range(3)]

    assert float(ctc_loss(texts, logits)) == pytest.approx(np.mean(single), rel=1e-5)


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ((BLANK, BLANK), ""),
        (("1", "1", "1"), "1"),
        (("1", BLANK, "1"), "11"),
        ((BLANK, "3", "3", ".", BLANK, "5", "5", BLANK), "3.5"),
        (("-", "0", ",", "9"), "-0,9"),
    ],
)
def test_the_best_path_is_read_without_repeats_and_blanks(
    steps: tuple[str, ...], text: str
) -> None:
    assert best_path(steps_of(*steps)) == text


@pytest.mark.parametrize("width", [16, 64, 208])
def test_a_network_answers_one_step_for_four_pixels_of_any_width(width: int) -> None:
    model = build_line_model(SMOKE)

    assert model(np.zeros((2, 32, width, 1), np.float32)).shape == (2, width // 4, len(CLASSES))


def test_the_network_of_training_computes_what_the_served_one_does() -> None:
    served, trained = build_line_model(SMOKE), training_model(SMOKE)
    trained.set_weights(served.get_weights())
    lines = np.random.default_rng(5).random((2, 32, 48, 1), np.float32)

    np.testing.assert_allclose(trained(lines), served(lines), atol=1e-5)


def test_lines_of_any_width_are_read_each_once_and_in_their_place(tiny_mnist: Path) -> None:
    pictures = compose_lines("train", 70, SMOKE).pictures
    model = build_line_model(SMOKE)

    seen: list[int] = []
    for places, logits in predict_lines(model, pictures):
        widest = max(pictures[place].shape[1] for place in places)
        assert logits.shape[0] == len(places) <= 64
        assert 4 * logits.shape[1] >= widest
        assert logits.shape[2] == len(CLASSES)
        seen += places.tolist()
        # A line is read the same alone, as far as no paper behind it is seen.
        alone = model(pictures[places[0]][None, ..., None].astype(np.float32) / 255.0)[0]
        steps = alone.shape[0] - 12
        if steps > 0:
            np.testing.assert_allclose(logits[0, :steps], alone[:steps], atol=1e-3)
    assert sorted(seen) == list(range(70))


def test_a_smoke_run_leaves_its_best_network_and_history(line_smoke_run: Path) -> None:
    (record,) = history_of(line_smoke_run)

    assert record["epoch"] == 1
    assert set(record["validation"]) == {"cells", "composed", "strings"}
    for kind in ("composed", "strings"):
        assert record["validation"][kind]["n"] == SMOKE.limit
    assert np.isfinite([record["training_loss"], record["validation_loss"]]).all()
    network = keras.saving.load_model(line_smoke_run / "best.keras")
    assert not network.compiled
    assert network(np.zeros((1, 32, 64, 1), np.float32)).shape == (1, 16, len(CLASSES))
    assert {"run.json", "origin.json", "last.npz", "tensorboard"} <= {
        path.name for path in line_smoke_run.iterdir()
    }


def test_the_command_line_knows_the_presets_of_the_line_network(
    line_smoke_run: Path, tiny_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from trainer.__main__ import main

    shutil.copytree(line_smoke_run, tmp_path / "run")

    # The run is finished, so it only tells its best epoch.
    assert main(["train", "--preset", "line-smoke", "--run", str(tmp_path / "run")]) == 0

    assert json.loads(capsys.readouterr().out)["validation"]["cells"]["n"] > 0


@pytest.mark.usefixtures("step_by_step")
def test_a_stopped_run_leaves_the_same_history_as_an_unbroken_one(
    tiny_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(SMOKE, epochs=2, pool=32, limit=8, epoch_lines=48)
    train_line(config, tmp_path / "whole")

    train_until_killed(config, tmp_path / "stopped", monkeypatch)
    train_line(config, tmp_path / "stopped")

    whole, stopped = history_of(tmp_path / "whole"), history_of(tmp_path / "stopped")
    assert [record["epoch"] for record in whole] == [1, 2]
    assert stopped == whole


def test_the_network_learns_what_it_sees_again_and_again(tiny_mnist: Path) -> None:
    config = replace(
        SMOKE, epochs=2, batch=8, channels=(16, 16, 32, 32), learning_rate=1e-2, dropout=0.0
    )
    lines = pack_cells(load_cells("train", limit=8))
    widest = max(picture.shape[1] for picture in lines.pictures)
    pictures = np.zeros((8, 32, widest, 1), np.float32)
    for row, picture in zip(pictures, lines.pictures, strict=True):
        row[:, : picture.shape[1], 0] = picture / 255.0
    model, averaged = trainer.line_train.build_networks(config, 40)

    seen = [(pictures, encode_texts(lines.texts))] * 20
    first, last = (
        trainer.line_train._train_epoch(model, averaged, seen, config, epoch) for epoch in (0, 1)
    )

    assert (first["epoch"], last["epoch"]) == (1, 2)
    assert last["training_loss"] < 0.6 * first["training_loss"]


def test_validation_is_the_same_in_every_run(tiny_mnist: Path) -> None:
    config = replace(SMOKE, limit=12)
    first, again = validation_sets(config), validation_sets(config)

    assert set(first) == {"cells", "composed", "strings"}
    for name, lines in first.items():
        assert list(lines.texts) == list(again[name].texts)
        for one, other in zip(lines.pictures, again[name].pictures, strict=True):
            assert one.dtype == np.uint8
            np.testing.assert_array_equal(one, other)


def test_batches_hold_lines_of_about_one_width_and_their_texts(tiny_mnist: Path) -> None:
    lines = compose_lines("train", 64, SMOKE)
    config = replace(SMOKE, epoch_lines=256, batch=16, cell_share=0.5)
    uncut = Cuts(lines, [{} for _ in lines.texts])

    batches, again = (
        list(trainer.line_train._draw_batches(uncut, lines, config, np.random.default_rng(2)))
        for _ in range(2)
    )

    # A line that turned out too narrow for its text costs a batch, no more.
    assert 15 <= len(batches) <= 16
    widths = {pictures.shape[2] for pictures, _ in batches}
    assert len(widths) > 4
    assert all(width % 16 == 0 for width in widths)
    for (pictures, texts), (same, _) in zip(batches, again, strict=True):
        assert pictures.shape[0] == len(texts) == 16
        np.testing.assert_array_equal(pictures, same)


def test_a_run_refuses_to_go_on_with_another_configuration(
    line_smoke_run: Path, tmp_path: Path
) -> None:
    shutil.copytree(line_smoke_run, tmp_path / "run")

    with pytest.raises(ValueError, match="another configuration"):
        train_line(replace(SMOKE, seed=1), tmp_path / "run")


def test_a_run_without_cells_says_what_is_missing(tiny_mnist: Path, tmp_path: Path) -> None:
    shutil.rmtree(tiny_mnist / "clinic_cells")

    with pytest.raises(DataError, match=r"clinic_cells/labels\.csv"):
        train_line(SMOKE, tmp_path / "run")


def test_lines_tell_how_many_they_are() -> None:
    assert len(Lines([np.zeros((32, 8), np.uint8)] * 3, ["1", "2", "3"])) == 3


@pytest.mark.usefixtures("step_by_step")
def test_a_run_begins_with_the_weights_it_starts_from(
    tiny_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = build_line_model(SMOKE)
    (tmp_path / "models" / "7.0.0").mkdir(parents=True)
    shipped.save(tmp_path / "models" / "7.0.0" / "model.keras")
    monkeypatch.setattr(trainer.line_predict, "MODELS", tmp_path / "models")
    still = replace(SMOKE, start="7.0.0", learning_rate=1e-9, ema_decay=0.5)

    train_line(still, tmp_path / "run")

    learned = keras.saving.load_model(tmp_path / "run" / "best.keras", compile=False)
    for before, after in zip(shipped.trainable_variables, learned.trainable_variables, strict=True):
        np.testing.assert_allclose(before, after, atol=1e-4)


def test_a_start_that_is_not_shipped_is_named(tiny_mnist: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"models/line/9\.9\.9/model\.keras"):
        train_line(replace(SMOKE, start="9.9.9"), tmp_path / "run")
