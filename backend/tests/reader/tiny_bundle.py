"""Whole bundles around the smallest networks that take a digit or a line: one product each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

# The last column is only used by networks that know the answer "none".
WEIGHTS = np.random.default_rng(7).normal(0, 0.2, (784, 11)).astype(np.float32)
DIGITS = tuple("0123456789")
LINE_CLASSES = (*DIGITS, ".", ",", "-", "blank")
# For each class and each pixel of a step, 32 high and 4 wide.
LINE_WEIGHTS = np.random.default_rng(9).normal(0, 0.2, (len(LINE_CLASSES), 32, 4))
LINE_WEIGHTS = LINE_WEIGHTS.astype(np.float32)


def expected_logits(batch: np.ndarray, classes: int = 10) -> np.ndarray:
    """What the tiny network computes, by numpy."""
    return batch.reshape(-1, 784) @ WEIGHTS[:, :classes]


def expected_line_logits(batch: np.ndarray) -> np.ndarray:
    """What the tiny line network computes of (N, 32, W, 1), by numpy: (N, W / 4, 14)."""
    steps = batch.reshape(len(batch), 32, -1, 4)
    logits: np.ndarray = np.einsum("nhtw,chw->ntc", steps, LINE_WEIGHTS)
    return logits


def write_bundle(
    models_dir: Path,
    *,
    version: str = "1.0.0",
    temperature: float = 2.0,
    classes: Sequence[str] = DIGITS,
    **thresholds: float,
) -> Path:
    """Write `CURRENT.json` and `digit/<version>/`; returns the latter."""
    inputs = np.random.default_rng(8).random((3, 28, 28, 1), np.float32)
    return _write(
        models_dir / "digit" / version,
        _network(len(classes)),
        (inputs, expected_logits(inputs, len(classes))),
        {
            "input_shape": [28, 28, 1],
            "output_shape": [len(classes)],
            "classes": list(classes),
            "preprocessing": {"side_px": 28, "box_px": 20, "stroke_px": [1.5, 4.0]},
            "calibration": {"temperature": temperature},
            "thresholds": {"read": 0.8, "unreadable": 0.4, **thresholds},
        },
    )


def write_line_bundle(
    models_dir: Path,
    *,
    version: str = "1.0.0",
    temperature: float = 2.0,
    classes: Sequence[str] = LINE_CLASSES,
    fusion: Mapping[str, float] | None = None,
) -> Path:
    """Write `line/<version>/` and name it in `CURRENT.json`, beside what is there; the former."""
    inputs = np.random.default_rng(10).random((2, 32, 48, 1), np.float32)
    return _write(
        models_dir / "line" / version,
        _line_network(),
        (inputs, expected_line_logits(inputs)),
        {
            "input_shape": [32, None, 1],
            "output_shape": [None, len(LINE_CLASSES)],
            "classes": list(classes),
            "preprocessing": {"height_px": 32, "step_px": 4, "margin_px": 4},
            "calibration": {"temperature": temperature, "fusion": dict(fusion or {})},
            "thresholds": {"read": 0.9, "unreadable": 0.3},
        },
    )


def change_manifest(folder: Path, **changes: Any) -> None:
    """Set fields of the manifest; a value of None removes the field."""
    path = folder / "manifest.json"
    manifest = {**json.loads(path.read_text()), **changes}
    path.write_text(
        json.dumps({key: value for key, value in manifest.items() if value is not None})
    )


def sign(folder: Path) -> None:
    """List the files with the sha256 that they now have."""
    files = {}
    for path in folder.iterdir():
        if path.name != "manifest.json":
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            files[path.name] = {"sha256": digest, "bytes": len(content)}
    change_manifest(folder, files=files)


def _write(
    folder: Path, network: bytes, golden: tuple[np.ndarray, np.ndarray], told: Mapping[str, Any]
) -> Path:
    """Write a bundle's files, and name it in the `CURRENT.json` two folders above."""
    name, version, current = folder.parent.name, folder.name, folder.parents[1] / "CURRENT.json"
    folder.mkdir(parents=True)
    served = json.loads(current.read_text()) if current.exists() else {}
    current.write_text(json.dumps({**served, name: version}))
    (folder / "model.onnx").write_bytes(network)
    np.savez(folder / "golden.npz", inputs=golden[0], logits=golden[1])
    manifest = {
        "schema": 1,
        "name": name,
        "version": version,
        "created_at": "2026-01-31T12:00:00+00:00",
        **told,
        "golden": {"file": "golden.npz", "tolerance": 1e-3},
        "training": {"preset": "tiny"},
        "files": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    sign(folder)
    return folder


def _network(classes: int) -> bytes:
    return _pack(
        [
            helper.make_node("Flatten", ["picture"], ["flat"], axis=1),
            helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
        ],
        (["N", 28, 28, 1], ["N", classes]),
        np.ascontiguousarray(WEIGHTS[:, :classes]),
    )


def _line_network() -> bytes:
    return _pack(
        [
            helper.make_node("Transpose", ["picture"], ["planes"], perm=[0, 3, 1, 2]),
            helper.make_node("Conv", ["planes", "weights"], ["columns"], strides=[32, 4]),
            helper.make_node("Transpose", ["columns"], ["steps"], perm=[0, 2, 3, 1]),
            helper.make_node("Squeeze", ["steps", "axis"], ["logits"]),
        ],
        (["N", 32, "W", 1], ["N", "T", len(LINE_CLASSES)]),
        LINE_WEIGHTS[:, None],
        numpy_helper.from_array(np.array([1], np.int64), "axis"),
    )


def _pack(
    nodes: Sequence[NodeProto],
    shapes: tuple[Sequence[str | int], Sequence[str | int]],
    weights: np.ndarray,
    *constants: TensorProto,
) -> bytes:
    taken, given = shapes
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, taken)],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, given)],
        [numpy_helper.from_array(weights, "weights"), *constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return bytes(model.SerializeToString())
