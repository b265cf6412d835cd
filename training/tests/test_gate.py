import json
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from tests.corrections import SHIPPED, tiles, write_corrections
from trainer.__main__ import main
from trainer.export import stage, write_manifest, write_network
from trainer.gate_rules import Answered, judge_calibration, judge_not_worse, judge_time
from trainer.mcnemar import mcnemar


def shelve_confused(models: Path, version: str, order: list[int]) -> None:
    """A version whose network says `order[k]` where the shipped one says k."""
    shipped = SHIPPED / "digit" / "1.1.0"
    network = keras.saving.load_model(shipped / "model.keras", compile=False)
    kernel, bias = network.layers[-1].get_weights()
    places = np.argsort([*order, 10])
    network.layers[-1].set_weights([kernel[:, places], bias[places]])
    manifest = json.loads((shipped / "manifest.json").read_text())
    with stage(models, "digit", version) as staged:
        write_network(staged, network)
        write_manifest(staged, manifest | {"version": version})


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped networks, a digit network that takes 3 for 8, and one with permuted labels."""
    folder = tmp_path_factory.mktemp("gate") / "models"
    shutil.copytree(SHIPPED / "digit" / "1.1.0", folder / "digit" / "1.1.0")
    for version in ("1.1.0", "1.2.0"):
        shutil.copytree(SHIPPED / "line" / version, folder / "line" / version)
    (folder / "CURRENT.json").write_text('{"digit": "1.1.0", "line": "1.2.0"}')
    shelve_confused(folder, "1.0.9", [0, 1, 2, 8, 4, 5, 6, 7, 3, 9])
    shelve_confused(folder, "1.1.9", [(digit + 1) % 10 for digit in range(10)])
    return folder


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    test = [*tiles("t", turned=False), *tiles("u", turned=False)]
    train = tiles("a", turned=False)
    return write_corrections(tmp_path_factory.mktemp("sets"), {"train": train, "test": test})


def decide(models: Path, corrected: Path, out: Path, a: str, b: str) -> int:
    told = ["gate", f"digit:{a}", f"digit:{b}", "--set", str(corrected), "--out", str(out)]
    return main([*told, "--models", str(models), "--limit", "8"])


@pytest.mark.model
def test_a_better_network_passes_and_the_report_says_why(
    tiny_mnist: Path, models: Path, corrected: Path, tmp_path: Path
) -> None:
    assert decide(models, corrected, tmp_path, "1.0.9", "1.1.0") == 0

    told = json.loads((tmp_path / "gate.json").read_text())
    assert told["passed"] is True
    assert told["reasons"] == []
    by_name = {each["name"]: each for each in told["verdicts"]}
    assert {"feedback", "mnist", "cells", "strings", "no_digit", "speed"} <= set(by_name)
    assert by_name["feedback"]["figures"]["errors_a"] >= 10
    assert by_name["feedback"]["figures"]["p_better"] < 0.01
    assert "# digit 1.1.0 may be served" in (tmp_path / "gate.md").read_text()
    assert "USPS and ARDIS were looked at" in (tmp_path / "gate.html").read_text()


@pytest.mark.model
@pytest.mark.parametrize("worse", ["1.0.9", "1.1.9"])
@pytest.mark.usefixtures("tiny_mnist")
def test_a_worse_or_a_poisoned_network_is_refused_with_each_reason(
    worse: str, models: Path, corrected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decide(models, corrected, tmp_path, "1.1.0", worse) == 1

    reasons = capsys.readouterr().err
    assert "Not clearly better: 0 of 60 wrong before" in reasons
    assert "on MNIST's validation writers" in reasons
    assert f"# digit {worse} is refused" in (tmp_path / "gate.md").read_text()


@pytest.mark.model
def test_nobody_can_tell_from_a_few_corrections(
    tiny_mnist: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = write_corrections(tmp_path / "sets", {"test": tiles("t", turned=False)[:10]})

    assert decide(models, few, tmp_path / "out", "1.0.9", "1.1.0") == 1

    assert "Cannot tell" in capsys.readouterr().err


@pytest.mark.model
@pytest.mark.usefixtures("tiny_mnist")
def test_a_line_network_is_judged_through_the_whole_reader(
    models: Path, corrected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["gate", "line:1.1.0", "line:1.2.0", "--set", str(corrected), "--out", str(tmp_path)]

    # The set has no lines.
    assert main([*asked, "--models", str(models), "--limit", "4"]) == 1

    told = json.loads(capsys.readouterr().out)
    assert told["beside"] == "1.1.0"
    names = {each["name"] for each in told["verdicts"]}
    assert {"feedback", "cells", "strings", "composed", "singles", "no_digit", "speed"} <= names
    assert "Cannot tell on corrected lines" in told["reasons"][0]


def test_only_two_versions_of_one_network_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", "digit:1.1.0", "line:1.2.0", "--set", str(tmp_path)]) == 2

    assert "digit:1.1.0 digit:1.1.1, got digit:1.1.0 line:1.2.0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        # Fagerland, Lydersen & Laake (2013): half of their two-sided 0.0391.
        (7, 1, 0.01953125),
        (0, 0, 0.5),
        (3, 3, 0.5),
        (5, 0, 0.015625),
        (0, 5, 1 - 0.015625),
    ],
)
def test_mcnemar_gives_known_values(better: int, worse: int, p: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(p)
    assert mcnemar(better, worse) + mcnemar(worse, better) == pytest.approx(1)


def test_mcnemar_of_many_pairs_is_near_the_normal_distribution() -> None:
    assert mcnemar(1050, 950) == pytest.approx(0.01267, abs=2e-4)


def answered(errors_b: int, count: int = 1000) -> Answered:
    """Ten errors of a, and so many of b, of the same items as far as possible."""
    places = np.arange(count)
    sure = np.full(count, 0.99)
    return Answered(places >= 10, places >= errors_b, sure, sure)


def test_a_loss_is_refused_beyond_the_margin_or_beyond_chance() -> None:
    assert judge_not_worse("x", "items", answered(10), 0.001).passed
    assert judge_not_worse("x", "items", answered(11), 0.001).passed
    # Three more of 1,000 could be chance, but are beyond a margin of one.
    assert not judge_not_worse("x", "items", answered(13), 0.001).passed
    # Twenty more are within a margin of thirty, but no chance.
    assert not judge_not_worse("x", "items", answered(30), 0.03).passed


def test_confidences_that_mean_less_are_refused() -> None:
    alike = answered(10)
    surer = replace(alike, confidence_b=np.full(1000, 0.5))

    assert judge_calibration("x", "items", alike).passed
    assert not judge_calibration("x", "items", surer).passed
    # Of a hundred, two networks that are alike differ by as much.
    rng = np.random.default_rng(2)
    right = rng.random(100) < 0.9
    hundred = Answered(right, right, np.full(100, right.mean()), np.full(100, right.mean() + 0.02))
    told = judge_calibration("x", "items", hundred)
    assert told.figures["ece_b"] > told.figures["ece_a"] + 0.01
    assert told.passed


def test_a_slower_network_is_refused() -> None:
    assert judge_time({"median_ratio": 1.19}).passed
    assert "takes 1.30 times as long" in judge_time({"median_ratio": 1.3}).sentence
    assert not judge_time({"median_ratio": 1.3}).passed
