"""The command `legible`. Each subcommand imports what it needs only when it runs."""

import argparse
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and answer its exit code."""
    parser = argparse.ArgumentParser(
        prog="legible", description="Reads handwritten numbers from any picture."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_serve(commands)
    _add_migrate(commands)
    _add_openapi(commands)
    args = parser.parse_args(argv)
    code: int = args.run(args)
    return code


_Commands = argparse._SubParsersAction  # argparse names this type only privately


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
