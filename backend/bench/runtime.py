"""Which inference runtime serves the digit network best: speed, memory, size and accuracy.

Measures the network that `models/` serves, on one thread, through ONNX Runtime, OpenVINO, LiteRT
and Keras' own `predict`, in every precision that each offers here. The runtimes that are not
served are installed for this alone, in an environment of its own:

    python3 -m venv var/bench
    var/bench/bin/pip install -e backend -e training openvino ai-edge-litert
    var/bench/bin/python backend/bench/runtime.py

Turns are taken between all variants and the best of them counts, so that what else the machine
does disturbs all alike: compare the ratios of one run. Libraries are imported where they are used:
a process then holds the runtime whose memory it measures, and no other. Decision: ADR 0001.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
import psutil

# One thread everywhere, before any library starts its own.
os.environ.update(OMP_NUM_THREADS="1", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")

Run = Callable[[np.ndarray], np.ndarray]

_MODELS = Path(__file__).parents[2] / "models"
_BATCHES = (1, 64)
_TURNS = 40
_SECONDS_PER_TURN = 0.02
_CALIBRATION_DIGITS = 500


def onnxruntime_session(model: Path) -> Run:
    onnxruntime = import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # As the service sets it, see legible.reader.bundle.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda batch: session.run(None, {"picture": batch})[0]


def openvino_model(model: Path, precision: str = "f32") -> Run:
    core = import_module("openvino").Core()
    network = core.read_model(model)
    config = {
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": precision,
    }
    request = core.compile_model(network, "CPU", config).create_infer_request()
    return lambda batch: request.infer({0: batch})[0].copy()


def litert_model(model: Path) -> Run:
    interpreter = import_module("ai_edge_litert.interpreter").Interpreter(str(model), num_threads=1)
    interpreter.allocate_tensors()

    def run(batch: np.ndarray) -> np.ndarray:
        taken = interpreter.get_input_details()[0]
        if tuple(taken["shape"]) != batch.shape:
            interpreter.resize_tensor_input(taken["index"], batch.shape)
            interpreter.allocate_tensors()
        interpreter.set_tensor(taken["index"], batch)
        interpreter.invoke()
        return np.asarray(interpreter.get_tensor(interpreter.get_output_details()[0]["index"]))

    return run


def keras_model(model: Path) -> Run:
    network = import_module("keras").saving.load_model(model, compile=False)
    return lambda batch: network.predict(batch, batch_size=len(batch), verbose=0)


# Name, precision, file, how it is loaded.
_VARIANTS: tuple[tuple[str, str, str, Callable[[Path], Run]], ...] = (
    ("onnxruntime", "fp32", "model.onnx", onnxruntime_session),
    ("onnxruntime", "int8", "int8.onnx", onnxruntime_session),
    ("openvino", "fp32", "model.onnx", openvino_model),
    ("openvino", "bf16", "model.onnx", lambda model: openvino_model(model, "bf16")),
    ("openvino", "int8", "int8.onnx", openvino_model),
    ("ai-edge-litert", "fp32", "fp32.tflite", litert_model),
    ("ai-edge-litert", "int8", "int8.tflite", litert_model),
    ("keras predict", "fp32", "model.keras", keras_model),
)


def quantise_onnx(source: Path, target: Path, digits: np.ndarray) -> None:
    """Static int8, weights per channel; OpenVINO reads the same file."""
    quantization = import_module("onnxruntime.quantization")
    parts = iter(np.array_split(digits, 10))

    def next_part(_reader: object) -> dict[str, np.ndarray] | None:
        part = next(parts, None)
        return None if part is None else {"picture": part}

    # Its base class is known only here, where the runtime is imported.
    reader = type("Reader", (quantization.CalibrationDataReader,), {"get_next": next_part})
    quantization.quantize_static(
        source, target, reader(), quant_format=quantization.QuantFormat.QDQ, per_channel=True
    )


def convert_litert(source: Path, target: Path, digits: np.ndarray | None) -> None:
    """The Keras network for LiteRT; int8 inside where digits to calibrate with are given."""
    tensorflow = import_module("tensorflow")
    network = import_module("keras").saving.load_model(source, compile=False)
    converter = tensorflow.lite.TFLiteConverter.from_keras_model(network)
    if digits is not None:
        converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([digit[np.newaxis]] for digit in digits)
    target.write_bytes(converter.convert())


def measure(runs: list[Run], batch: np.ndarray) -> list[float]:
    """Best milliseconds per picture of each, taking turns."""
    best = [np.inf] * len(runs)
    for run in runs:
        run(batch)
    for _ in range(_TURNS):
        for index, run in enumerate(runs):
            end = time.perf_counter() + _SECONDS_PER_TURN
            while (started := time.perf_counter()) < end:
                run(batch)
                best[index] = min(best[index], time.perf_counter() - started)
    return [seconds * 1e3 / len(batch) for seconds in best]


def logits_of(run: Run, images: np.ndarray) -> np.ndarray:
    return np.concatenate([run(images[at : at + 64]) for at in range(0, len(images), 64)])


def measure_memory(index: int, folder: Path) -> int:
    """Megabytes that a fresh process holds more after loading a variant and 200 mixed batches."""
    told = subprocess.run(
        [sys.executable, __file__, "--memory-of", str(index), "--work", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(json.loads(told.stdout.splitlines()[-1]))


def report_memory(index: int, folder: Path) -> None:
    process = psutil.Process()
    before = process.memory_info().rss
    _, _, file, load = _VARIANTS[index]
    run = load(folder / file)
    rng = np.random.default_rng(1)
    for count in rng.integers(1, 65, 200):
        run(rng.random((count, 28, 28, 1), np.float32))
    print(json.dumps((process.memory_info().rss - before) // 2**20))


def installed_mb(name: str) -> int:
    """What the distribution alone takes on disk, without what it depends on."""
    files = metadata.files("tensorflow" if name.startswith("keras") else name) or []
    paths = [Path(str(file.locate())) for file in files]
    return sum(path.stat().st_size for path in paths if path.is_file()) // 2**20


def prepare(models: Path, folder: Path) -> Any:
    """Put every file that a variant loads into `folder`; returns the validation digits."""
    version = json.loads((models / "CURRENT.json").read_text())["digit"]
    bundle = models / "digit" / version
    preset = import_module("trainer.config").PRESETS["digit"]
    training, validation = import_module("trainer.train").training_parts(preset)
    digits = training.images[:_CALIBRATION_DIGITS]
    for name in ("model.onnx", "model.keras"):
        (folder / name).write_bytes((bundle / name).read_bytes())
    quantise_onnx(folder / "model.onnx", folder / "int8.onnx", digits)
    convert_litert(folder / "model.keras", folder / "fp32.tflite", None)
    convert_litert(folder / "model.keras", folder / "int8.tflite", digits)
    print(f"digit {version}, {len(validation)} validation digits, one thread\n")
    return validation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=_MODELS)
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of is not None:
        report_memory(options.memory_of, options.work)
        return

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        validation = prepare(options.models, folder)
        runs = [load(folder / file) for _, _, file, load in _VARIANTS]
        speeds = [measure(runs, validation.images[:count]) for count in _BATCHES]
        logits = [logits_of(run, validation.images) for run in runs]
        memory = [measure_memory(index, folder) for index in range(len(runs))]

    wrong = [int((each.argmax(axis=1) != validation.labels).sum()) for each in logits]
    moved = [float(np.abs(each - logits[0]).mean()) for each in logits]
    print_table(speeds, wrong, moved, memory)


def print_table(
    speeds: list[list[float]], wrong: list[int], moved: list[float], memory: list[int]
) -> None:
    print("| runtime | precision | ms, batch 1 | ms, batch 64 | ratio 1 | ratio 64 | wrong", end="")
    print(" | logits moved by | RSS MB | installed MB |\n|---|---|---|---|---|---|---|---|---|---|")
    for index, (name, precision, _, _) in enumerate(_VARIANTS):
        one, many = (column[index] for column in speeds)
        ratios = f"{one / speeds[0][0]:.2f} | {many / speeds[1][0]:.2f}"
        print(f"| {name} | {precision} | {one:.3f} | {many:.3f} | {ratios}", end="")
        print(f" | {wrong[index]} | {moved[index]:.1g} | {memory[index]}", end="")
        print(f" | {installed_mb(name)} |")


if __name__ == "__main__":
    main()
