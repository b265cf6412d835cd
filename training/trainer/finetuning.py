"""The commands that use a set of corrections: `trainer finetune` and `trainer gate`."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from trainer.corrections import Corrections
from trainer.export import SERVED
from trainer.finetune import finetune
from trainer.finetune_config import LINE_TUNING, FineTuning, Request
from trainer.gate import gate, parse_contest
from trainer.line_export import LINE
from trainer.line_finetune import finetune_lines

# Git ignores it: pictures of data sets never leave the machine.
_RUNS = Path(__file__).parents[1] / "runs"
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_corrections(commands: _Commands, models: argparse.ArgumentParser) -> None:
    """Add both to the trainer's commands; `models` has the option of that name."""
    corrections = argparse.ArgumentParser(add_help=False)
    corrections.add_argument(
        "--set", type=Path, required=True, help="of corrections: FOLDER/NUMBER"
    )
    corrections.add_argument("--db", help="of the service: tells which versions are active")
    command = commands.add_parser(
        "finetune",
        parents=[corrections, models],
        help="teach a served network what people corrected: its next version",
    )
    command.add_argument(
        "--name", choices=[SERVED, LINE], default=SERVED, help=f"of the network, default: {SERVED}"
    )
    command.add_argument("--version", help="of the result; default: the next that is free")
    command.add_argument("--start", help="version to start from; default: the one that is served")
    command.add_argument("--beside", help="of line: the digit version it will read with")
    command.add_argument("--epochs", type=int, help="at most so many")
    command.add_argument("--minutes", type=float, help="no epoch is begun after so many")
    command = commands.add_parser(
        "gate",
        parents=[corrections, models],
        help="whether a new version may be served: 0 yes, 1 no, with reasons and a report",
    )
    command.add_argument("a", help="the served version, e.g. digit:1.1.0")
    command.add_argument("b", help="the new one, e.g. digit:1.1.1")
    command.add_argument("--beside", help="version of the other network; default: the served one")
    command.add_argument("--out", type=Path, help="folder of the report; default: in training/runs")
    command.add_argument(
        "--limit", type=int, default=600, help="files of each kind for the whole reader"
    )


def run_finetune(options: argparse.Namespace) -> dict[str, Any]:
    """Make the next version, from the one that is served."""
    active = activated(options.db)
    request = Request(
        options.set,
        options.models,
        start=options.start or active.get(options.name),
        version=options.version,
        beside=options.beside or active.get(SERVED),
    )
    chosen = {"epochs": options.epochs, "minutes": options.minutes}
    changed = {name: value for name, value in chosen.items() if value is not None}
    if options.name == LINE:
        return finetune_lines(request, replace(LINE_TUNING, **changed))
    return finetune(request, replace(FineTuning(), **changed))


def run_gate(options: argparse.Namespace) -> dict[str, Any]:
    """Compare two versions."""
    other = LINE if options.a.startswith(f"{SERVED}:") else SERVED
    beside = options.beside or activated(options.db).get(other)
    contest = parse_contest(options.models, options.a, options.b, beside)
    out = options.out or _RUNS / f"gate-{contest.name}-{contest.a}-{contest.b}"
    return gate(contest, options.set, options.models, out, options.limit)


def activated(url: str | None) -> dict[str, str]:
    """The versions that an admin has activated in a service, by network; None: nobody is asked.

    Raises:
        DataError: there is no such database, or it has another schema.
    """
    if url is None:
        return {}
    with Corrections(url) as database:
        return database.served()
