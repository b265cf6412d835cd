import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from numpy.typing import NDArray

import trainer.blend
from legible.reader.line import draw_line
from tests.corrections import SHIPPED, write_corrections
from trainer.__main__ import main
from trainer.finetune_config import LINE_TUNING, FineTuneError, Request
from trainer.line_finetune import finetune_lines
from trainer.line_predict import best_path, predict_lines

pytestmark = pytest.mark.model

# A few steps have to do.
QUICK = replace(
    LINE_TUNING, epochs=2, base=256, share=0.6, account_share=0.4, learning_rate=1e-3, limit=4
)
FONT = cv2.FONT_HERSHEY_SIMPLEX
Written = Sequence[tuple[NDArray[np.uint8], str, str]]


@pytest.fixture(autouse=True)
def fewer_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer.blend, "SHARES", (0.0, 0.5, 1.0))


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder that serves both shipped networks."""
    folder = tmp_path / "models"
    for name, version in (("digit", "1.1.0"), ("line", "1.2.0")):
        shutil.copytree(SHIPPED / name / version, folder / name / version)
    shutil.copy(SHIPPED / "CURRENT.json", folder)
    return folder


def lines(account: str, outlined: bool) -> Written:
    """Twenty numbers of an account, as the network sees them; or their outlines alone."""
    rng = np.random.default_rng(list(account.encode()))
    written = []
    for _ in range(20):
        text = "".join(map(str, rng.integers(10, size=3)))
        canvas = np.zeros((64, 110), np.uint8)
        pens = [(255, int(rng.integers(7, 10))), (0, 4)] if outlined else [(255, 3)]
        for shade, px in pens:
            cv2.putText(canvas, text, (10, 48), FONT, 1.4, shade, px, cv2.LINE_AA)
        ink = np.asarray(canvas / np.float32(255), np.float32)
        drawn = np.asarray(np.round(draw_line(ink) * 255), np.uint8)
        written.append((drawn, text, account))
    return written


def wrong(models: Path, version: str, rows: Written) -> int:
    """How many lines the network of a version reads as another text."""
    network = keras.saving.load_model(models / "line" / version / "model.keras", compile=False)
    found = predict_lines(network, [picture for picture, _, _ in rows])
    return sum(
        best_path(one) != rows[place][1]
        for places, logits in found
        for place, one in zip(places, logits, strict=True)
    )


@pytest.mark.usefixtures("tiny_mnist")
def test_lines_that_were_corrected_are_read_better_by_the_next_version(
    models: Path, tmp_path: Path
) -> None:
    learned = [row for account in "abcd" for row in lines(account, outlined=True)]
    corrected = write_corrections(
        tmp_path / "sets", {}, {"train": learned, "validation": lines("v", outlined=True)}
    )

    metrics = finetune_lines(Request(corrected, models), QUICK)

    unseen = lines("t", outlined=True)
    assert wrong(models, "1.2.1", unseen) < wrong(models, "1.2.0", unseen)
    manifest = json.loads((models / "line" / "1.2.1" / "manifest.json").read_text())
    before = json.loads((models / "line" / "1.2.0" / "manifest.json").read_text())
    fusions = [told["calibration"]["fusion"] for told in (manifest, before)]
    assert fusions[0].keys() == fusions[1].keys()
    assert fusions[0] != fusions[1]
    assert fusions[0]["apart_weight"] == fusions[1]["apart_weight"]
    training = manifest["training"]
    assert (training["from"], training["feedback"]["set"]) == ("1.2.0", 1)
    assert metrics["models"] == {"digit": "1.1.0", "line": "1.2.1"}
    card = (models / "line" / "1.2.1" / "CARD.md").read_text()
    assert training["feedback"]["manifest_sha256"] in card
    assert json.loads((models / "CURRENT.json").read_text())["line"] == "1.2.0"


@pytest.mark.usefixtures("tiny_mnist")
def test_wrong_texts_of_one_account_teach_nothing(models: Path, tmp_path: Path) -> None:
    poison = [
        (picture, "".join(str((int(digit) + 1) % 10) for digit in text), account)
        for picture, text, account in lines("p", outlined=False)
    ]
    corrected = write_corrections(
        tmp_path / "sets", {}, {"train": poison * 5, "validation": lines("v", outlined=False)}
    )

    with pytest.raises(FineTuneError, match="Nothing was exported"):
        finetune_lines(Request(corrected, models), QUICK)

    assert not (models / "line" / "1.2.1").exists()


def test_a_set_without_lines_is_refused(
    models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected = write_corrections(tmp_path / "sets", {}, {"train": lines("a", outlined=True)})

    told = ["finetune", "--name", "line", "--set", str(corrected), "--models", str(models)]
    assert main(told) == 2

    assert "Expected corrected lines in the parts train and validation" in capsys.readouterr().err
