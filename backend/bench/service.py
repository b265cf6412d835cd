"""The service beside an endpoint that does nothing, and beside the report's way: `make bench`.

`POST /readings` with a token, storage, database and the real networks; a digit, a cell of a form
and a sheet of 12 megapixels. Turns are taken between the servers, so that what else the machine
does disturbs all alike: compare the ratios of one run. All of it shares the machine with the client
(see `load.py`), whose share of one core is told.

    python backend/bench/service.py              # 2 workers, 8 clients
    python backend/bench/service.py --all        # 1 and 2 workers; 1, 8 and 32 clients
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import servers
from bench.drawn import draw_cases
from bench.servers import Server

_NAMES = {
    "digit": "a digit, 28 x 28 PNG",
    "cell": "a cell of three digits, JPEG",
    "sheet": "a sheet of 100 digits, 12 megapixel JPEG",
}
_ROUNDS = 4
_TURN_S = {"digit": 3.0, "cell": 3.0, "sheet": 20.0}
_BARE_TURN_S = 3.0
_REPORT_WAY_S = 15.0
_BARS = {"bare": 0.5, "report": 30.0}


@dataclass(frozen=True)
class Measured:
    """What one server did with one picture."""

    per_s: float
    p50_ms: float
    p99_ms: float
    statuses: Counter[int]
    client_share: float  # of one core

    @property
    def errors(self) -> int:
        return sum(count for status, count in self.statuses.items() if status != 201)

    def __str__(self) -> str:
        said = f"{self.per_s:.0f}/s" if self.per_s >= 10 else f"{self.per_s:.2f}/s"
        said += f", p50 {self.p50_ms:.0f} ms, p99 {self.p99_ms:.0f} ms"
        return said + (f", {dict(self.statuses)}" if self.errors else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="all clients and workers")
    parser.add_argument("--cases", nargs="+", choices=_NAMES, default=list(_NAMES))
    parser.add_argument("--clients", nargs="+", type=int, default=None)
    parser.add_argument("--workers", nargs="+", type=int, default=None)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--no-report", action="store_true", help="leave out the report's way")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    pictures = {case: picture for case, picture in draw_cases().items() if case in asked.cases}
    rows = []
    for workers in asked.workers or ([1, 2] if asked.all else [2]):
        for clients in asked.clients or ([1, 8, 32] if asked.all else [8]):
            rows += _measure(pictures, workers, clients, asked.rounds, not asked.no_report)
    if asked.json:
        told = {"title": "Through the API: `POST /readings`", "rows": rows}
        asked.json.write_text(json.dumps(told, indent=2))


def _measure(
    pictures: dict[str, bytes], workers: int, clients: int, rounds: int, with_report: bool
) -> list[dict[str, str | None]]:
    print(f"\n{workers} workers, {clients} clients")
    rows = []
    with ExitStack() as stack:
        ours = stack.enter_context(servers.legible(workers=workers))
        bare = stack.enter_context(servers.bare_endpoint(workers=workers))
        for case, picture in pictures.items():
            turns: list[tuple[Measured, Measured]] = []
            for _ in range(rounds if case != "sheet" else max(1, rounds // 2)):
                turn = _send(ours, picture, clients, _TURN_S[case])
                turns.append((turn, _send(bare, picture, clients, _BARE_TURN_S)))
            rows.append(_row(case, workers, clients, turns))
    if with_report:
        with (
            servers.legible(workers=workers) as ours,
            servers.report_way(workers=workers) as report,
        ):
            for case in [case for case in pictures if case != "sheet"]:
                old = _send(report, pictures[case], clients, _REPORT_WAY_S)
                new = _send(ours, pictures[case], clients, _REPORT_WAY_S / 2)
                rows.append(_report_row(case, workers, clients, new, old))
    return rows


def _row(
    case: str, workers: int, clients: int, turns: Sequence[tuple[Measured, Measured]]
) -> dict[str, str | None]:
    ours, bare = _together([ours for ours, _ in turns]), _together([bare for _, bare in turns])
    ratio = statistics.median(one.per_s / other.per_s for one, other in turns)
    print(f"{_NAMES[case]:45}{ours}   p99 / p50 {ours.p99_ms / ours.p50_ms:.1f}")
    print(f"{'  a bare endpoint':45}{bare}   ratio {ratio:.0%}")
    print(f"{'  the client, of one core':45}{ours.client_share:.0%}, {bare.client_share:.0%}")
    return {
        "case": f"{_NAMES[case]}; {clients} clients, {workers} workers",
        "legible": str(ours),
        "reference": f"an endpoint that only receives: {bare}",
        "ratio": f"{ratio:.0%}",
        "bar": None if case == "sheet" else f"{_BARS['bare']:.0%}",
    }


def _report_row(
    case: str, workers: int, clients: int, ours: Measured, report: Measured
) -> dict[str, str | None]:
    ratio = ours.per_s / report.per_s
    print(f"{_NAMES[case]:45}{ours}")
    print(f"{'  Flask, the model loaded in each request':45}{report}   ratio {ratio:.0f} x")
    return {
        "case": f"{_NAMES[case]}; {clients} clients, {workers} workers",
        "legible": str(ours),
        "reference": f"Flask, the model loaded in each request: {report}",
        "ratio": f"{ratio:.0f} x",
        "bar": f"{_BARS['report']:.0f} x",
    }


def _together(turns: Sequence[Measured]) -> Measured:
    """The median of several turns, and the errors of all."""
    return Measured(
        per_s=statistics.median(turn.per_s for turn in turns),
        p50_ms=statistics.median(turn.p50_ms for turn in turns),
        p99_ms=statistics.median(turn.p99_ms for turn in turns),
        statuses=sum((turn.statuses for turn in turns), Counter()),
        client_share=statistics.median(turn.client_share for turn in turns),
    )


def _send(server: Server, picture: bytes, clients: int, seconds: float) -> Measured:
    with tempfile.NamedTemporaryFile() as file:
        file.write(server.request(picture))
        file.flush()
        command = [sys.executable, str(Path(__file__).with_name("load.py")), file.name]
        command += ["--port", str(server.port), "--clients", str(clients)]
        told = subprocess.run(
            [*command, "--seconds", str(seconds)], check=True, capture_output=True, text=True
        )
    answers = json.loads(told.stdout)
    took_ms, statuses = answers["took_ms"], Counter(answers["statuses"])
    if answers["failed"]:
        statuses[0] = answers["failed"]
    if len(took_ms) < 2:
        raise RuntimeError(f"expected answers, got {dict(statuses)} in {seconds} s")
    return Measured(
        per_s=statuses[201] / answers["seconds"],
        p50_ms=statistics.median(took_ms),
        p99_ms=statistics.quantiles(took_ms, n=100)[-1],
        statuses=statuses,
        client_share=answers["cpu_s"] / answers["seconds"],
    )


if __name__ == "__main__":
    main()
