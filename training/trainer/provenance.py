"""Where a network comes from: code, data, teacher and libraries, as its manifest tells."""

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import keras

import trainer.teacher
from trainer.checkpoint import commit
from trainer.config import Config
from trainer.data import LEARNED_FILES, LINE_FILES, MEASURED_FILES, fingerprints
from trainer.line_config import LineConfig
from trainer.outside import ARRAYS

_LIBRARIES = ("keras", "numpy", "onnx", "onnxruntime", "opencv-python-headless")


def describe_origin(run: Path, config: Config) -> dict[str, Any]:
    """What a manifest says of how a network was trained.

    Args:
        run: folder of the run.
        config: of the run.

    Returns:
        JSON values: `preset`, `seed`; `teacher`, its version or None, and `teacher_sha256` of its
        `model.keras` where there is one; `commit`, the code that the run was started with
        ("unknown" for runs that did not note it), and `exported_by`, the code at export;
        `data_sha256`, the files that were learned from or validated on (those of pen strokes also
        hold the writers kept as tests), and `measured_sha256`, files of tests alone; `backend` of
        Keras and `versions` of the libraries there are.
    """
    origin = run / "origin.json"
    started = json.loads(origin.read_text("utf-8")) if origin.is_file() else {}
    tests = (*MEASURED_FILES, *(f"{name}/{name}.npz" for name in ARRAYS))
    backend = keras.backend.backend()
    return {
        "preset": config.preset,
        "seed": config.seed,
        "teacher": config.teacher,
        **_teacher_file(config.teacher),
        "commit": started.get("commit", "unknown"),
        "exported_by": commit(),
        "data_sha256": fingerprints(LEARNED_FILES),
        "measured_sha256": fingerprints(tests),
        "backend": backend,
        "versions": _versions((*_LIBRARIES, backend)),
    }


def describe_line_origin(run: Path, config: LineConfig) -> dict[str, Any]:
    """The same of a line network: there is no teacher, and parts of every file are tests."""
    origin = run / "origin.json"
    started = json.loads(origin.read_text("utf-8")) if origin.is_file() else {}
    backend = keras.backend.backend()
    return {
        "preset": config.preset,
        "seed": config.seed,
        "commit": started.get("commit", "unknown"),
        "exported_by": commit(),
        "data_sha256": fingerprints(LINE_FILES),
        "backend": backend,
        "versions": _versions((*_LIBRARIES, backend)),
    }


def _teacher_file(version: str | None) -> dict[str, str]:
    """The file that training read, wherever the export goes."""
    if version is None:
        return {}
    network = trainer.teacher.MODELS / version / "model.keras"
    if not network.is_file():
        return {"teacher_sha256": "unknown"}
    return {"teacher_sha256": hashlib.sha256(network.read_bytes()).hexdigest()}


def _versions(libraries: Iterable[str]) -> dict[str, str]:
    """Versions of the libraries that are there: OpenCV and backends go by several names."""
    there = {}
    for name in libraries:
        try:
            there[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return there
