"""Legible beside other readers, on the same pictures in one run: `make bench-peers`.

Peers: Tesseract with a list of allowed symbols, in five page modes, and RapidOCR, as recognition
alone (the picture is one line) and whole. Each runs in a process of its own on one thread; they
take turns picture by picture, so that what else the machine does disturbs all alike. Nothing is
enlarged or cleaned before: all get the file.
"""

# The trainer is checked with its own settings, and carries no marker of types.
# mypy: disable-error-code="import-untyped"

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.peer_scores import Answer, Score, best_mode, ratios, score, table, tidy
from bench.peer_sets import SETS, Sample, load_set
from trainer.data import DataError, data_folder

_ROOT = Path(__file__).resolve().parents[2]
_WORKER = Path(__file__).with_name("peer_worker.py")
_MARKS = ("<!-- peers -->", "<!-- /peers -->")
_BLANK = b"P5 32 32 255\n" + b"\xff" * 32 * 32
_BASE = "RapidOCR, recognition alone"
_TESSERACT = "Tesseract"


class PeerError(Exception):
    """A peer cannot be measured, and what to do."""


@dataclass(frozen=True)
class Peer:
    """`name` as the worker knows it, `title` in the table; not all can read every set."""

    name: str
    title: str
    sets: tuple[str, ...] = tuple(SETS)


_PEERS = (
    Peer("legible", "Legible"),
    *(Peer(f"tesseract-{mode}", f"{_TESSERACT}, page mode {mode}") for mode in (6, 7, 8, 10, 13)),
    # A sheet is not one line.
    Peer("rapidocr-line", _BASE, ("cells", "strings", "singles")),
    Peer("rapidocr-page", "RapidOCR, whole pipeline"),
)


