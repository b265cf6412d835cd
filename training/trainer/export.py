"""From a finished run to a folder that can be served: whole, checked and never changed again."""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import keras
import numpy as np

from legible.reader.bundle import MODEL_FILE, SCHEMA, Bundle
from trainer.calibrate import Calibration, calibrate
from trainer.card import write_card
from trainer.card_page import card_page
from trainer.checkpoint import RunConfig, best_record, is_finished
from trainer.config import PRESETS, Config
from trainer.data import SIDE_PX, Digits, load_mnist
from trainer.evaluate import measure
from trainer.golden import draw_digits
from trainer.headline import headline
from trainer.latency import compare_latency
from trainer.model import CLASSES, INPUT_SHAPE
from trainer.onnx_graph import to_onnx
from trainer.predict import predict_logits
from trainer.provenance import describe_origin
from trainer.shelf import open_version
from trainer.sources import load_sources
from trainer.stroke import usual_stroke_px

# The network that is served. Others are shipped for training to learn from.
SERVED = "digit"
_C = TypeVar("_C", bound=RunConfig)
_NAME = re.compile(r"[a-z]+")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
# The box that MNIST's digits were scaled into (LeCun, Cortes & Burges).
_BOX_PX = 20
# Logits of two correct runtimes differ by rounding, about 1e-5; a wrong one by whole units.
_GOLDEN_TOLERANCE = 1e-3


class ExportError(Exception):
    """The run cannot be exported under this version, and what to do."""


def export(
    run: Path,
    version: str,
    models_dir: Path,
    *,
    name: str = SERVED,
    serve: bool = False,
    against: str | None = None,
) -> dict[str, Any]:
    """Make `models_dir/<name>/<version>/` from a finished run.

    All is written to a temporary folder beside it, opened and measured through the reader, and
    only then renamed: a version is there as a whole or not at all. The run's folder gets
    `card.html`, the card with pictures of all test errors, which must not be published.

    Args:
        run: folder of a finished `train`.
        version: three numbers, e.g. "1.0.0"; must not exist yet.
        models_dir: the folder of shipped models, made if missing.
        name: of the network; only "digit" is ever served.
        serve: also name this version in `CURRENT.json`.
        against: a version of "digit" to compare the latency with; None measures none.

    Returns:
        The metrics, as in `metrics.json`.

    Raises:
        ExportError: the version exists or is none, the run is not finished, or the network is
            not one to serve.
        BundleError: the exported network does not compute what the trained one does.
        DataError: the data folder lacks MNIST.
    """
    config, history = read_run(run, PRESETS)
    check_name(name, version)
    if serve and name != SERVED:
        raise ExportError(
            f"Expected to serve only {SERVED} of the networks of single digits, got {name!r}."
        )
    with stage(models_dir, name, version) as staged:
        other = None if against is None else open_version(models_dir, SERVED, against)
        metrics = _fill(staged, run, (config, history), other)
    if serve:
        point_to(models_dir, SERVED, version)
    return metrics


@contextmanager
def stage(models_dir: Path, name: str, version: str) -> Iterator[Path]:
    """A folder to fill with a new version; behind it the version is there, whole and checked.

    Where filling it fails, or what was filled in does not open, there is no version.

    Yields:
        `<a folder of models>/<name>/<version>`, empty.

    Raises:
        ExportError: the version exists or is none.
        BundleError: the version must not be served.
    """
    check_new(models_dir, name, version)
    target = models_dir / name / version
    target.parent.mkdir(parents=True, exist_ok=True)
    # On the same file system as the target, so that the rename is one step.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".exporting-") as temporary:
        staged = Path(temporary) / name / version
        staged.mkdir(parents=True)
        yield staged
        open_version(Path(temporary), name, version)
        staged.rename(target)


def check_new(models_dir: Path, name: str, version: str) -> None:
    """Check what a new version is to be called, before much is done for it.

    Raises:
        ExportError: it cannot be called so, or there is one.
    """
    check_name(name, version)
    if (models_dir / name / version).exists():
        raise ExportError(f"{name} {version} exists and is never overwritten. Take a new version.")


def check_name(name: str, version: str) -> None:
    """Check the form of a network's name and version; errors as of `check_new`."""
    if not _VERSION.fullmatch(version):
        raise ExportError(f"Expected a version like 1.0.0, got {version!r}.")
    if not _NAME.fullmatch(name):
        raise ExportError(f"Expected the name of a network in small letters, got {name!r}.")


