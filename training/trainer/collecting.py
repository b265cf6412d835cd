"""The command `trainer collect`: its options, and what they set."""

import argparse
import logging
from pathlib import Path
from typing import Any

from trainer.collect import collect
from trainer.data import data_folder, load_mnist
from trainer.rules import Rules

_log = logging.getLogger(__name__)


def add_collect(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", models: argparse.ArgumentParser
) -> None:
    """Add it to the trainer's commands; `models` has the option of that name."""
    rules = Rules()
    command = commands.add_parser(
        "collect",
        parents=[models],
        help="make a set of what people corrected in a service and share",
    )
    command.add_argument("--db", required=True, help="SQLAlchemy's address of its database")
    command.add_argument(
        "--pictures", required=True, help="folder of its pictures, or s3://BUCKET/PREFIX"
    )
    command.add_argument("--to", type=Path, required=True, help="folder of all sets")
    for name, most in (
        ("--tiles-per-account", rules.tiles_per_account),
        ("--lines-per-account", rules.lines_per_account),
    ):
        command.add_argument(name, type=_count, default=most, help=f"at most, default: {most}")
    command.add_argument(
        "--largest-share",
        type=_share,
        default=rules.largest_share,
        help=f"of one account in what is trained on, default: {rules.largest_share}",
    )
    command.add_argument("--seed", type=int, default=rules.seed, help="decides what is chosen")


def run_collect(options: argparse.Namespace) -> dict[str, Any]:
    """Write the next set."""
    rules = Rules(
        tiles_per_account=options.tiles_per_account,
        lines_per_account=options.lines_per_account,
        largest_share=options.largest_share,
        seed=options.seed,
    )
    tests = load_mnist("test") if (data_folder() / "mnist").is_dir() else None
    if tests is None:
        _log.warning("no MNIST in LEGIBLE_DATA: nobody looks whether its test digits were sent in")
    return collect(
        options.db,
        options.pictures,
        options.to,
        models=options.models,
        rules=rules,
        tests=tests,
    )


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text}")
    return count


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share above 0 and up to 1, got {text}")
    return share
