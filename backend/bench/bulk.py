"""`legible bulk` on local Ray against plain processes on the same cores and the same cells.

Plain processes are the least there can be: one for each core, each opens the networks once and
reads its share of the files, and what it read is dropped. Turns are taken, and the ratio is that of
the whole time, start included; the start is also told apart.

    python backend/bench/bulk.py --files 20000 --rounds 1
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from legible.local import SHIPPED_MODELS
from legible.reader.reader import Reader
from tests.images import draw_text, encode

_BAR = 0.85
_NOISE = 4.0
_COMMAND = [sys.executable, "-c", "import sys; from legible.cli import main; sys.exit(main())"]

_reader: Reader


def main() -> None:
    parser = argparse.ArgumentParser(description="Many cells, on Ray and by plain processes.")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="legible-bench-") as folder:
        cells = Path(folder) / "cells"
        _make_cells(cells, asked.files)
        ray, plain = [], []
        for number in range(asked.rounds):
            plain.append(_time_plain(cells, asked.jobs))
            ray.append(_time_ray(cells, Path(folder) / f"out-{number}", asked.jobs))
        one = Path(folder) / "one"
        one.mkdir()
        shutil.copy(next(cells.iterdir()), one)
        start = _time_ray(one, Path(folder) / "start", asked.jobs)
    _tell(asked, ray, plain, start)


def _make_cells(folder: Path, count: int) -> None:
    """Write so many cells, each with a noise of its own: clinic cells if there are, or drawn."""
    data = os.environ.get("LEGIBLE_DATA")
    found = sorted(Path(data, "clinic_cells").rglob("*.jpg")) if data else []
    pictures = [np.asarray(Image.open(path).convert("RGB")) for path in found] or [
        np.repeat(draw_text(str(text), height_px=20, pen_px=2, margin_px=7)[..., None], 3, 2)
        for text in range(100, 400)
    ]
    folder.mkdir()
    chance = np.random.default_rng(1)
    for number in range(count):
        picture = pictures[number % len(pictures)]
        noisy = np.clip(picture + chance.normal(0, _NOISE, picture.shape), 0, 255)
        content = encode(Image.fromarray(noisy.astype(np.uint8)), "JPEG", quality=90)
        (folder / f"{number:06}.jpg").write_bytes(content)


def _time_ray(cells: Path, out: Path, jobs: int) -> float:
    start = time.perf_counter()
    subprocess.run(
        [*_COMMAND, "bulk", str(cells), str(out), "--jobs", str(jobs)],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def _time_plain(cells: Path, jobs: int) -> float:
    start = time.perf_counter()
    files = sorted(map(str, cells.iterdir()))
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_open) as pool:
        read = sum(pool.map(_read, files, chunksize=64))
    assert read == len(files)
    return time.perf_counter() - start


def _open() -> None:
    global _reader  # noqa: PLW0603  a pool's processes have no other place for it
    cv2.setNumThreads(1)
    _reader = Reader.open(SHIPPED_MODELS, time.perf_counter)


def _read(file: str) -> bool:
    return bool(_reader.read(Path(file).read_bytes()).status)


def _tell(asked: argparse.Namespace, ray: list[float], plain: list[float], start: float) -> None:
    files, jobs, out = asked.files, asked.jobs, asked.json
    ratio = statistics.median(plain) / statistics.median(ray)
    # One file costs the start of Ray, the networks and the end.
    going = statistics.median(plain) / max(1e-9, statistics.median(ray) - start)
    fast, least = (files / statistics.median(times) for times in (ray, plain))
    reference = f"plain processes: {least:.1f} cells/s"
    rows: list[dict[str, str | None]] = [
        {
            "case": f"legible bulk, {files:,} cells, {jobs} cores, whole run",
            "legible": f"{fast:.1f} cells/s",
            "reference": reference,
            "ratio": f"{ratio:.0%}",
            "bar": f"≥ {_BAR:.0%} (20,000 cells)",
        },
        {
            "case": f"the same without the {start:.1f} s of a run with one file",
            "legible": f"{files / max(1e-9, statistics.median(ray) - start):.1f} cells/s",
            "reference": reference,
            "ratio": f"{going:.0%}",
            "bar": None,
        },
    ]
    for row in rows:
        print(f"{row['case']:62}{row['legible']:>16}  {row['reference']!s:34}{row['ratio']:>6}")
    print(
        "each round in s: "
        + ", ".join(f"{p:.1f} / {r:.1f}" for p, r in zip(plain, ray, strict=True))
    )
    if out is not None:
        title = "Many files: Ray against plain processes"
        out.write_text(json.dumps({"title": title, "rows": rows}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