def _fill(
    staged: Path,
    run: Path,
    done: tuple[Config, list[dict[str, Any]]],
    against: Bundle | None,
) -> dict[str, Any]:
    """Write every file of the bundle; the manifest last, since it names the others."""
    config, history = done
    model = keras.saving.load_model(run / "best.keras", compile=False)
    training, validation = load_sources(config)
    calibration = calibrate(model, validation, config)
    write_network(staged, model)

    best = best_record(history)
    name, version = staged.parts[-2:]
    manifest = digit_manifest(name, version, calibration)
    manifest["preprocessing"]["stroke_px"] = usual_stroke_px(training.mnist.images)
    manifest["training"] = describe_origin(run, config)
    manifest["training"] |= {"epochs": len(history), "best_epoch": best["epoch"]}
    write_manifest(staged, manifest)
    digits = load_mnist("test").take(slice(config.limit))
    metrics = _measure(staged, digits, history, against)

    facts = {
        "minutes": sum(record["seconds"] for record in history) / 60,
        "training": training,
        "validation": validation,
        "validation_errors": best["validation_errors"],
        "calibration": calibration,
    }
    card = write_card(manifest, metrics, facts)
    (staged / "CARD.md").write_text(card, "utf-8")
    (run / "card.html").write_text(card_page(card, metrics, digits.images), "utf-8")
    write_manifest(staged, manifest)
    return metrics


def write_network(staged: Path, model: keras.Model) -> None:
    """Write both forms of the network, and what it must answer to pictures drawn by code."""
    (staged / MODEL_FILE).write_bytes(to_onnx(model).SerializeToString(deterministic=True))
    model.save(staged / "model.keras")
    inputs = draw_digits()
    np.savez_compressed(staged / "golden.npz", inputs=inputs, logits=predict_logits(model, inputs))


def _measure(
    staged: Path, digits: Digits, history: list[dict[str, Any]], against: Bundle | None
) -> dict[str, Any]:
    """Measure the staged bundle as it will be served, and write `metrics.json`."""
    models, (name, version) = staged.parents[1], staged.parts[-2:]
    metrics = measure(models, name, version, digits)
    metrics["training"] = {"best_epoch": best_record(history)["epoch"], "epochs": history}
    if against is not None:
        metrics["latency"] = compare_latency(open_version(models, name, version), against)
        metrics["headline"] = headline(metrics)
    (staged / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    return metrics


def digit_manifest(name: str, version: str, calibration: Calibration) -> dict[str, Any]:
    """What a manifest says of a digit network, but for where it comes from and its files."""
    return {
        "schema": SCHEMA,
        "name": name,
        "version": version,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "input_shape": INPUT_SHAPE,
        "output_shape": [len(CLASSES)],
        "classes": CLASSES,
        "preprocessing": {"side_px": SIDE_PX, "box_px": _BOX_PX},
        "calibration": {
            "temperature": calibration.temperature,
            "no_digit_shift": calibration.no_digit_shift,
        },
        "thresholds": {
            "read": calibration.read,
            "unreadable": calibration.unreadable,
            "no_digit": calibration.no_digit,
        },
        "golden": {"file": "golden.npz", "tolerance": _GOLDEN_TOLERANCE},
    }


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write `manifest.json` with the sha256 of every other file of the folder."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.name != "manifest.json":
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            files[path.name] = {"sha256": digest, "bytes": len(content)}
    told = json.dumps({**manifest, "files": files}, indent=2)
    (folder / "manifest.json").write_text(told + "\n", "utf-8")


def point_to(models_dir: Path, name: str, version: str) -> None:
    """Name a version in `CURRENT.json`, in one step, leaving other networks as they are."""
    current = models_dir / "CURRENT.json"
    served = json.loads(current.read_text("utf-8")) if current.exists() else {}
    fresh = models_dir / "CURRENT.json.new"
    fresh.write_text(json.dumps({**served, name: version}, indent=2) + "\n", "utf-8")
    fresh.replace(current)


def read_run(
    run: Path, presets: Mapping[str, _C], *, stopped: bool = False
) -> tuple[_C, list[dict[str, Any]]]:
    """The configuration and the history of a finished run.

    Args:
        run: its folder.
        presets: those that it may have been trained with.
        stopped: take a run that was stopped before its end, too.

    Raises:
        ExportError: it is damaged, not finished, or of a preset that has changed.
    """
    if not (run / "best.keras").is_file():
        raise ExportError(f"The run {run.name} has no best.keras. Train it first.")
    try:
        told = json.loads((run / "run.json").read_text("utf-8"))
        lines = (run / "history.jsonl").read_text("utf-8").splitlines()
        history = [json.loads(line) for line in lines]
        config = presets.get(told["preset"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExportError(
            f"Expected whole files run.json and history.jsonl in the run {run.name}, found none. "
            "Copy the run again, or train into a new folder."
        ) from error
    if config is None:
        raise ExportError(
            f"The run {run.name} was trained with the preset '{told['preset']}', expected one of "
            f"{', '.join(sorted(presets))}. Check out the code it was trained with, or train again."
        )
    if json.dumps(config.to_dict()) != json.dumps(told):
        raise ExportError(
            f"The preset '{config.preset}' has changed since the run {run.name}. Train again."
        )
    if not stopped and not is_finished(config, history):
        raise ExportError(
            f"The run {run.name} has {len(lines)} of {config.epochs} epochs. "
            "Start the same train command again to finish it."
        )
    return config, history
