import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from legible.reader.reader import Reader
from legible.reader.types import ReadOptions, Status
from trainer.export import ExportError, point_to
from trainer.line_calibrate import fit_logistic, wanted
from trainer.line_config import LINE_PRESETS, LineConfig
from trainer.line_evaluate import edit_distance
from trainer.line_export import draw_numbers, export_line
from trainer.line_pictures import string_pictures, touching_pictures
from trainer.line_report import write_line_report


@pytest.fixture(scope="module")
def digits(exported_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models that serves a digit network, to copy."""
    folder = tmp_path_factory.mktemp("digits") / "models"
    shutil.copytree(exported_run / "models", folder)
    point_to(folder, "digit", "1.0.0")
    return folder


@contextmanager
def longer_smoke() -> Iterator[LineConfig]:
    """The smoke preset with three epochs, of which a run has one if it was stopped."""
    longer = replace(LINE_PRESETS["line-smoke"], epochs=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(LINE_PRESETS, "line-smoke", longer)
        yield longer


@pytest.fixture(scope="module")
def stopped_run(line_smoke_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was stopped after one of three epochs."""
    run = tmp_path_factory.mktemp("stopped") / "run"
    shutil.copytree(line_smoke_run, run)
    with longer_smoke() as longer:
        (run / "run.json").write_text(json.dumps(longer.to_dict()), "utf-8")
    return run


@pytest.fixture(scope="module")
def exported(
    stopped_run: Path, digits: Path, made_mnist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same with a line network beside it, to copy: an export takes half a minute."""
    folder = tmp_path_factory.mktemp("exported") / "models"
    shutil.copytree(digits, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGIBLE_DATA", str(made_mnist))
        with longer_smoke():
            metrics = export_line(stopped_run, "1.0.0", folder, serve=True, stopped=True)
    assert json.loads((folder / "line" / "1.0.0" / "metrics.json").read_text()) == metrics
    return folder


@pytest.fixture
def models(exported: Path, tiny_mnist: Path, tmp_path: Path) -> Path:
    """A folder that serves both networks, of the test's own."""
    shutil.copytree(exported, tmp_path / "models")
    return tmp_path / "models"


def test_an_exported_line_network_reads_beside_the_digits(
    line_smoke_run: Path, models: Path
) -> None:
    reader = Reader.open(models)
    picture = next(iter(string_pictures("test", LINE_PRESETS["line-smoke"], 1, 1)))
    reading = reader.read(picture.data, ReadOptions(symbols="number"))
    assert reader.models == {"digit": "1.0.0", "line": "1.0.0"}
    assert isinstance(reading.status, Status)
    assert json.loads((models / "CURRENT.json").read_text()) == reader.models
    assert "# Model card: line 1.0.0" in (models / "line" / "1.0.0" / "CARD.md").read_text()
    with pytest.raises(ExportError, match="never overwritten"):
        export_line(line_smoke_run, "1.0.0", models)


def test_the_report_shows_every_mistake_as_a_picture(models: Path, tmp_path: Path) -> None:
    metrics = json.loads((models / "line" / "1.0.0" / "metrics.json").read_text())

    write_line_report(tmp_path / "report", metrics, "line-smoke")

    shown = (tmp_path / "report" / "index.html").read_text()
    mistakes = metrics["cells"]["digits"]["mistakes"]
    # A network of one step reads hardly anything right.
    assert len(mistakes) > 5
    assert f"{mistakes[0]['written']} read as" in shown
    assert shown.count("<img") >= min(60, len(mistakes))
    assert "<h2>Labels of cells to doubt</h2>" in shown
    assert "strings, poor" in shown


def test_a_run_of_digits_is_not_exported_as_lines(run: Path, models: Path) -> None:
    with pytest.raises(ExportError, match="expected one of line, line-smoke"):
        export_line(run, "1.0.0", models)


def test_a_run_that_was_stopped_is_exported_only_if_asked_and_says_so(
    models: Path, stopped_run: Path
) -> None:
    with pytest.raises(ExportError, match="1 of 3 epochs"), longer_smoke():
        export_line(stopped_run, "1.0.1", models)

    card = (models / "line" / "1.0.0" / "CARD.md").read_text()
    assert "1 epochs of 3, after which the run was stopped" in card


def test_a_damaged_line_network_is_not_served(models: Path) -> None:
    shutil.copy(models / "digit" / "1.0.0" / "model.onnx", models / "line" / "1.0.0")

    with pytest.raises(Exception, match="sha256"):
        Reader.open(models)


def test_golden_numbers_are_lines_of_one_batch() -> None:
    drawn = draw_numbers()

    assert drawn.shape[1] == 32
    assert drawn.shape[2] % 4 == 0
    assert drawn[:4].max(axis=(1, 2, 3)).min() == 1
    assert drawn[4].max() == 0


def test_logistic_regression_finds_the_weights_that_made_the_answers() -> None:
    rng = np.random.default_rng(4)
    features = rng.normal(size=(20_000, 2)) * (1.0, 3.0) + (0.0, 2.0)
    chance = 1 / (1 + np.exp(-(1.5 * features[:, 0] - 0.5 * features[:, 1] + 0.3)))

    slopes, bias = fit_logistic(features, rng.random(20_000) < chance, np.ones(20_000))

    assert slopes == pytest.approx([1.5, -0.5], abs=0.1)
    assert bias == pytest.approx(0.3, abs=0.1)


@pytest.mark.parametrize(
    ("first", "second", "edits"),
    [
        ("", "", 0),
        ("12", "12", 0),
        ("12", "", 2),
        ("123", "13", 1),
        ("13", "1413", 2),
        ("7", "1", 1),
    ],
)
def test_edit_distance_counts_the_least_changes(first: str, second: str, edits: int) -> None:
    assert edit_distance(first, second) == edit_distance(second, first) == edits


def test_marks_are_wanted_only_of_a_reader_of_numbers() -> None:
    assert wanted("-1,234.5", "number") == "-1,234.5"
    assert wanted("-1,234.5", "digits") == "12345"


def test_touching_pictures_are_the_same_every_time(tiny_mnist: Path) -> None:
    config = LINE_PRESETS["line-smoke"]

    first, second = (list(touching_pictures("test", config, 3)) for _ in range(2))

    assert first == second
    assert [picture.kind for picture in first[::3]] == ["touching 0", "touching 2", "touching 3"]
    assert all(2 <= len(picture.text) <= 10 for picture in first)
