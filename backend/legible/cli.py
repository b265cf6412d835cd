"""The command `legible`. Each subcommand imports what it needs only when it runs."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from legible.bulk_command import add_bulk
from legible.model_command import add_model
from legible.storage_command import add_storage


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and answer its exit code."""
    parser = argparse.ArgumentParser(
        prog="legible", description="Reads handwritten numbers from any picture."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_read(commands)
    _add_login(commands)
    _add_batch(commands)
    add_bulk(commands)
    _add_export(commands)
    _add_keys(commands)
    _add_serve(commands)
    _add_migrate(commands)
    _add_openapi(commands)
    _add_plan(commands)
    _add_admin(commands)
    add_model(commands)
    add_storage(commands)
    args = parser.parse_args(argv)
    try:
        code: int = args.run(args)
    except ModuleNotFoundError as error:
        if error.name != "httpx2":
            raise
        sys.stderr.write("legible: Asking a service needs: pip install 'legible[client]'\n")
        return 2
    return code


_Commands = argparse._SubParsersAction  # argparse names this type only privately


def _add_read(commands: "_Commands[argparse.ArgumentParser]") -> None:
    read = commands.add_parser(
        "read",
        help="read files here, or through a service",
        description="Prints one JSON object a line and file, in order. Exit code 0: all were read, "
        "1: some were not (their line has an error), 2: nothing could be started.",
    )
    read.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="pictures, TIFF or PDF files; with --server also folders, or - for standard input",
    )
    read.add_argument("--server", metavar="URL", help="send them to this service (legible login)")
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
        "--jobs", type=int, default=1, help="how many at once; 0 = one for each core (default: 1)"
    )
    read.set_defaults(run=_read, parser=read)


def _read(args: argparse.Namespace) -> int:
    if args.server:
        if args.models:
            args.parser.error("--models is for reading here, and --server for reading there")
        if args.detail:
            args.parser.error("--detail is for reading here, and --server for reading there")
        from legible.remote import reading  # noqa: PLC0415

        return reading.read_files(
            args.files,
            server=args.server,
            symbols=args.symbols,
            pattern=args.pattern,
            jobs=args.jobs,
        )
    from legible.local import read_files  # noqa: PLC0415

    return read_files(
        args.files,
        symbols=args.symbols,
        pattern=args.pattern,
        stages=args.detail == "stages",
        models=args.models,
        jobs=args.jobs,
    )


def _add_login(commands: "_Commands[argparse.ArgumentParser]") -> None:
    login = commands.add_parser(
        "login",
        help="keep an API key for a service",
        description="Asks for an API key, or with --email for your password to make one (or reads "
        "it from standard input), tries the key and keeps it in a file that only you may read.",
    )
    login.add_argument("--server", metavar="URL", required=True, help="address of the service")
    login.add_argument("--email", help="make a key of this account, named after this machine")
    login.set_defaults(run=_login)


def _login(args: argparse.Namespace) -> int:
    from legible.remote.credentials import login  # noqa: PLC0415

    return login(args.server, args.email)


def _add_batch(commands: "_Commands[argparse.ArgumentParser]") -> None:
    batch = commands.add_parser(
        "batch",
        help="have many files read by a service, with few requests",
        description="Prints one JSON object a line and file, in order, as `legible read` does. "
        "Exit code 0: all were read, 1: some were not, 2: nothing could be started.",
    )
    batch.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="pictures, TIFF or PDF files, zip archives, or folders of them",
    )
    batch.add_argument("--server", metavar="URL", help="the service (default: of the last login)")
    batch.add_argument("--symbols", choices=("digits", "number"), default="digits")
    batch.add_argument("--pattern", help="what each line should look like, e.g. '\\d{5}'")
    batch.add_argument(
        "--key",
        help="any name for these files: sent again with it, those that were read are not read or "
        "counted again (for a day)",
    )
    batch.set_defaults(run=_batch)


def _batch(args: argparse.Namespace) -> int:
    from legible.remote.batch import read_batch  # noqa: PLC0415

    return read_batch(
        args.files, server=args.server, symbols=args.symbols, pattern=args.pattern, key=args.key
    )


def _add_keys(commands: "_Commands[argparse.ArgumentParser]") -> None:
    keys = commands.add_parser(
        "keys",
        help="list, make, rename and revoke the API keys of an account",
        description="Asks for the password of the account (or reads it from standard input), since "
        "no API key may do this; nothing of the log-in is kept. Prints one JSON object a line and "
        "key. Exit code 0: it is done, 1: it was refused, 2: nothing could be started.",
    )
    acts = keys.add_subparsers(dest="act", metavar="ACT", required=True)
    acts.add_parser("list", help="those that are not revoked, newest first")
    create = acts.add_parser("create", help="make one; it is shown this once")
    create.add_argument("name", metavar="NAME", help="what it is for")
    create.add_argument(
        "--scope", choices=("read", "write"), action="append", help="default: both (twice)"
    )
    create.add_argument(
        "--until", type=date.fromisoformat, metavar="DAY", help="its last day (UTC; default: none)"
    )
    rename = acts.add_parser("rename", help="give one another name")
    revoke = acts.add_parser("revoke", help="refuse one from now on")
    for act in (rename, revoke):
        act.add_argument("which", metavar="KEY", help="its id, prefix or name")
    rename.add_argument("name", metavar="NAME", help="the new name")
    for act in acts.choices.values():
        act.add_argument("--server", metavar="URL", help="default: of the last login")
        act.add_argument("--email", help="the account (default: of the key that is kept)")
    keys.set_defaults(run=_keys)


def _keys(args: argparse.Namespace) -> int:
    from legible.remote import keys  # noqa: PLC0415

    who = (args.server, args.email)
    match args.act:
        case "create":
            scopes = args.scope or ["read", "write"]
            return keys.create_key(*who, args.name, scopes, args.until)
        case "rename":
            return keys.rename_key(*who, args.which, args.name)
        case "revoke":
            return keys.revoke_key(*who, args.which)
    return keys.list_keys(*who)


def _add_export(commands: "_Commands[argparse.ArgumentParser]") -> None:
    export = commands.add_parser(
        "export",
        help="take your readings away, as a file or to your own database",
        description="Exit code 0: all are there, 1: it broke off, 2: nothing could be started.",
    )
    export.add_argument("--server", metavar="URL", help="the service (default: of the last login)")
    where = export.add_mutually_exclusive_group()
    where.add_argument(
        "--to", metavar="URL", help="a database, e.g. sqlite:///readings.db, postgresql://host/name"
    )
    where.add_argument("--out", metavar="FILE", default="-", help="a file (default: -, the output)")
    export.add_argument("--format", choices=("csv", "jsonl", "xlsx"), default="csv")
    export.add_argument("--table", default="legible_readings", help="default: legible_readings")
    export.add_argument("--status", choices=("read", "review", "unreadable", "blank"))
    export.add_argument("--text", help="only texts that contain this")
    for name, words in (("--since", "not before"), ("--until", "not after")):
        export.add_argument(name, type=date.fromisoformat, metavar="DAY", help=f"{words} (UTC)")
    export.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    from legible.remote.export import export_to_database, export_to_file  # noqa: PLC0415

    filters = {name: getattr(args, name) for name in ("status", "text", "since", "until")}
    if args.to:
        return export_to_database(args.server, args.to, args.table, filters)
    return export_to_file(args.server, args.out, args.format, filters)


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
