"""Train, measure and export the networks that Legible serves."""

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from legible.reader.bundle import BundleError
from trainer.config import PRESETS
from trainer.data import DataError, load_mnist
from trainer.data_report import report_data
from trainer.download import download_mnist
from trainer.evaluate import measure
from trainer.export import ExportError, export
from trainer.report import write_report
from trainer.train import train

_MODELS = Path(__file__).parents[2] / "models"
# Git ignores it: pictures of data sets never leave the machine.
_RUNS = Path(__file__).parents[1] / "runs"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 2 with a sentence on stderr when it cannot."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options = _parser().parse_args(arguments)
    try:
        result = _run(options)
    except (BundleError, DataError, ExportError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _run(options: argparse.Namespace) -> dict[str, Any]:
    match options.command:
        case "train":
            return train(PRESETS[options.preset], options.run)
        case "data":
            return download_mnist() if options.download else report_data(options.out)
        case "evaluate":
            return _evaluate(options.models, options.report)
        case _:
            return export(options.run, options.version, options.models, serve=options.serve)


def _evaluate(models: Path, report: Path | None) -> dict[str, Any]:
    metrics = {
        "version": json.loads((models / "CURRENT.json").read_text("utf-8"))["digit"],
        **measure(models, load_mnist("test")),
    }
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        (report / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", "utf-8")
        write_report(report / "report.html", metrics["version"], metrics)
    return metrics


def _parser() -> argparse.ArgumentParser:
    models = argparse.ArgumentParser(add_help=False)
    models.add_argument("--models", type=Path, default=_MODELS, help="folder of shipped models")
    run = argparse.ArgumentParser(add_help=False)
    run.add_argument("--run", type=Path, required=True, help="folder of the run")

    parser = argparse.ArgumentParser(prog="python -m trainer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "train", parents=[run], help="train a network, or go on with a stopped run"
    )
    command.add_argument("--preset", choices=sorted(PRESETS), default="digit")
    command = commands.add_parser("data", help="count, check and show the data sets")
    command.add_argument("--out", type=Path, default=_RUNS / "data", help="folder of the report")
    command.add_argument(
        "--download", action="store_true", help="only get MNIST from its public mirrors"
    )
    command = commands.add_parser(
        "evaluate", parents=[models], help="measure the served network on all test sets"
    )
    command.add_argument("--report", type=Path, help="folder for report.html and metrics.json")
    command = commands.add_parser(
        "export", parents=[run, models], help="make a version that can be served from a run"
    )
    command.add_argument("--version", required=True, help="three numbers, e.g. 1.0.0")
    command.add_argument("--serve", action="store_true", help="name it in CURRENT.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
