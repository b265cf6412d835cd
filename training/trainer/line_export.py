"""From a finished run of the line network to a folder that can be served."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np

from legible.reader.bundle import MODEL_FILE, SCHEMA, Bundle
from legible.reader.digit import DigitModel
from legible.reader.line import Floats, LineConvention, draw_line, stack_lines
from legible.reader.reader import Reader
from legible.reader.transcribe import LineModel
from trainer.cells import list_cells
from trainer.export import point_to, read_run, stage, write_manifest
from trainer.line_calibrate import LineCalibration, calibrate_line
from trainer.line_card import write_line_card
from trainer.line_config import LINE_PRESETS, LineConfig
from trainer.line_evaluate import measure_lines
from trainer.line_model import CLASSES
from trainer.line_pictures import (
    Picture,
    cell_pictures,
    composed_pictures,
    letter_pictures,
    single_pictures,
    string_pictures,
    touching_pictures,
)
from trainer.line_predict import open_start
from trainer.onnx_graph import to_onnx
from trainer.provenance import describe_line_origin
from trainer.shelf import served_version

LINE = "line"
_GOLDEN_TOLERANCE = 1e-3
# Validation pictures of each kind that calibration is fitted to.
_COMPOSED, _ROWS, _PENS = 1500, 300, 4
_GOLDEN_TEXTS = ("0123456789", "12.50", "7,315", "-48", "")


def export_line(
    run: Path, version: str, models_dir: Path, *, serve: bool = False, stopped: bool = False
) -> dict[str, Any]:
    """Make `models_dir/line/<version>/` from a finished run, calibrated with the served digits.

    As `trainer.export.export`: whole or not at all, and never overwritten.

    Args:
        run: folder of a finished `train_line`.
        version: three numbers, e.g. "1.0.0"; must not exist yet.
        models_dir: the folder of shipped models; it must serve a digit network.
        serve: also name this version in `CURRENT.json`.
        stopped: take the best epoch of a run that was stopped before its end.

    Returns:
        The metrics, as in `metrics.json`.

    Raises:
        ExportError: the version exists or is none, or the run is not finished.
        BundleError: the exported network does not compute what the trained one does.
        DataError: the data folder lacks a set.
    """
    config, history = read_run(run, LINE_PRESETS, stopped=stopped)
    digit = served_version(models_dir, "digit")
    with stage(models_dir, LINE, version) as staged:
        put_beside(staged, models_dir, digit)
        metrics = _fill(staged, run, config, history)
    if serve:
        point_to(models_dir, LINE, version)
    return metrics


def put_beside(staged: Path, models_dir: Path, digit: str) -> None:
    """Let the folder that a line network is staged in serve it, with this digit network."""
    shelf = staged.parents[1]
    (shelf / "digit").symlink_to((models_dir / "digit").resolve(), target_is_directory=True)
    served = {"digit": digit, LINE: staged.name}
    (shelf / "CURRENT.json").write_text(json.dumps(served), "utf-8")


def write_line_network(staged: Path, model: keras.Model) -> None:
    """Write both forms of the network, and what it must answer to numbers drawn by code."""
    (staged / MODEL_FILE).write_bytes(to_onnx(model).SerializeToString(deterministic=True))
    model.save(staged / "model.keras")
    inputs = draw_numbers()
    logits = np.asarray(model.predict_on_batch(inputs))
    np.savez_compressed(staged / "golden.npz", inputs=inputs, logits=logits)


def _fill(
    staged: Path, run: Path, config: LineConfig, history: list[dict[str, Any]]
) -> dict[str, Any]:
    model = _load(run, config)
    write_line_network(staged, model)
    shelf, version = staged.parents[1], staged.name
    # Uncalibrated at first: calibration is fitted through the reader itself.
    manifest = line_manifest(version, None)
    manifest["training"] = describe_line_origin(run, config) | {
        "epochs": len(history),
        "planned_epochs": config.epochs,
        "start": config.start,
        "start_share": config.start_share,
    }
    write_manifest(staged, manifest)
    reader = Reader(
        DigitModel(Bundle.open(shelf, "digit")), line_model=LineModel(Bundle.open(shelf, LINE))
    )
    calibration = calibrate_line(reader, list(validation_pictures(config)))
    manifest |= judgement(calibration)
    write_manifest(staged, manifest)
    metrics = measure_lines(shelf, "test", config.preset)
    metrics["training"] = {"epochs": history}
    (staged / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
    learned = len(list_cells("train")[: config.limit])
    card = write_line_card(manifest, metrics, calibration, model.count_params(), learned)
    (staged / "CARD.md").write_text(card, "utf-8")
    write_manifest(staged, manifest)
    return metrics


def _load(run: Path, config: LineConfig) -> keras.Model:
    """The network of a run, its weights mixed with those that it started from.

    Source: Wortsman et al., "Robust fine-tuning of zero-shot models" (CVPR 2022).
    """
    model = keras.saving.load_model(run / "best.keras", compile=False)
    if config.start is not None:
        share = config.start_share
        before = open_start(config.start).get_weights()
        pairs = zip(before, model.get_weights(), strict=True)
        model.set_weights([share * old + (1 - share) * new for old, new in pairs])
    return model


def validation_pictures(config: LineConfig) -> Iterator[Picture]:
    """What calibration is fitted to: files by writers and cells that training never saw."""
    limit = config.limit
    return chain(
        cell_pictures("validation", limit),
        composed_pictures("validation", config, limit or _COMPOSED),
        string_pictures("validation", config, _PENS, limit),
        touching_pictures("validation", config, limit or _ROWS),
        single_pictures("validation", config, limit or _ROWS),
        letter_pictures("validation", config, limit or _ROWS),
    )


def draw_numbers() -> Floats:
    """Numbers drawn by code, whose logits are shipped with a network: (5, 32, W, 1) float32."""
    lines = []
    for text in _GOLDEN_TEXTS:
        canvas = np.zeros((64, 30 * max(4, len(text))), np.uint8)
        cv2.putText(canvas, text, (10, 48), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 255, 3, cv2.LINE_AA)
        lines.append(draw_line(canvas.astype(np.float32) / np.float32(255)))
    return stack_lines(lines)


def line_manifest(version: str, calibration: LineCalibration | None) -> dict[str, Any]:
    """What a manifest says of a line network, but for where it comes from and its files."""
    drawing = LineConvention()
    return {
        "schema": SCHEMA,
        "name": LINE,
        "version": version,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "input_shape": [drawing.height_px, None, 1],
        "output_shape": [None, len(CLASSES)],
        "classes": CLASSES,
        "preprocessing": {
            "height_px": drawing.height_px,
            "step_px": drawing.step_px,
            "margin_px": drawing.margin_px,
        },
        **judgement(calibration),
        "golden": {"file": "golden.npz", "tolerance": _GOLDEN_TOLERANCE},
    }


def judgement(calibration: LineCalibration | None) -> dict[str, Any]:
    """What a calibration means for a manifest; None: nothing is fitted yet."""
    if calibration is None:
        return {
            "calibration": {"temperature": 1.0},
            "thresholds": {"read": 0.9, "unreadable": 0.4},
        }
    return {
        # The fusion's confidence is fitted to the network as it is.
        "calibration": {"temperature": 1.0, "fusion": calibration.fusion},
        "thresholds": {"read": calibration.read, "unreadable": calibration.unreadable},
    }
