"""Start and memory of the service: part of `make bench`; with many readings, a soak.

Starts the real service on an empty folder, waits until it is ready, sends mixed pictures that are
drawn here (28 pixels to 8 megapixels, PNG, JPEG, WebP, TIFF and PDF) from four clients at once, and
tells what the process holds as it goes. Linux only: memory is read from /proc.

    python backend/bench/memory.py                                       # a minute
    nice -n 15 python backend/bench/memory.py --readings 50000 --csv soak.csv
"""

import argparse
import csv
import itertools
import json
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import servers
from bench.drawn import draw_mixed
from bench.servers import Server

_READINGS = 400
_CLIENTS = 4
# One in so many is large, as a phone's photo among forms and scans.
_LARGE_EVERY = 50
_MOST_MB = 250
_MOST_GROWTH = 0.03
_TURNED_AWAY = 503
_SAMPLES = 500

Sample = tuple[int, float]  # after so many readings, megabytes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readings", type=int, default=_READINGS)
    parser.add_argument("--csv", type=Path, help="where memory over readings is written")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    began = time.perf_counter()
    with servers.legible(workers=1) as server:
        ready_s = time.perf_counter() - began
        at_start = held_mb(server)
        print(f"ready after        {ready_s:6.2f} s\nheld at the start  {at_start:6.0f} MB")
        samples, statuses = send_mixed(server, asked.readings, asked.csv)
        mapped = {Path(each.path).name for each in server.process.memory_maps()}
    found = any("tensorflow" in name for name in mapped)
    growth = growth_of_last_half(samples)
    print(f"answers            {dict(statuses)}\nheld at the end    {samples[-1][1]:6.0f} MB")
    print(f"most held          {max(mb for _, mb in samples):6.0f} MB")
    print(f"growth, last half  {growth:+6.1%}\nTensorFlow loaded  {'yes' if found else 'no':>6}")
    if asked.json:
        rows = _rows(ready_s, at_start, samples, asked.readings)
        asked.json.write_text(json.dumps({"title": "Start and memory", "rows": rows}, indent=2))


def send_mixed(
    server: Server, readings: int, table: Path | None
) -> tuple[list[Sample], Counter[int]]:
    """Send so many pictures; answer the memory as it went, and the statuses."""
    samples: list[Sample] = []
    statuses: Counter[int] = Counter()
    guard = threading.Lock()
    every = max(1, readings // _SAMPLES)
    client = httpx2.Client(
        base_url=f"http://127.0.0.1:{server.port}",
        headers={"Authorization": f"Bearer {server.token}"},
        timeout=300,
    )

    def send(picture: bytes) -> None:
        status = _TURNED_AWAY
        while status == _TURNED_AWAY:  # comes again, as clients do
            status = client.post(server.path, files={"file": ("x", picture)}).status_code
        with guard:
            statuses[status] += 1
            if statuses.total() % every == 0:
                samples.append((statuses.total(), held_mb(server)))
                _note(table, samples[-1])

    with client, ThreadPoolExecutor(_CLIENTS) as pool:
        for part in _parts(_pictures(readings)):
            list(pool.map(send, part))
    return [*samples, (readings, held_mb(server))], statuses


def held_mb(server: Server) -> float:
    """What the process that answers holds (RSS)."""
    process: psutil.Process = server.process
    return float(process.memory_info().rss / 2**20)


def growth_of_last_half(samples: list[Sample]) -> float:
    """How much more is held in the last tenth than in the tenth after the middle; medians."""
    held = [mb for _, mb in samples]
    part = max(1, len(held) // 10)
    after_middle = held[len(held) // 2 :][:part]
    return statistics.median(held[-part:]) / statistics.median(after_middle) - 1


def _pictures(readings: int) -> Iterator[bytes]:
    *small, large = draw_mixed()
    each = itertools.cycle(small)
    for number in range(readings):
        yield large if number % _LARGE_EVERY == 0 else next(each)


def _parts(pictures: Iterator[bytes]) -> Iterator[list[bytes]]:
    """A thousand at a time: the pool would take all of them at once."""
    while part := list(itertools.islice(pictures, 1000)):
        yield part


def _note(table: Path | None, sample: Sample) -> None:
    if table:
        with table.open("a", newline="") as file:
            csv.writer(file).writerow([sample[0], round(sample[1], 1)])


def _rows(
    ready_s: float, at_start: float, samples: list[Sample], readings: int
) -> list[dict[str, str | None]]:
    growth = growth_of_last_half(samples)
    after = f"memory after {readings:,} mixed readings"
    most = f"{_MOST_MB} MB"

    def row(case: str, figure: str, reference: str = "", ratio: str = "") -> dict[str, str | None]:
        return {"case": case, "legible": figure, "reference": reference, "ratio": ratio}

    held = samples[-1][1]
    return [
        row("from the command to the first answer", f"{ready_s:.1f} s") | {"bar": None},
        row("memory at the start", f"{at_start:.0f} MB") | {"bar": None},
        row(after, f"{held:.0f} MB", most, f"{held / _MOST_MB:.2f} x") | {"bar": f"< {most}"},
        row("growth over the last half", f"{growth:+.1%}") | {"bar": f"< {_MOST_GROWTH:.0%}"},
    ]


if __name__ == "__main__":
    main()
