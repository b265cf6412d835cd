"""Train, measure and export the networks that Legible serves."""

import argparse
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from legible.reader.bundle import BundleError
from trainer.collecting import add_collect, run_collect
from trainer.config import PRESETS
from trainer.data import DataError, load_mnist
from trainer.data_report import report_data
from trainer.download import download_mnist
from trainer.ensemble import evaluate_ensemble, parse_members, write_ensemble
from trainer.evaluate import measure
from trainer.export import SERVED, ExportError, export
from trainer.finetune_config import FineTuneError
from trainer.finetuning import add_corrections, run_finetune, run_gate
from trainer.headline import headline
from trainer.latency import compare_latency
from trainer.line_config import LINE_PRESETS
from trainer.line_evaluate import measure_lines
from trainer.line_export import LINE, export_line
from trainer.line_report import write_line_report
from trainer.line_train import train_line
from trainer.report import write_report
from trainer.shelf import open_version, served_version
from trainer.speed import measure_speed
from trainer.train import train

_MODELS = Path(__file__).parents[2] / "models"
# Git ignores it: pictures of data sets never leave the machine.
_RUNS = Path(__file__).parents[1] / "runs"
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 2 with a sentence on stderr when it cannot.

    1 with the reasons on stderr where a gate refuses.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options = _parse(arguments)
    try:
        result = _run(options)
    except (BundleError, DataError, ExportError, FineTuneError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except OSError as error:
        named = f" ({Path(str(error.filename)).name})" if error.filename else ""
        sys.stderr.write(
            f"Expected to read and write files, got: {error.strerror or error}{named}. "
            "Check that it exists, that it may be read and written, and that the disk has room.\n"
        )
        return 2
    sys.stdout.write(json.dumps(result) + "\n")
    if result.get("passed", True):
        return 0
    sys.stderr.write("".join(f"{reason}\n" for reason in result["reasons"]))
    return 1


def _run(options: argparse.Namespace) -> dict[str, Any]:
    commands: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
        "train": _train,
        "speed": lambda options: measure_speed(PRESETS[options.preset]),
        "data": lambda options: download_mnist() if options.download else report_data(options.out),
        "evaluate": _evaluate,
        "latency": _compare_latency,
        "export": _export,
        "collect": run_collect,
        "finetune": run_finetune,
        "gate": run_gate,
    }
    return commands[options.command](options)


def _train(options: argparse.Namespace) -> dict[str, Any]:
    if options.preset in LINE_PRESETS:
        return train_line(LINE_PRESETS[options.preset], options.run)
    return train(PRESETS[options.preset], options.run)


def _compare_latency(options: argparse.Namespace) -> dict[str, Any]:
    against = open_version(options.models, SERVED, options.against)
    mine = open_version(options.models, *_network(options))
    return compare_latency(mine, against)


def _export(options: argparse.Namespace) -> dict[str, Any]:
    if options.name == LINE:
        return export_line(
            options.run,
            options.version,
            options.models,
            serve=options.serve,
            stopped=options.stopped,
        )
    return export(
        options.run,
        options.version,
        options.models,
        name=options.name,
        serve=options.serve,
        against=options.against,
    )


def _evaluate(options: argparse.Namespace) -> dict[str, Any]:
    if options.name == LINE:
        measured = measure_lines(options.models)
        if options.report is not None:
            write_line_report(options.report, measured)
        return measured
    digits = load_mnist("test")
    if options.ensemble is not None:
        together = evaluate_ensemble(options.models, parse_members(options.ensemble), digits)
        if options.report is not None:
            write_ensemble(options.report, together)
        return together
    name, version = _network(options)
    metrics = measure(options.models, name, version, digits)
    # What only the export could measure.
    kept = options.models / name / version / "metrics.json"
    exported = json.loads(kept.read_text("utf-8")) if kept.is_file() else {}
    metrics |= {key: exported[key] for key in ("training", "latency") if key in exported}
    metrics["headline"] = headline(metrics)
    if options.report is not None:
        write_report(options.report, metrics, digits.images)
    return metrics


def _network(options: argparse.Namespace) -> tuple[str, str]:
    """Name and version of the network that a command is about."""
    name = options.name or SERVED
    return name, options.version or served_version(options.models, name)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    models = argparse.ArgumentParser(add_help=False)
    models.add_argument("--models", type=Path, default=_MODELS, help="folder of shipped models")
    network = argparse.ArgumentParser(add_help=False)
    network.add_argument("--name", help=f"of the network, default: {SERVED}")
    network.add_argument("--version", help="default: the one that is served")
    run = argparse.ArgumentParser(add_help=False)
    run.add_argument("--run", type=Path, required=True, help="folder of the run")

    parser = argparse.ArgumentParser(prog="python -m trainer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_training(commands, run)
    _add_data(commands)
    evaluating = _add_measuring(commands, models, network)
    add_collect(commands, models)
    _add_export(commands, run, models)
    add_corrections(commands, models)
    options = parser.parse_args(arguments)
    if (
        options.command == "evaluate"
        and options.ensemble is not None
        and (options.name or options.version)
    ):
        evaluating.error("--ensemble names all its networks: leave --name and --version out")
    return options


def _add_training(commands: _Commands, run: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "train", parents=[run], help="train a network, or go on with a stopped run"
    )
    command.add_argument("--preset", choices=sorted(PRESETS | LINE_PRESETS), default="digit")
    command = commands.add_parser("speed", help="time training with and without augmentation")
    command.add_argument("--preset", choices=sorted(PRESETS), default="digit")


def _add_data(commands: _Commands) -> None:
    command = commands.add_parser("data", help="count, check and show the data sets")
    command.add_argument("--out", type=Path, default=_RUNS / "data", help="folder of the report")
    command.add_argument(
        "--download", action="store_true", help="only get MNIST from its public mirrors"
    )


def _add_measuring(
    commands: _Commands, models: argparse.ArgumentParser, network: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Add `latency` and `evaluate`; the latter's parser, which has more to refuse."""
    command = commands.add_parser(
        "latency",
        parents=[models, network],
        help="time a network against another, one digit a call",
    )
    command.add_argument("--against", required=True, help="a version of the network digit")
    command = commands.add_parser(
        "evaluate", parents=[models, network], help="measure a network on all test sets"
    )
    command.add_argument(
        "--report",
        type=Path,
        help="folder for report.html, metrics.json and plots, or for ensemble.json",
    )
    command.add_argument(
        "--ensemble", help="instead several networks together, e.g. teacher:1.0.0,digit:2.0.0"
    )
    return command


def _add_export(
    commands: _Commands, run: argparse.ArgumentParser, models: argparse.ArgumentParser
) -> None:
    command = commands.add_parser(
        "export", parents=[run, models], help="make a version that can be served from a run"
    )
    command.add_argument("--name", default=SERVED, help="of the network; digit and line are served")
    command.add_argument("--version", required=True, help="three numbers, e.g. 1.0.0")
    command.add_argument("--against", help="a version of digit to compare the latency with")
    command.add_argument(
        "--stopped", action="store_true", help="of line: take a run that was stopped early, too"
    )
    command.add_argument("--serve", action="store_true", help="name it in CURRENT.json")


if __name__ == "__main__":
    sys.exit(main())
