"""Runs all benchmarks and writes what came of them into the README: `make bench`.

Each script measures ratios within its own run and leaves its rows as JSON (`--json FILE`). One that
is missing or fails is told and left out.

    python backend/bench/table.py --readme                  # all, into README.md
    python backend/bench/table.py --only service memory     # some, printed alone
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
# In the order of the table.
_SCRIPTS = ("reader", "growth", "service", "memory", "history", "bulk")
_PACKAGES = ("onnxruntime", "numpy", "fastapi", "uvicorn", "sqlalchemy")
_BEGIN, _END = "<!-- bench -->", "<!-- /bench -->"
_LONGEST_S = 900

Told = dict[str, Any]  # {"title", "rows": [{"case", "legible", "reference", "ratio", "bar"}]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=_SCRIPTS, default=list(_SCRIPTS))
    parser.add_argument("--readme", action="store_true", help="write it into README.md")
    parser.add_argument("--plots", type=Path, help="folder for the plots: growth.svg, history.svg")
    asked = parser.parse_args()
    told = [one for name in asked.only if (one := run(name, asked.plots)) is not None]
    text = f"{_describe_machine()}\n\n{write_tables(told)}"
    print(text)
    if asked.plots:
        draw_plot(told, asked.plots / "history.svg")
    if asked.readme:
        put_between_markers(_ROOT / "README.md", text)
    return 0 if len(told) == len(asked.only) else 1


def run(name: str, plots: Path | None) -> Told | None:
    """Run one benchmark and answer its rows, or None where there are none."""
    script = _HERE / f"{name}.py"
    if not script.exists():
        print(f"{name}: there is no {script.name} here", file=sys.stderr)
        return None
    print(f"\n== {name}", flush=True)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.json")
        started = time.perf_counter()
        command = [sys.executable, str(script), "--json", str(file)]
        if plots and name == "growth":  # draws by itself
            command += ["--plot", str(plots / "growth.svg")]
        try:
            subprocess.run(command, check=True, timeout=_LONGEST_S, env=environment)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"{name}: {error}", file=sys.stderr)
            return None
        print(f"({time.perf_counter() - started:.0f} s)")
        if not file.exists():
            print(f"{name}: it left no rows", file=sys.stderr)
            return None
        told: Told = json.loads(file.read_text())
        return told


def write_tables(told: list[Told]) -> str:
    """Write a table for each benchmark."""
    parts = []
    for one in told:
        lines = [f"**{one['title']}**", "", "| | Legible | compared with | ratio | bar |"]
        lines.append("|---|---|---|---|---|")
        for row in one["rows"]:
            cells = [row["case"], row["legible"], row["reference"], row["ratio"], row["bar"] or ""]
            lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def put_between_markers(file: Path, text: str) -> None:
    """Replace what stands between the markers of a Markdown file."""
    whole = file.read_text(encoding="utf-8")
    if whole.count(_BEGIN) != 1 or whole.count(_END) != 1:
        raise SystemExit(f"expected {_BEGIN} and {_END} once each in {file.name}")
    before, _, rest = whole.partition(_BEGIN)
    after = rest.partition(_END)[2]
    file.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")


def draw_plot(told: list[Told], file: Path) -> None:
    """Draw what grows, for the benchmarks that tell points: `{"plot": {series: [[x, y], ...]}}`."""
    from matplotlib import rc_context  # noqa: PLC0415  only where a plot is wanted
    from matplotlib.figure import Figure  # noqa: PLC0415

    plots = [(one["title"], one["plot"]) for one in told if one.get("plot")]
    if not plots:
        return
    figure = Figure(figsize=(5 * len(plots), 3.2), layout="constrained")
    for number, (title, series) in enumerate(plots, 1):
        axes = figure.add_subplot(1, len(plots), number)
        for name, points in series.items():
            axes.plot(*zip(*points, strict=True), marker="o", label=name)
        axes.set(title=title, xscale="log", yscale="log", ylabel="ms")
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    # Letters stay letters: as outlines they are most of the file.
    with rc_context({"svg.fonttype": "none"}):
        figure.savefig(file, format="svg", metadata={"Date": None})


def _describe_machine() -> str:
    cpu = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", cpu.read_text()) if cpu.exists() else None
    name = found[1] if found else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{package} {metadata.version(package)}" for package in _PACKAGES)
    day = datetime.now(UTC).date()
    return (
        f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}; {day}; "
        f"Python {platform.python_version()}, {versions}."
    )


if __name__ == "__main__":
    sys.exit(main())
