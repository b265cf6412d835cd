import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import pytest

import trainer.export
import trainer.teacher
from legible.reader.bundle import Bundle, BundleError
from legible.reader.digit import DigitModel
from trainer.__main__ import main
from trainer.config import PRESETS
from trainer.export import ExportError, export
from trainer.golden import draw_digits
from trainer.model import build_model
from trainer.onnx_graph import to_onnx
from trainer.predict import predict_logits
from trainer.provenance import describe_origin
from trainer.shelf import open_version


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_an_exported_run_opens_and_reads_in_the_reader(run: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"

    metrics = export(run, "1.0.0", models, serve=True)

    model = DigitModel(Bundle.open(models, "digit"))
    rows = model.probabilities(draw_digits())
    assert model.version == "1.0.0"
    assert rows.shape == (31, 10)
    least, most = model.convention.stroke_px
    assert 0.5 < least < most < 6
    assert 0.4 <= model.manifest.thresholds.read <= 1
    assert json.loads((models / "digit" / "1.0.0" / "metrics.json").read_text()) == metrics
    assert sum(map(sum, metrics["confusion"])) == metrics["n"] == 64


def test_an_export_holds_exactly_the_files_it_should(exported_run: Path) -> None:
    models = exported_run / "models"

    names = ["CARD.md", "golden.npz", "manifest.json", "metrics.json", "model.keras", "model.onnx"]
    assert files_below(models) == {"digit", "digit/1.0.0", *(f"digit/1.0.0/{n}" for n in names)}
    manifest = json.loads((models / "digit" / "1.0.0" / "manifest.json").read_text())
    assert sorted(manifest["files"]) == [name for name in names if name != "manifest.json"]
    assert set(manifest["training"]["data_sha256"]) >= {"train-images-idx3-ubyte.gz"}


def test_the_manifest_tells_what_was_learned_from_what_was_measured(exported_run: Path) -> None:
    assert "0123456789abcdef-dirty" in (exported_run / "run" / "origin.json").read_text()

    folder = exported_run / "models" / "digit" / "1.0.0"
    training = json.loads((folder / "manifest.json").read_text())["training"]
    assert set(training["measured_sha256"]) == {
        "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
    }  # fmt: skip
    assert not set(training["measured_sha256"]) & set(training["data_sha256"])
    assert training["commit"] == "0123456789abcdef-dirty"
    assert training["exported_by"] not in ("", training["commit"])
    assert {"keras", "numpy", training["backend"]} <= set(training["versions"])
    assert "commit 0123456789-dirty" in (folder / "CARD.md").read_text().replace("\n", " ")


def test_the_teacher_is_told_by_the_file_that_taught(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer.teacher, "MODELS", tmp_path)
    network = tmp_path / "7.8.9" / "model.keras"
    network.parent.mkdir(parents=True)
    network.write_bytes(b"weights")

    taught = replace(PRESETS["smoke"], teacher="7.8.9")

    told = describe_origin(run, taught)
    untaught = describe_origin(run, PRESETS["smoke"])
    assert told["teacher_sha256"] == hashlib.sha256(b"weights").hexdigest()
    assert "teacher_sha256" not in untaught


def test_the_card_lists_every_test_error_and_only_the_run_keeps_their_pictures(
    exported_run: Path,
) -> None:
    folder = exported_run / "models" / "digit" / "1.0.0"
    metrics = json.loads((folder / "metrics.json").read_text())

    card = (folder / "CARD.md").read_text()
    rows = [f"| {each['index']} | {each['written']} |" for each in metrics["mistakes"]]
    assert len(rows) == metrics["errors"] > 0
    assert all(row in card for row in rows)
    assert "evaluate --name digit --version 1.0.0 --report" in card
    assert "<img" not in card
    page = (exported_run / "run" / "card.html").read_text()
    assert page.count("data:image/png;base64,") == metrics["errors"]


def test_a_teacher_is_exported_beside_the_served_network_and_never_served(
    run: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    with pytest.raises(ExportError, match="serve only digit"):
        export(run, "1.0.0", models, name="teacher", serve=True)

    metrics = export(run, "1.0.0", models, name="teacher")

    assert open_version(models, "teacher", "1.0.0").manifest.name == "teacher"
    assert metrics["name"] == "teacher"
    assert "Teaching smaller networks" in (models / "teacher" / "1.0.0" / "CARD.md").read_text()
    assert not (models / "CURRENT.json").exists()


def test_a_name_that_would_leave_the_folder_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="small letters"):
        export(run, "1.0.0", tmp_path / "models", name="../digit")


def test_the_latency_is_told_beside_that_of_another_version(
    run: Path, exported_run: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    shutil.copytree(exported_run / "models", models)

    metrics = export(run, "1.1.0", models, against="1.0.0")

    assert metrics["latency"]["against"] == "1.0.0"
    assert metrics["latency"]["ratio"] > 0
    made_by = metrics["headline"]["latency_ratio"]["made_by"]
    assert made_by.endswith("latency --name digit --version 1.1.0 --against 1.0.0")
    card = (models / "digit" / "1.1.0" / "CARD.md").read_text().replace("\n", " ")
    assert f"takes {metrics['latency']['ratio']:.2f} times as long as with digit 1.0.0" in card


def test_a_version_is_never_overwritten(run: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    (models / "digit" / "1.0.0").mkdir(parents=True)

    with pytest.raises(ExportError, match="never overwritten"):
        export(run, "1.0.0", models)

    assert files_below(models) == {"digit", "digit/1.0.0"}


@pytest.mark.parametrize("version", ["1.0", "v1.0.0", "../1.0.0", ""])
def test_a_version_must_be_three_numbers(run: Path, tmp_path: Path, version: str) -> None:
    with pytest.raises(ExportError, match=r"like 1\.0\.0"):
        export(run, version, tmp_path / "models")


def test_nothing_is_left_half_written_when_the_network_differs(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "models"
    # Another network of the same shape under the name of the trained one.
    monkeypatch.setattr(trainer.export, "to_onnx", lambda _: to_onnx(build_model(PRESETS["smoke"])))

    with pytest.raises(BundleError, match="golden"):
        export(run, "1.0.0", models, serve=True)

    assert files_below(models) == {"digit"}


def test_an_unfinished_run_is_not_exported(run: Path, tmp_path: Path) -> None:
    (run / "history.jsonl").write_text("")

    with pytest.raises(ExportError, match="0 of 1 epochs"):
        export(run, "1.0.0", tmp_path / "models")


@pytest.mark.parametrize("name", ["run.json", "history.jsonl"])
def test_a_run_without_its_files_is_not_exported(run: Path, tmp_path: Path, name: str) -> None:
    (run / name).unlink()

    with pytest.raises(ExportError, match="train into a new folder"):
        export(run, "1.0.0", tmp_path / "models")


def test_a_run_of_an_unknown_preset_is_not_exported(run: Path, tmp_path: Path) -> None:
    (run / "run.json").write_text('{"preset": "gone"}')

    with pytest.raises(ExportError, match=r"preset 'gone', expected one of .*smoke"):
        export(run, "1.0.0", tmp_path / "models")


def test_serving_a_version_leaves_other_networks_as_they_are(run: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "CURRENT.json").write_text('{"line": "2.0.0", "digit": "0.9.0"}')

    export(run, "1.0.0", models, serve=True)

    assert json.loads((models / "CURRENT.json").read_text()) == {"line": "2.0.0", "digit": "1.0.0"}


@pytest.mark.parametrize("preset", ["smoke", "digit"])
def test_the_onnx_graph_computes_what_keras_does(preset: str) -> None:
    model = build_model(PRESETS[preset])
    rng = np.random.default_rng(6)
    # Fresh normalisations are the identity; only trained ones show that folding is right.
    model.set_weights(
        [
            np.abs(rng.normal(1, 0.3, each.shape)) if "norm" in each.path else each.numpy()
            for each in model.weights
        ]
    )
    digits = rng.random((5, 28, 28, 1), np.float32)
    session = onnxruntime.InferenceSession(to_onnx(model).SerializeToString())

    (logits,) = session.run(["logits"], {"picture": digits})

    expected = predict_logits(model, digits)
    np.testing.assert_allclose(logits, expected, atol=1e-4 * np.abs(expected).max())


def test_a_layer_without_a_translation_is_named() -> None:
    picture = keras.Input((28, 28, 1))
    pooled = keras.layers.AveragePooling2D(2, name="pool")(picture)
    model = keras.Model(picture, keras.layers.Flatten()(pooled))

    with pytest.raises(ValueError, match="Layer pool: AveragePooling2D"):
        to_onnx(model)


def test_the_command_line_trains_exports_and_evaluates(
    tiny_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, models = str(tmp_path / "run"), str(tmp_path / "models")

    assert main(["train", "--preset", "smoke", "--run", run]) == 0
    assert main(["export", "--run", run, "--version", "0.1.0", "--models", models, "--serve"]) == 0
    exported = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert main(["evaluate", "--models", models]) == 0
    evaluated = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert evaluated == exported
    assert evaluated["version"] == "0.1.0"


def test_an_ensemble_is_measured_into_a_file_with_its_command(
    exported_run: Path,
    tiny_mnist: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    models, report = exported_run / "models", tmp_path / "report"
    told = ["evaluate", "--models", str(models), "--ensemble", "digit:1.0.0,digit:1.0.0"]

    assert main([*told, "--report", str(report)]) == 0

    kept = json.loads((report / "ensemble.json").read_text())
    assert kept == json.loads(capsys.readouterr().out.splitlines()[-1])
    assert kept["n"] == 64
    assert kept["made_by"].endswith("evaluate --ensemble digit:1.0.0,digit:1.0.0")


@pytest.mark.parametrize("option", ["--name", "--version"])
def test_an_ensemble_and_a_single_network_are_refused_together(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["evaluate", "--ensemble", "digit:1.0.0,teacher:1.0.0", option, "digit"])

    assert "leave --name and --version out" in capsys.readouterr().err


def test_the_command_line_says_what_file_it_could_not_use(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").write_text("a file in its place")

    told = ["--run", str(run), "--version", "1.0.0", "--models", str(tmp_path / "models")]
    assert main(["export", *told]) == 2

    message = capsys.readouterr().err
    assert "Expected to read and write files, got: " in message
    assert str(tmp_path) not in message


def test_the_command_line_says_why_when_it_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--run", str(tmp_path), "--version", "1.0.0"]) == 2
    assert "Train it first" in capsys.readouterr().err
