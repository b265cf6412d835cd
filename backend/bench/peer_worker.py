"""One reader of `peers.py` in a process of its own: files in, texts out, a JSON object a line.

    python peer_worker.py legible | tesseract-MODE | rapidocr-line | rapidocr-page

Tells `{"version"}` first, then for each file's path that comes in
`{"text", "ms", "cpu_ms", "error"}`, and `{"peak_mb"}` when no more come. Runs under the Python that
has the reader installed and imports what that reader needs and no more: the memory is the reader's
own. Linux and macOS.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

# A version and what reads a file. Reading raises whatever the peer raises.
Peer = tuple[str, Callable[[str], str]]

_SYMBOLS = "0123456789.,-"
_KIB = 1024


def open_legible() -> Peer:
    import_module("cv2").setNumThreads(1)
    local = import_module("legible.local")
    types = import_module("legible.reader.types")
    errors = import_module("legible.reader.errors")
    models = Path(os.environ.get("LEGIBLE_MODELS_DIR") or local.SHIPPED_MODELS)
    reader = import_module("legible.reader.reader").Reader.open(models)
    options = types.ReadOptions(symbols="number")
    try:
        reader.check(options)
    except errors.UnsupportedSymbols:
        options = types.ReadOptions(symbols="digits")
    names = ", ".join(f"{name} {version}" for name, version in reader.models.items())

    def read(file: str) -> str:
        return str(reader.read(Path(file).read_bytes(), options).text)

    return f"{names}, symbols={options.symbols}", read


def open_tesseract(mode: str) -> Peer:
    """Tesseract's command, started anew for each file: there is no other way to it without code."""
    told = subprocess.run(["tesseract", "--version"], check=True, capture_output=True, text=True)
    options = ["--psm", mode, "-c", f"tessedit_char_whitelist={_SYMBOLS}"]

    def read(file: str) -> str:
        run = subprocess.run(
            ["tesseract", file, "stdout", *options], check=True, capture_output=True
        )
        return run.stdout.decode(errors="replace")

    return (told.stdout or told.stderr).split()[1], read


def open_rapidocr(part: str) -> Peer:
    """RapidOCR with the networks of its own package. It knows no list of allowed symbols."""
    import_module("cv2").setNumThreads(1)
    engine = import_module("rapidocr").RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "error",
        }
    )

    def read_line(file: str) -> str:
        return "".join(engine(file, use_det=False, use_cls=False).txts or ())

    def read_page(file: str) -> str:
        found = engine(file)
        return "" if found.txts is None else join_rows(found.boxes.tolist(), found.txts)

    # Which networks these are is what matters more than the package's version.
    networks = "-".join(str(engine.cfg.Rec[key].value) for key in ("ocr_version", "model_type"))
    return f"{metadata.version('rapidocr')}, {networks}", {"line": read_line, "page": read_page}[
        part
    ]


def join_rows(boxes: Sequence[Sequence[Sequence[float]]], texts: Sequence[str]) -> str:
    """Rows from the top, each from the left.

    Args:
        boxes: four corners [x, y] each.
        texts: what each box says.
    """
    rows: list[list[tuple[float, float, str]]] = []  # left, middle and text of each box
    for box, text in sorted(zip(boxes, texts, strict=True), key=lambda pair: _middle(pair[0])):
        middle = _middle(box)
        high = max(y for _, y in box) - min(y for _, y in box)
        entry = (min(x for x, _ in box), middle, text)
        if rows and middle - statistics.fmean(each[1] for each in rows[-1]) < high / 2:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return "\n".join("".join(text for _, _, text in sorted(row)) for row in rows)


def _middle(box: Sequence[Sequence[float]]) -> float:
    return statistics.fmean(y for _, y in box)


_PEERS: dict[str, Callable[[str], Peer]] = {
    "legible": lambda _: open_legible(),
    "tesseract": open_tesseract,
    "rapidocr": open_rapidocr,
}


def main() -> None:
    # What libraries print must not come between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    name, _, part = sys.argv[1].partition("-")
    version, read = _PEERS[name](part)
    print(json.dumps({"version": version}), file=answers)
    for line in sys.stdin:
        print(json.dumps(_answer(read, line.rstrip("\n"))), file=answers)
    print(json.dumps({"peak_mb": peak_mb()}), file=answers)


def _answer(read: Callable[[str], str], file: str) -> dict[str, Any]:
    text, error = "", None
    cpu, start = _cpu_seconds(), time.perf_counter()
    try:
        text = read(file)
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
    ms, cpu_ms = (time.perf_counter() - start) * 1e3, (_cpu_seconds() - cpu) * 1e3
    return {"text": text, "ms": ms, "cpu_ms": cpu_ms, "error": error}


def _cpu_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_mb() -> float:
    """The most that this process held, or a program that it started."""
    # Bytes on macOS, else KiB.
    unit = 1 if sys.platform == "darwin" else _KIB
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    status = Path("/proc/self/status")
    if status.is_file():
        # The figure above counts, on Linux, what our parent held when it started us.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        own = int(line.split()[1]) * _KIB
    return float(max(own, started) / 2**20)


if __name__ == "__main__":
    main()
