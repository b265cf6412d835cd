import csv
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import tensorflow as tf

from tests.service import Service, opened
from trainer.config import PRESETS
from trainer.data import data_folder
from trainer.export import export
from trainer.golden import draw_digits
from trainer.line_config import LINE_PRESETS
from trainer.line_train import train_line
from trainer.pen import part_of
from trainer.train import train


def write_mnist(folder: Path) -> Path:
    """A data set of drawn digits in the files and formats of the real one."""
    mnist = folder / "mnist"
    mnist.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(3)
    drawn = np.round(draw_digits()[:30, :, :, 0] * 255).astype(np.uint8)
    known = {}
    for part, count in (("train", 320), ("t10k", 64)):
        chosen = rng.integers(30, size=count)
        write_idx(mnist / f"{part}-images-idx3-ubyte.gz", drawn[chosen])
        write_idx(mnist / f"{part}-labels-idx1-ubyte.gz", (chosen % 10).astype(np.uint8))
        known["test" if part == "t10k" else "train"] = rng.integers(16, size=count)
    np.savez(mnist / "mnist_writers.npz", train_writer=known["train"], test_writer=known["test"])
    sums = [
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.name}\n"
        for path in mnist.glob("*.gz")
    ]
    (mnist / "MD5SUMS").write_text("".join(sums))
    return folder


def write_pen(folder: Path) -> Path:
    """Files of pen strokes with the layout of the real ones: random paths by forty writers."""
    rng = np.random.default_rng(4)
    writers = np.array([f"w-{place % 40:03}" for place in range(120)])
    by_part = np.argsort([part_of(writer) for writer in writers], kind="stable")
    for name, labels in (
        ("pendigits/pendigits_train", "0123456789"),
        ("unipen/digits", "0123456789"),
        ("unipen/upper", "ABEFKO"),
        ("unipen/lower", "ekmlx"),
        ("unipen/symbols", "#%+|.,-"),
        ("unipen/strings", ("12", "3.4", "-5", "078", "6,91")),
    ):
        lengths = rng.integers(1, 12, 240)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        points = rng.integers(0, 1001, (lengths.sum(), 2)).astype(np.int16)
        chosen = rng.choice(list(labels), 120)
        if name in ("unipen/digits", "unipen/symbols", "unipen/strings"):
            # Lines are composed of each part's own writers, so each part needs every label.
            chosen[by_part] = np.resize(list(labels), 120)
        if name == "unipen/strings":
            points[:, 0] *= 3
        (folder / name).parent.mkdir(exist_ok=True)
        np.savez(
            folder / f"{name}.npz",
            points=points,
            stroke_start=starts.astype(np.int32),
            sample_start=np.arange(0, 240, 2, dtype=np.int32),
            label=chosen,
            writer=writers,
        )
    return folder


def write_cells(folder: Path) -> Path:
    """Sixty photographed cells with the layout of the real ones; fifteen groups hold two each."""
    cells = folder / "clinic_cells"
    (cells / "images").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    rows = []
    for place in range(60):
        text = str(rng.choice(["7", "42", "110", "98.6", "-5", "1,200"]))
        paper, pen = int(rng.integers(150, 250)), int(rng.integers(10, 90))
        grey = np.full((int(rng.integers(34, 60)), 24 + 22 * len(text)), paper, np.uint8)
        origin = (10, grey.shape[0] - 8)
        cv2.putText(grey, text, origin, cv2.FONT_HERSHEY_SIMPLEX, 0.9, pen, 2, cv2.LINE_AA)
        cv2.imwrite(str(cells / "images" / f"{place}.jpg"), grey)
        rows.append((f"images/{place}.jpg", text, str(place % 45)))
    with (cells / "labels.csv").open("w", encoding="utf-8", newline="") as kept:
        csv.writer(kept).writerows([("file", "text", "group"), *rows])
    return folder


def write_idx(path: Path, array: np.ndarray) -> None:
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture(scope="session")
def made_mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few drawn digits, pen strokes and cells, to copy or to leave alone."""
    return write_cells(write_pen(write_mnist(tmp_path_factory.mktemp("data"))))


@pytest.fixture
def tiny_mnist(made_mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, in place of the real one."""
    folder = tmp_path / "data"
    shutil.copytree(made_mnist, folder)
    monkeypatch.setenv("LEGIBLE_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def smoke_run(made_mnist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One finished run of the smoke preset, to copy: a first step takes TensorFlow seconds."""
    run = tmp_path_factory.mktemp("smoke")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGIBLE_DATA", str(made_mnist))
        train(PRESETS["smoke"], run)
    return run


@pytest.fixture(scope="session")
def line_smoke_run(made_mnist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One finished run of the line network's smoke preset, to copy or to leave alone."""
    run = tmp_path_factory.mktemp("line-smoke")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGIBLE_DATA", str(made_mnist))
        train_line(LINE_PRESETS["line-smoke"], run)
    return run


@pytest.fixture
def step_by_step() -> Iterator[None]:
    """Training without a graph: TensorFlow traces one for seconds, a few steps take less."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="session")
def exported_run(
    smoke_run: Path, made_mnist: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """`run` and what was exported of it into `models`, digit 1.0.0, to copy or to leave alone."""
    folder = tmp_path_factory.mktemp("exported-run")
    shutil.copytree(smoke_run, folder / "run")
    (folder / "run" / "origin.json").write_text('{"commit": "0123456789abcdef-dirty"}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEGIBLE_DATA", str(made_mnist))
        metrics = export(folder / "run", "1.0.0", folder / "models")
    kept = folder / "models" / "digit" / "1.0.0" / "metrics.json"
    assert json.loads(kept.read_text("utf-8")) == metrics
    return folder


@pytest.fixture
def run(smoke_run: Path, tiny_mnist: Path, tmp_path: Path) -> Path:
    """A finished run of the test's own."""
    shutil.copytree(smoke_run, tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def real_mnist() -> Path:
    """The real data folder; without it the test is skipped, or fails where data is required."""
    folder = data_folder()
    if not (folder / "mnist").is_dir():
        told = "needs the data folder with mnist/; set LEGIBLE_DATA to it"
        if os.environ.get("LEGIBLE_REQUIRE_DATA") == "1":
            pytest.fail(told)
        pytest.skip(told)
    return folder


@pytest.fixture(scope="session")
def migrated_service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a service with an empty SQLite database, to copy."""
    folder = tmp_path_factory.mktemp("service")
    Service(folder).close()
    return folder


@pytest.fixture
def service(migrated_service: Path, tmp_path: Path) -> Iterator[Service]:
    """A service's database and pictures of the test's own."""
    shutil.copytree(migrated_service, tmp_path / "var")
    with opened(Service(tmp_path / "var")) as service:
        yield service
