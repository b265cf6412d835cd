"""A whole bundle around the smallest network that takes a digit: one matrix product."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

WEIGHTS = np.random.default_rng(7).normal(0, 0.2, (784, 10)).astype(np.float32)


def expected_logits(batch: np.ndarray) -> np.ndarray:
    """What the tiny network computes, by numpy."""
    return batch.reshape(-1, 784) @ WEIGHTS


def write_bundle(models_dir: Path, *, version: str = "1.0.0", temperature: float = 2.0) -> Path:
    """Write `CURRENT.json` and `digit/<version>/`; returns the latter."""
    folder = models_dir / "digit" / version
    folder.mkdir(parents=True)
    (models_dir / "CURRENT.json").write_text(json.dumps({"digit": version}))
    (folder / "model.onnx").write_bytes(_network())
    inputs = np.random.default_rng(8).random((3, 28, 28, 1), np.float32)
    np.savez(folder / "golden.npz", inputs=inputs, logits=expected_logits(inputs))
    manifest = {
        "schema": 1,
        "name": "digit",
        "version": version,
        "created_at": "2026-01-31T12:00:00+00:00",
        "input_shape": [28, 28, 1],
        "output_shape": [10],
        "classes": list("0123456789"),
        "preprocessing": {"side_px": 28, "box_px": 20, "stroke_px": [1.5, 4.0]},
        "calibration": {"temperature": temperature},
        "thresholds": {"read": 0.8, "unreadable": 0.4},
        "golden": {"file": "golden.npz", "tolerance": 1e-3},
        "training": {"preset": "tiny"},
        "files": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    sign(folder)
    return folder


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


def _network() -> bytes:
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["picture"], ["flat"], axis=1),
            helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["N", 28, 28, 1])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 10])],
        [numpy_helper.from_array(WEIGHTS, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    return bytes(model.SerializeToString())
