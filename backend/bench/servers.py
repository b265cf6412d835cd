"""Starts what is measured, each as processes of its own, and stops it again."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

_HERE = Path(__file__).resolve().parent
_READY_WITHIN_S = 120
_ACCOUNT = {"email": "ada@example.org", "name": "Ada", "password": "correct horse battery"}
_BOUNDARY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
# Nobody is turned away, and the token outlives the longest run.
_UNLIMITED = {
    "LEGIBLE_USER_REQUESTS_PER_MINUTE": "100000000",
    "LEGIBLE_ADDRESS_REQUESTS_PER_MINUTE": "100000000",
    "LEGIBLE_ACCESS_TOKEN_MINUTES": "1440",
}
_PLANS = 'default = "all"\ncurrency = "EUR"\n[plans.all]\nincluded_pages = 1000000000\n'


@dataclass(frozen=True)
class Server:
    """One that answers: where, and its first process."""

    port: int
    path: str
    process: psutil.Process
    token: str | None = None

    def request(self, picture: bytes, name: str = "picture") -> bytes:
        """Write the whole request that uploads a picture."""
        body = (
            f"--{_BOUNDARY}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        body += picture + f"\r\n--{_BOUNDARY}--\r\n".encode()
        head = [
            f"POST {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Content-Type: multipart/form-data; boundary={_BOUNDARY}",
            f"Content-Length: {len(body)}",
            *([f"Authorization: Bearer {self.token}"] if self.token else []),
        ]
        return "\r\n".join([*head, "", ""]).encode() + body

    def held_mb(self) -> list[float]:
        """What each process of it that reads holds of memory; what only watches others is left out.

        RSS: what several share is counted in each.
        """
        workers = self.process.children(recursive=True) or [self.process]
        return [worker.memory_info().rss / 2**20 for worker in workers]


@contextmanager
def legible(*, workers: int, database_url: str = "") -> Iterator[Server]:
    """The service on an empty folder, with an account."""
    with tempfile.TemporaryDirectory(prefix="legible-bench-") as folder:
        plans = Path(folder, "plans.toml")
        plans.write_text(_PLANS)
        environment = _UNLIMITED | {
            "LEGIBLE_VAR_DIR": folder,
            "LEGIBLE_PLANS_FILE": str(plans),
            "LEGIBLE_DATABASE_URL": database_url,
        }
        start = "import sys; from legible.cli import main; sys.exit(main())"
        command = ["-c", start, "serve", "--workers", str(workers)]
        with _run(command, environment, "/readyz") as (port, process):
            address = f"http://127.0.0.1:{port}/api/v1"
            made = httpx2.post(f"{address}/auth/register", json=_ACCOUNT)
            made.raise_for_status()
            token = re.sub(r"\s", "", made.json()["access_token"])
            yield Server(port, "/api/v1/readings", process, token)


@contextmanager
def bare_endpoint(*, workers: int) -> Iterator[Server]:
    """FastAPI that receives and does nothing."""
    command = [str(_HERE / "bare_endpoint.py"), "--workers", str(workers)]
    with _run(command, {}, "/docs") as (port, process):
        yield Server(port, "/readings", process)


@contextmanager
def report_way(*, workers: int) -> Iterator[Server]:
    """Flask that loads the network at each request."""
    command = [str(_HERE / "report_way.py"), "--workers", str(workers)]
    with _run(command, {}, "/") as (port, process):
        yield Server(port, "/readings", process)


@contextmanager
def _run(
    command: list[str], environment: dict[str, str], ready_path: str
) -> Iterator[tuple[int, psutil.Process]]:
    port = _free_port()
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            [sys.executable, *command, "--port", str(port)],
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        started, children = psutil.Process(process.pid), []
        try:
            _wait(port, ready_path, process)
            yield port, started
        except Exception:
            log.seek(0)
            print(log.read()[-2000:], file=sys.stderr)
            raise
        finally:
            with suppress(psutil.NoSuchProcess):
                children = started.children(recursive=True)
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(40)
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(_READY_WITHIN_S * 50):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it answered")
        with suppress(httpx2.TransportError):
            if httpx2.get(f"http://127.0.0.1:{port}{path}").status_code < 500:
                return
        time.sleep(0.02)
    raise RuntimeError(f"the server did not answer within {_READY_WITHIN_S} s")
