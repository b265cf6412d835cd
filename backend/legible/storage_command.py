"""The words of `legible storage`; what they do is in `legible.app.storage.command`."""

import argparse

_Commands = argparse._SubParsersAction  # argparse names this type only privately


def add_storage(commands: "_Commands[argparse.ArgumentParser]") -> None:
    """Add the subcommand `storage`."""
    storage = commands.add_parser("storage", help="compare, repair and move the stored pictures")
    acts = storage.add_subparsers(dest="act", metavar="ACT", required=True)
    check = acts.add_parser(
        "check",
        help="find pictures without a reading, and readings without their picture",
        description="Works on the service's database and store, as its environment names them, "
        "also while it runs. Exit code 0: in step (again), 1: somebody must look, 2: nothing could "
        "be started.",
    )
    check.add_argument(
        "--repair",
        action="store_true",
        help="remove pictures that belong to no reading, and mark readings whose picture is lost",
    )
    check.add_argument(
        "--grace",
        type=_hours,
        default=24.0,
        metavar="HOURS",
        help="pictures younger than this are left alone: they may be on their way (default: 24)",
    )
    copy = acts.add_parser(
        "copy",
        help="copy all pictures from one store to another",
        description="FROM and TO are file:///FOLDER or s3://BUCKET/PREFIX. Each picture is checked "
        "by its SHA-256. What is there already is left, so it can be broken off and run again. "
        "Exit code 0: all are there, 1: some are not, 2: nothing could be started.",
    )
    copy.add_argument("source", metavar="FROM", help="where they are; it is only read")
    copy.add_argument("target", metavar="TO", help="where they shall be")
    copy.add_argument("--jobs", type=_count, default=8, help="how many at once (default: 8)")
    storage.set_defaults(run=_storage)


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 <= hours < 24 * 366:
        raise argparse.ArgumentTypeError(f"expected hours from 0 to a year, got {text}")
    return hours


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 50:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to 50, got {text}")
    return count


def _storage(args: argparse.Namespace) -> int:
    from legible.app.storage import command  # noqa: PLC0415

    if args.act == "check":
        return command.check(repair=args.repair, grace_h=args.grace)
    return command.copy(source=args.source, target=args.target, jobs=args.jobs)
