"""How far reading is from the network alone: `make bench`.

One thread, turns taken between the cases so that what else the machine does disturbs all alike.
Every figure is a median; the last column is the one to compare: time for each digit as a multiple
of the network's own time for a digit at its best batch size, within this run.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from legible.local import SHIPPED_MODELS
from legible.reader.bundle import Bundle
from legible.reader.digit import DigitModel
from legible.reader.reader import Reader
from tests.images import draw_text, encode, shade

_ROUNDS = 15
_BATCH = 64


def main() -> None:
    cv2.setNumThreads(1)
    model = DigitModel(Bundle.open(SHIPPED_MODELS, "digit"))
    reader = Reader.open(SHIPPED_MODELS, time.perf_counter)
    sheet = "\n".join("0123456789" for _ in range(10))
    pictures = {
        "a digit, 28 x 28 PNG": (encode(draw_text("7", height_px=20, pen_px=3, margin_px=4)), 1),
        "a digit, 400 x 400 JPEG": (encode(shade(draw_text("7", height_px=250)), "JPEG"), 1),
        "three digits, a cell of 60 x 34 JPEG": (
            encode(draw_text("245", height_px=20, pen_px=2, margin_px=7, gap=0.2), "JPEG"),
            3,
        ),
        "five digits, 100 px high PNG": (encode(draw_text("04103")), 5),
        "a sheet of 100 digits, 12 megapixel JPEG": (
            encode(shade(draw_text(sheet, height_px=210, pen_px=16, gap=1.1)), "JPEG"),
            100,
        ),
    }
    batch = np.random.default_rng(1).random((_BATCH, 28, 28, 1), np.float32)
    cases: dict[str, tuple[Callable[[], object], int]] = {
        f"the network alone, batch of {_BATCH}": (lambda: model.probabilities(batch), _BATCH),
        "the network alone, batch of 1": (lambda: model.probabilities(batch[:1]), 1),
    }
    for name, (data, digits) in pictures.items():
        cases[name] = (lambda data=data: reader.read(data), digits)  # type: ignore[misc]
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(_ROUNDS):
        for name, (run, _digits) in cases.items():
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    _print_table({name: (times[name], cases[name][1]) for name in cases})
    _print_steps(reader, {name: data for name, (data, _) in pictures.items()})


def _print_table(results: dict[str, tuple[list[float], int]]) -> None:
    least = min(statistics.median(times) / digits for times, digits in results.values())
    print(f"{'':45}{'ms':>10}{'ms a digit':>12}{'x network':>11}")
    for name, (times, digits) in results.items():
        each = statistics.median(times) / digits
        print(f"{name:45}{each * digits:10.2f}{each:12.3f}{each / least:11.1f}")


def _print_steps(reader: Reader, pictures: dict[str, bytes]) -> None:
    print("\nshare of the time by step")
    for name, data in pictures.items():
        steps = dict(reader.read(data).timing_ms)
        total = steps.pop("total")
        shares = ", ".join(f"{step} {ms / total:.0%}" for step, ms in steps.items())
        print(f"{name:45}{shares}")


if __name__ == "__main__":
    main()
