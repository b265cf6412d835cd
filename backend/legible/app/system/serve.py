"""Starting the service from the command line."""

import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from functools import wraps
from types import FrameType

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from uvicorn.supervisors import ChangeReload, Multiprocess

from legible.app import db
from legible.app.limiting.counters import open_pool
from legible.app.mail.mailer import check_mail
from legible.app.settings import Settings, StartError, signing_secrets
from legible.app.storage import open_storage
from legible.app.system.logs import logging_config
from legible.app.usage.plans import load_plans
from legible.app.usage.service import check_plans

_APP = "legible.app.asgi:create"
# Time for the pictures being read to be finished when the service is stopped.
_GRACE_S = 30


def says_why(start: Callable[..., int]) -> Callable[..., int]:
    """Turn what an operator can put right into one readable line and exit code 2."""

    @wraps(start)
    def run(**options: object) -> int:
        try:
            return start(**options)
        except StartError as error:
            message = str(error)
        except ValidationError as error:
            message = "; ".join(
                f"LEGIBLE_{'_'.join(map(str, found['loc'])).upper()}: {found['msg']}"
                for found in error.errors()
            )
        except sa.exc.OperationalError as error:
            message = f"The database does not answer: {error.orig}"
        except sa.exc.ArgumentError:  # its own message may show the password in the address
            message = (
                "LEGIBLE_DATABASE_URL is no address of a database. Write "
                "postgresql://USER:PASSWORD@HOST/NAME, or leave it unset for an SQLite file."
            )
        print(f"legible: {message}", file=sys.stderr)  # noqa: T201  the command's own answer
        return 2

    return run


@says_why
def serve(*, host: str | None, port: int | None, workers: int, reload: bool) -> int:
    """Migrate the database, then answer requests until stopped."""
    with tempfile.TemporaryDirectory(prefix="legible-metrics-") as shared_metrics:
        if workers > 1:  # read by prometheus_client at its import, here and in each worker
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared_metrics
        settings = Settings()
        signing_secrets(settings)
        open_pool(settings.redis_url)
        check_mail(settings)
        plans = load_plans(settings)
        _check_storage(settings)
        with listen(host or settings.host, settings.port if port is None else port) as listener:
            db.migrate(settings)
            check_plans(settings, plans)
            alone = workers == 1 and not reload
            config = uvicorn.Config(
                _application(settings, alone=alone),
                factory=not alone,
                workers=workers,
                reload=reload,
                log_config=logging_config(settings.env),
                access_log=False,
                server_header=False,
                forwarded_allow_ips=settings.trusted_proxies,
                timeout_graceful_shutdown=_GRACE_S,
            )
            return _run(config, listener)


def _check_storage(settings: Settings) -> None:
    storage = open_storage(settings)
    storage.check()
    storage.close()


def _application(settings: Settings, *, alone: bool) -> FastAPI | str:
    """Build the application, or name it for processes that build their own.

    Either way the networks are opened here first, so that what is wrong with them is said in words.
    """
    from legible.app import asgi  # noqa: PLC0415  after the counters' directory is set
    from legible.app.main import create_app  # noqa: PLC0415

    reader = asgi.open_reader(settings)
    return create_app(settings, lambda: reader, asgi.make_loader(settings)) if alone else _APP


def listen(host: str, port: int) -> socket.socket:
    """Listen at an address.

    Raises:
        StartError: somebody else does, or it is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, since asyncio only sends small answers at once (TCP_NODELAY) where it sees TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise StartError(
            f"Cannot listen on {host}, port {port}: {reason}. Choose another with --port."
        ) from error
    listener.set_inheritable(True)
    return listener


def _run(config: uvicorn.Config, listener: socket.socket) -> int:
    host, port = listener.getsockname()[:2]
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104
    line = f"Legible is at http://{shown}:{port} (stop with Ctrl+C)"
    if not config.reload and config.workers == 1:
        server = _AnnouncingServer(config, line)
        # Both are raised again by uvicorn once it has stopped in good order.
        signal.signal(signal.SIGTERM, _stop)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        return 0 if server.started else 3
    listener.listen(config.backlog)  # who comes before the workers do waits for them
    print(line, flush=True)  # noqa: T201  the command's own answer
    if config.reload:
        ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
    else:
        _Workers(config, sockets=[listener]).run()
    return 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Workers(Multiprocess):
    """Refuses who comes while the workers finish what they are doing."""

    def terminate_all(self) -> None:
        for listener in self.sockets:
            listener.close()
        super().terminate_all()


class _AnnouncingServer(uvicorn.Server):
    """Says its address once it really answers there."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(self._line, flush=True)  # noqa: T201  the command's own answer


@says_why
def migrate() -> int:
    """Bring the database to the newest schema."""
    db.migrate(Settings())
    return 0


def print_openapi() -> int:
    """Print the OpenAPI document; no database and no network is touched."""
    from legible.app.asgi import create  # noqa: PLC0415  only here and in `serve`

    print(json.dumps(create().openapi(), indent=2))  # noqa: T201  the command's own answer
    return 0
