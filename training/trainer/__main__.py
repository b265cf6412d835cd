"""Train, measure and export the networks that Legible serves."""

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from legible.reader.bundle import Bundle, BundleError
from legible.reader.digit import DigitModel
from trainer.config import PRESETS
from trainer.data import DataError, load_mnist
from trainer.evaluate import evaluate
from trainer.export import ExportError, export
from trainer.train import train

_MODELS = Path(__file__).parents[2] / "models"


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
        case "evaluate":
            model = DigitModel(Bundle.open(options.models, "digit"))
            return {"version": model.version, **evaluate(model, load_mnist("test"))}
        case _:
            return export(options.run, options.version, options.models, serve=options.serve)


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
    commands.add_parser(
        "evaluate", parents=[models], help="measure the served network on MNIST's test part"
    )
    command = commands.add_parser(
        "export", parents=[run, models], help="make a version that can be served from a run"
    )
    command.add_argument("--version", required=True, help="three numbers, e.g. 1.0.0")
    command.add_argument("--serve", action="store_true", help="name it in CURRENT.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
