"""How far reading is from the networks alone: `make bench`.

One thread, turns taken between the cases so that what else the machine does disturbs all alike;
every figure is a median of processor time. Inside the networks is the time in the runtime's `run`.
The networks alone are given what the reader gave them, all pictures of the case at once: no reader
that asks the same networks the same can be faster. Tesseract and RapidOCR are measured beside it
where `make bench-peers` has installed them.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.peers import Peer, Worker
from legible.local import SHIPPED_MODELS
from legible.reader.bundle import Bundle, Floats
from legible.reader.line import stack_lines
from legible.reader.reader import Reader
from tests.images import add_grain, draw_text, encode, shade

_ROUNDS, _PEER_ROUNDS = 9, 5
_CELLS = 64
# Runs drawn together when the line network is asked alone; more at once are no faster.
_TOGETHER = 16
_PEERS_PYTHON = Path(__file__).resolve().parents[2] / ".venv-peers" / "bin" / "python"


@dataclass(frozen=True)
class Case:
    """Pictures that are read one after the other, as the batch endpoint does; `bar`: the least
    share of the time inside the networks that is asked for."""

    name: str
    files: Sequence[bytes]
    bar: float | None = None


@dataclass
class Times:
    """Milliseconds of each round: reading, inside the networks meanwhile, the networks alone."""

    reading: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)


def make_cases() -> list[Case]:
    """The pictures, drawn."""
    digit = draw_text("7", height_px=20, pen_px=3, margin_px=4)
    sheet = draw_text("\n".join(["0123456789"] * 10), height_px=210, pen_px=16, gap=1.1)
    numbers = np.random.default_rng(1).integers(0, 1000, _CELLS)
    cells = [_draw_cell(f"{number:03}", seed) for seed, number in enumerate(numbers)]
    return [
        Case("a digit, 28 x 28 PNG", [encode(digit)]),
        Case("a cell of 3 digits, 60 x 34 JPEG", cells[:1], 0.6),
        Case(f"{_CELLS} cells, one after the other", cells, 0.5),
        Case("a sheet of 100 digits, 12 megapixel JPEG", [encode(shade(sheet), "JPEG")]),
    ]


def _draw_cell(text: str, seed: int) -> bytes:
    drawn = draw_text(text, height_px=20, pen_px=2, margin_px=7, gap=0.2)
    return encode(add_grain(drawn, 4, seed), "JPEG")


@contextmanager
def listening(heard: list[tuple[Bundle, Floats, float]]) -> Iterator[None]:
    """Notes what the networks are asked, and the milliseconds that it takes."""
    run = Bundle.run

    def timed(bundle: Bundle, batch: Floats) -> Floats:
        start = time.process_time()
        answer = run(bundle, batch)
        heard.append((bundle, batch, (time.process_time() - start) * 1e3))
        return answer

    Bundle.run = timed  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Bundle.run = run  # type: ignore[method-assign]


def together(heard: Sequence[tuple[Bundle, Floats, float]]) -> list[tuple[Bundle, Floats]]:
    """The same questions in the fewest batches: pictures of one size, runs of about one width."""
    asked: list[tuple[Bundle, Floats]] = []
    for bundle in dict.fromkeys(bundle for bundle, _, _ in heard):
        batches = [batch for asked_of, batch, _ in heard if asked_of is bundle]
        pictures = sorted((one for batch in batches for one in batch), key=lambda one: one.shape)
        for at in range(0, len(pictures), _TOGETHER):
            lines = [one[:, :, 0] for one in pictures[at : at + _TOGETHER]]
            asked.append((bundle, stack_lines(lines)))
    return asked


def measure(reader: Reader, cases: Sequence[Case]) -> list[Times]:
    """Read all, in turns."""
    times = [Times() for _ in cases]
    for _ in range(_ROUNDS):
        for case, each in zip(cases, times, strict=True):
            heard: list[tuple[Bundle, Floats, float]] = []
            with listening(heard):
                each.reading.append(_milliseconds(lambda case=case: _read(reader, case)))  # type: ignore[misc]
            each.inside.append(sum(spent for _, _, spent in heard))
            asked = together(heard)
            each.alone.append(_milliseconds(lambda asked=asked: _ask(asked)))  # type: ignore[misc]
    return times


def _read(reader: Reader, case: Case) -> None:
    for file in case.files:
        reader.read(file)


def _ask(asked: Sequence[tuple[Bundle, Floats]]) -> None:
    for bundle, batch in asked:
        bundle.run(batch)


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def measure_peers(cases: Sequence[Case]) -> list[tuple[str, str, float, float]]:
    """Case, peer, Legible's milliseconds and the peer's; nothing where none is installed."""
    if shutil.which("tesseract") is None or not _PEERS_PYTHON.is_file():
        return []
    own = Path(sys.executable)
    legible = (Peer("legible", "Legible"), own)
    modes = {cases[1].name: ("7", "rapidocr-line"), cases[3].name: ("6", "rapidocr-page")}
    found: list[tuple[str, str, float, float]] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for case in (cases[1], cases[3]):
            file = Path(folder) / f"{len(found)}.jpg"
            file.write_bytes(case.files[0])
            mode, rapid = modes[case.name]
            peers = [
                legible,
                (Peer(f"tesseract-{mode}", "Tesseract"), own),
                (Peer(rapid, "RapidOCR"), _PEERS_PYTHON),
            ]
            workers = [stack.enter_context(Worker(peer, python)) for peer, python in peers]
            told = [[worker.ask(file).ms for worker in workers] for _ in range(_PEER_ROUNDS)]
            ours, *others = (statistics.median(column) for column in zip(*told, strict=True))
            for (peer, _), theirs in zip(peers[1:], others, strict=True):
                found.append((case.name, peer.title, ours, theirs))
    return found


def tell(cases: Sequence[Case], times: Sequence[Times]) -> list[dict[str, str | None]]:
    """Rows of the table."""
    rows: list[dict[str, str | None]] = []
    for case, each in zip(cases, times, strict=True):
        reading, alone = statistics.median(each.reading), statistics.median(each.alone)
        share = statistics.median(
            inside / total for inside, total in zip(each.inside, each.reading, strict=True)
        )
        bar = None if case.bar is None else f">= {case.bar:.0%} inside the networks"
        bar = "<= 400 ms" if "12 megapixel" in case.name else bar
        rows.append(
            {
                "case": case.name,
                "legible": f"{reading:.2f} ms, {share:.0%} inside the networks",
                "reference": f"the networks alone, all at once: {alone:.2f} ms",
                "ratio": f"{reading / alone:.1f}",
                "bar": bar,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="file for the rows")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    reader = Reader.open(SHIPPED_MODELS, time.process_time)
    cases = make_cases()
    _read(reader, cases[1])
    rows = tell(cases, measure(reader, cases))
    rows += [
        {
            "case": case,
            "legible": f"{ours:.1f} ms",
            "reference": f"{title}: {theirs:.1f} ms",
            "ratio": f"{theirs / ours:.1f} x as fast",
            "bar": None,
        }
        for case, title, ours, theirs in measure_peers(cases)
    ]
    for row in rows:
        print(f"{row['case']:42}{row['legible']:38}{row['reference']:46}{row['ratio']:>6}")
    _print_steps(reader, cases)
    if options.json is not None:
        told = {"title": "The reader in process, one thread", "rows": rows}
        options.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _print_steps(reader: Reader, cases: Sequence[Case]) -> None:
    print("\nshare of the time by step")
    for case in cases:
        steps = dict(reader.read(case.files[0]).timing_ms)
        total = steps.pop("total")
        shares = ", ".join(f"{step} {ms / total:.0%}" for step, ms in steps.items())
        print(f"{case.name:42}{shares}")


if __name__ == "__main__":
    main()
