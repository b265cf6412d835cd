"""`legible serve` in processes of its own, which can be killed."""

import contextlib
import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PIL import Image

from tests.app.people import PASSWORD

SERVE = "from legible.cli import main; raise SystemExit(main(['serve', '--port', '0'{more}]))"
PLANS = """
default = "free"
currency = "EUR"
[plans.free]
included_pages = {pages}
"""


@dataclass
class Server:
    """`legible serve` as a process of its own, which can be killed and started again."""

    directory: Path
    environment: dict[str, str]
    workers: int
    port: int = 0
    starts: int = 0
    process: "subprocess.Popen[str] | None" = None

    def start(self) -> None:
        more = f", '--workers', '{self.workers}'"
        with (self.directory / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVE.format(more=more)],
                cwd=self.directory,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r":(\d+) ", line)
        assert found, (self.directory / "server.log").read_text()[-4000:]
        self._wait_until_it_answers(int(found[1]))
        self.port = int(found[1])
        self.starts += 1

    def _wait_until_it_answers(self, port: int) -> None:
        # With several workers the address is said before they have loaded their networks.
        for _ in range(600):
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    connection.close()
                    return
            time.sleep(0.1)
        pytest.fail((self.directory / "server.log").read_text()[-4000:])

    def kill(self) -> None:
        """`kill -9`, workers and all."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


StartServer = Callable[..., Server]


def call(server: Server, method: str, path: str, body: Any = None, token: str = "") -> Any:
    """Ask a server and answer its JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection.request(method, f"/api/v1{path}", json.dumps(body) if body else None, headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    assert response.status < 300, answer
    return answer


def register_at(server: Server) -> tuple[str, UUID]:
    name = uuid4().hex
    new = {"email": f"{name}@example.com", "name": name, "password": PASSWORD}
    session = call(server, "POST", "/auth/register", new)
    return session["access_token"], UUID(session["user"]["id"])


def tiff(number: int, pages: int) -> bytes:
    """A file that no other is like, with one to three pages."""
    file = io.BytesIO()
    sheets = [Image.new("L", (40 + number % 7, 30 + page), 255) for page in range(pages)]
    for sheet in sheets:
        for bit in range(12):
            sheet.putpixel((bit * 3, 4), 255 * (number >> bit & 1))
        sheet.paste(0, (10, 10, 14, 24))  # a stroke, so that there is something to read
    sheets[0].save(file, "TIFF", save_all=True, append_images=sheets[1:])
    return file.getvalue()
