import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from legible.reader.digit import DigitModel
from tests.corrections import SHIPPED, Corrected, tiles, write_corrections
from trainer.__main__ import main
from trainer.finetune import finetune
from trainer.finetune_config import (
    FineTuning,
    Request,
    corrections_drawn,
    draw_corrections,
    next_version,
)
from trainer.shelf import open_version

TUNING = FineTuning()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder that serves the shipped digit network alone."""
    folder = tmp_path / "models"
    shutil.copytree(SHIPPED / "digit" / "1.1.0", folder / "digit" / "1.1.0")
    (folder / "CURRENT.json").write_text('{"digit": "1.1.0"}')
    return folder


def right(models: Path, version: str, rows: Corrected) -> float:
    """The share of tiles that a version reads as they are labelled."""
    model = DigitModel(open_version(models, "digit", version))
    pictures = np.stack([tile for tile, _, _ in rows])[..., np.newaxis] / np.float32(255)
    read = model.answer(pictures.astype(np.float32)).digits.argmax(axis=1)
    return float((read == [label for _, label, _ in rows]).mean())


@pytest.mark.model
def test_a_handwriting_that_was_corrected_is_read_by_the_next_version(
    tiny_mnist: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learned = [row for each in "abcdef" for row in tiles(each, turned=True)]
    corrected = write_corrections(
        tmp_path / "sets",
        {"train": learned, "validation": tiles("v", True), "test": tiles("t", True)},
    )
    # A few steps have to do.
    quick = FineTuning(epochs=6, learning_rate=3e-3, share=0.5, account_share=0.2)

    metrics = finetune(Request(corrected, models), quick)

    assert right(models, "1.1.0", tiles("t", turned=True)) < 0.6
    assert right(models, "1.1.1", tiles("t", turned=True)) > 0.8
    assert right(models, "1.1.1", tiles("t", turned=False)) > 0.8
    folder = models / "digit" / "1.1.1"
    training = json.loads((folder / "manifest.json").read_text())["training"]
    card = (folder / "CARD.md").read_text()
    assert training["from"] == "1.1.0"
    assert training["feedback"]["set"] == 1
    assert training["feedback"]["manifest_sha256"] in card
    assert metrics == json.loads((folder / "metrics.json").read_text())
    assert f"{metrics['errors']:,} of {metrics['n']:,} wrong" in card
    assert json.loads((models / "CURRENT.json").read_text()) == {"digit": "1.1.0"}
    asked = ["finetune", "--set", str(corrected), "--models", str(models)]
    assert main([*asked, "--version", "1.1.1"]) == 2
    assert "never overwritten" in capsys.readouterr().err


@pytest.mark.model
def test_five_hundred_wrong_corrections_of_one_account_teach_nothing(
    tiny_mnist: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poison = [(tile, (label + 1) % 10, who) for tile, label, who in tiles("p", False)]
    corrected = write_corrections(
        tmp_path / "sets",
        {
            "train": (poison * 17)[:500],
            "validation": tiles("v", turned=False),
            "test": tiles("t", turned=False),
        },
    )

    asked = ["finetune", "--set", str(corrected), "--models", str(models), "--epochs", "2"]
    done = main(asked)

    # Either no epoch was better than the start, or what came of it reads on as before.
    assert done in (0, 2)
    newest = "1.1.1" if done == 0 else "1.1.0"
    assert (models / "digit" / "1.1.1").exists() == (done == 0)
    assert right(models, newest, tiles("t", turned=False)) >= right(
        models, "1.1.0", tiles("t", turned=False)
    )
    assert done == 0 or "Nothing was exported" in capsys.readouterr().err


def test_a_set_without_validation_accounts_is_refused(
    tiny_mnist: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corrected = write_corrections(tmp_path / "sets", {"train": tiles("a", turned=True)})

    assert main(["finetune", "--set", str(corrected), "--models", str(models)]) == 2

    assert "of set 1, got 30 and 0" in capsys.readouterr().err


def test_corrections_are_a_share_of_what_is_seen() -> None:
    writers = np.repeat(np.arange(20), 50)

    drawn = draw_corrections(writers, 12_000, TUNING, np.random.default_rng(1))

    assert len(drawn) == pytest.approx(12_000 / 4, rel=0.01)
    assert np.bincount(writers[drawn]).min() == np.bincount(writers[drawn]).max()


def test_few_corrections_are_not_repeated_without_end() -> None:
    _, draws = corrections_drawn(["a", "a", "b"], 12_000, TUNING)

    assert draws.tolist() == [2 * TUNING.most_repeats, TUNING.most_repeats]


def test_one_account_stays_a_small_share_however_much_it_corrects() -> None:
    _, draws = corrections_drawn(np.repeat(["a", "b"], [30, 5000]), 12_000, TUNING)

    assert draws[1] == TUNING.account_share * 12_000


def test_the_next_version_is_one_that_is_free(tmp_path: Path) -> None:
    for version in ("1.1.0", "1.1.4", "1.1.broken", "1.2.7"):
        (tmp_path / "digit" / version).mkdir(parents=True)

    assert next_version(tmp_path, "digit", "1.1.0") == "1.1.5"
    assert next_version(tmp_path, "digit", "2.0.9") == "2.0.10"