class Worker:
    """A peer's process, see `peer_worker.py`."""

    def __init__(self, peer: Peer, python: Path) -> None:
        """Start it.

        Raises:
            PeerError: it did not come up.
        """
        self._peer = peer
        self._process = subprocess.Popen(
            [python, _WORKER, peer.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"},
        )
        self.version = str(self._hear()["version"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        # Waits, and closes both pipes.
        self._process.communicate()

    def ask(self, file: Path) -> Answer:
        """Read one file.

        Raises:
            PeerError: the process is gone.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{file}\n")
        self._process.stdin.flush()
        return Answer(**self._hear())

    def finish(self) -> float:
        """The most megabytes that it held; it takes no more files."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.stdin = None
        return float(self._hear()["peak_mb"])

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise PeerError(f"{self._peer.title} ended early; what it said of that is above.")
        told: dict[str, Any] = json.loads(line)
        return told


def measure(
    name: str, samples: Sequence[Sample], pythons: dict[str, Path], blank: Path
) -> tuple[list[Score], list[dict[str, Any]]]:
    """Let all peers read a set, picture by picture.

    Args:
        name: of the set.
        samples: its pictures.
        pythons: what to run a peer with, by the first part of its name.
        blank: a picture without anything.

    Returns:
        The score of each peer, and for each picture what each said.

    Raises:
        PeerError: a peer's process is gone.
    """
    peers = [peer for peer in _PEERS if name in peer.sets]
    with ExitStack() as stack:
        workers = [
            stack.enter_context(Worker(peer, pythons[peer.name.partition("-")[0]]))
            for peer in peers
        ]
        for worker in workers:
            # Networks are loaded when they are first used.
            worker.ask(samples[0].file)
        blanks = [min(worker.ask(blank).ms for _ in range(3)) for worker in workers]
        told: list[list[Answer]] = []
        for sample in samples:
            told.append([worker.ask(sample.file) for worker in workers])
            _show_progress(name, len(told), len(samples))
        peaks = [worker.finish() for worker in workers]
    texts = [sample.text for sample in samples]
    scores = [
        score((name, peer.title, worker.version), texts, answers, blank_ms=blank_ms, peak_mb=peak)
        for peer, worker, answers, blank_ms, peak in zip(
            peers, workers, zip(*told, strict=True), blanks, peaks, strict=True
        )
    ]
    return scores, _readings(name, samples, [peer.title for peer in peers], told)


def keep_best(scores: Sequence[Score]) -> list[Score]:
    """Of Tesseract's page modes in each set only the best, the order otherwise kept."""
    kept = []
    for name in dict.fromkeys(each.set for each in scores):
        mine = [each for each in scores if each.set == name]
        best = best_mode([each for each in mine if each.peer.startswith(_TESSERACT)])
        kept += [each for each in mine if each is best or not each.peer.startswith(_TESSERACT)]
    return kept


def write_between_marks(readme: Path, text: str) -> None:
    """Put the table into a file, in place of what stands between the marks."""
    start, end = _MARKS
    page = readme.read_text(encoding="utf-8")
    pattern = f"{re.escape(start)}.*?{re.escape(end)}"
    block = f"{start}\n\n{text}\n\n{end}"
    readme.write_text(re.sub(pattern, lambda _: block, page, flags=re.DOTALL), encoding="utf-8")


def check(options: argparse.Namespace) -> None:
    """Find out what is missing before anything takes time.

    Raises:
        PeerError: what, and what to do.
    """
    if shutil.which("tesseract") is None or not options.rapidocr_python.is_file():
        raise PeerError("Tesseract or RapidOCR is not installed. `make bench-peers` does that.")
    if options.readme is not None:
        page = options.readme.read_text(encoding="utf-8")
        if not re.search(".*".join(map(re.escape, _MARKS)), page, re.DOTALL):
            raise PeerError(f"{options.readme} has no lines {_MARKS[0]} and {_MARKS[1]}. Add them.")


def run(options: argparse.Namespace) -> None:
    """Measure, and write all that was asked for."""
    check(options)
    own = Path(sys.executable)
    pythons = {"legible": own, "tesseract": own, "rapidocr": options.rapidocr_python}
    scores: list[Score] = []
    readings: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.pgm"
        blank.write_bytes(_BLANK)
        for name in options.sets:
            samples = load_set(name, data_folder(), Path(folder), options.limit)
            more_scores, more_readings = measure(name, samples, pythons, blank)
            scores += more_scores
            readings += more_readings
    best = keep_best(scores)
    print(table(best))
    print(f"\n{ratios(best, _BASE)}")
    if options.readme is not None:
        write_between_marks(options.readme, table(best))
    if options.out is not None:
        told = {
            "table": [each.to_dict() for each in best],
            "all": [each.to_dict() for each in scores],
            "readings": readings,
        }
        options.out.write_text(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def _readings(
    name: str, samples: Sequence[Sample], titles: Sequence[str], told: Sequence[Sequence[Answer]]
) -> list[dict[str, Any]]:
    """For each picture what each peer said, or why it could not."""
    return [
        {
            "set": name,
            "file": sample.name,
            "text": sample.text,
            "said": {
                title: answer.error or tidy(answer.text)
                for title, answer in zip(titles, answers, strict=True)
            },
        }
        for sample, answers in zip(samples, told, strict=True)
    ]


def _show_progress(name: str, done: int, total: int) -> None:
    if sys.stderr.isatty() or done == total:
        end = "\n" if done == total else ""
        print(f"\r{name}: {done} of {total}", end=end, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", choices=tuple(SETS), default=list(SETS))
    parser.add_argument("--limit", type=int, help="at most so many pictures of each set")
    parser.add_argument("--out", type=Path, help="JSON file of all figures and readings")
    parser.add_argument(
        "--readme",
        type=Path,
        nargs="?",
        const=_ROOT / "README.md",
        help=f"write the table between {' and '.join(_MARKS)} of this file (README.md)",
    )
    parser.add_argument(
        "--rapidocr-python",
        type=Path,
        default=_ROOT / ".venv-peers" / "bin" / "python",
        help="the Python that has RapidOCR",
    )
    options = parser.parse_args()
    if options.limit is not None and options.limit < 1:
        parser.error("--limit: expected 1 or more")
    try:
        run(options)
    except (PeerError, DataError) as error:
        sys.exit(f"bench-peers: {error}")


if __name__ == "__main__":
    main()
