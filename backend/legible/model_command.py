"""The words of `legible model`; what they do is in `legible.app.networks.command`."""

import argparse

_Commands = argparse._SubParsersAction  # argparse names this type only privately


def add_model(commands: "_Commands[argparse.ArgumentParser]") -> None:
    """Add the subcommand `model`."""
    model = commands.add_parser(
        "model",
        help="say which networks are served, try others and go back",
        description="Works on the service's database and folder of models, as its environment "
        "names them; running services follow within seconds. Exit code 0: it is done, 1: it was "
        "refused and nothing changed, 2: nothing could be started.",
    )
    acts = model.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("list", help="the versions that lie there, and which are served")
    activate = acts.add_parser("activate", help="have a version served, if it passes all checks")
    activate.add_argument("name", metavar="NAME", help="digit or line")
    activate.add_argument("version", metavar="VERSION", help="e.g. 1.2.0")
    rollback = acts.add_parser("rollback", help="have served what was served before")
    rollback.add_argument("name", metavar="NAME", help="digit or line")
    challenge = acts.add_parser(
        "challenge", help="have a version read along in the shadow of the served one"
    )
    challenge.add_argument("name", metavar="NAME", nargs="?", help="digit or line")
    challenge.add_argument("version", metavar="VERSION", nargs="?", help="e.g. 1.2.0")
    challenge.add_argument(
        "--share", type=_share, default=1.0, help="of the readings, above 0 to 1 (default: 1)"
    )
    challenge.add_argument("--end", action="store_true", help="let it read along no more")
    acts.add_parser("compare", help="the challenger with what was served, on the same pictures")
    model.set_defaults(run=_model, parser=model)


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share above 0, at most 1, got {text}")
    return share


def _model(args: argparse.Namespace) -> int:
    if args.act == "challenge" and (args.version is None) != args.end:
        args.parser.error("challenge wants a NAME and a VERSION, or --end alone")
    from legible.app.networks import command  # noqa: PLC0415

    match args.act:
        case "activate":
            return command.activate(name=args.name, version=args.version)
        case "rollback":
            return command.roll_back(name=args.name)
        case "challenge" if args.end:
            return command.end_challenge()
        case "challenge":
            return command.challenge(name=args.name, version=args.version, share=args.share)
        case "compare":
            return command.compare()
    return command.list_models()
