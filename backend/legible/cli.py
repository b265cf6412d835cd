"""The command `legible`. Each subcommand imports what it needs only when it runs."""

import argparse
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and answer its exit code."""
    parser = argparse.ArgumentParser(
        prog="legible", description="Reads handwritten numbers from any picture."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_read(commands)
    _add_serve(commands)
    _add_migrate(commands)
    _add_openapi(commands)
    _add_plan(commands)
    _add_admin(commands)
    args = parser.parse_args(argv)
    code: int = args.run(args)
    return code


_Commands = argparse._SubParsersAction  # argparse names this type only privately


def _add_read(commands: "_Commands[argparse.ArgumentParser]") -> None:
    read = commands.add_parser(
        "read",
        help="read files here, without a server",
        description="Prints one JSON object a line and file, in order. Exit code 0: all were read, "
        "1: some were not (their line has an error), 2: nothing could be started.",
    )
    read.add_argument("files", nargs="+", metavar="FILE", help="pictures, TIFF or PDF files")
    read.add_argument(
        "--symbols",
        choices=("digits", "number"),
        default="digits",
        help="digits, or number: digits and . , - (default: digits)",
    )
    read.add_argument("--pattern", help="what each line should look like, e.g. '\\d{5}'")
    read.add_argument(
        "--detail",
        choices=("stages",),
        help="stages: also print what the networks saw, as PNG in Base64",
    )
    read.add_argument("--models", help="folder of networks (default: the shipped ones)")
    read.add_argument(
        "--jobs", type=int, default=1, help="processes; 0 = one for each core (default: 1)"
    )
    read.set_defaults(run=_read)


def _read(args: argparse.Namespace) -> int:
    from legible.local import read_files  # noqa: PLC0415

    return read_files(
        args.files,
        symbols=args.symbols,
        pattern=args.pattern,
        stages=args.detail == "stages",
        models=args.models,
        jobs=args.jobs,
    )


def _add_serve(commands: "_Commands[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="run the web service (migrates the database first)")
    serve.add_argument("--host", help="address to listen on (default: LEGIBLE_HOST, 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: LEGIBLE_PORT, 8000)")
    serve.add_argument("--workers", type=int, default=1, help="number of processes (default: 1)")
    serve.add_argument("--reload", action="store_true", help="restart when the source changes")
    serve.set_defaults(run=_serve)


def _serve(args: argparse.Namespace) -> int:
    from legible.app.system.serve import serve  # noqa: PLC0415  the reader alone needs no server

    return serve(host=args.host, port=args.port, workers=args.workers, reload=args.reload)


def _add_migrate(commands: "_Commands[argparse.ArgumentParser]") -> None:
    migrate = commands.add_parser("migrate", help="bring the database to the newest schema")
    migrate.set_defaults(run=_migrate)


def _migrate(_args: argparse.Namespace) -> int:
    from legible.app.system.serve import migrate  # noqa: PLC0415

    return migrate()


def _add_openapi(commands: "_Commands[argparse.ArgumentParser]") -> None:
    openapi = commands.add_parser("openapi", help="print the OpenAPI document of the service")
    openapi.set_defaults(run=_openapi)


def _openapi(_args: argparse.Namespace) -> int:
    from legible.app.system.serve import print_openapi  # noqa: PLC0415

    return print_openapi()


def _add_plan(commands: "_Commands[argparse.ArgumentParser]") -> None:
    plan = commands.add_parser("plan", help="say by which plan an account is billed")
    actions = plan.add_subparsers(dest="action", metavar="ACTION", required=True)
    give = actions.add_parser("set", help="give an account a plan, from its next page on")
    give.add_argument("email", metavar="EMAIL", help="the account")
    give.add_argument("plan", metavar="PLAN", help="a name in the plans file (LEGIBLE_PLANS_FILE)")
    give.set_defaults(run=_set_plan)


def _set_plan(args: argparse.Namespace) -> int:
    from legible.app.usage.command import give_plan  # noqa: PLC0415

    return give_plan(email=args.email, plan=args.plan)


def _add_admin(commands: "_Commands[argparse.ArgumentParser]") -> None:
    admin = commands.add_parser("admin", help="say who may freeze accounts and see the audit log")
    acts = admin.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("grant", help="make an account an admin's").set_defaults(role="admin")
    acts.add_parser("revoke", help="make an admin an ordinary user").set_defaults(role="user")
    for act in acts.choices.values():
        act.add_argument("email", metavar="EMAIL", help="the account's e-mail address")
    admin.set_defaults(run=_admin)


def _admin(args: argparse.Namespace) -> int:
    from legible.app.admin.command import set_role_of  # noqa: PLC0415

    return set_role_of(email=args.email, role=args.role)
