"""The real application behind a real socket on loopback, and servers that fail as told."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from tests.app.people import PASSWORD


@contextmanager
def run_app(app: FastAPI) -> Iterator[str]:
    """Serve an application and answer its address."""
    # As `legible serve` listens: with the protocol named, so that answers are sent at once.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:  # or a test that fails keeps the process for ever
            server.should_exit = True
            thread.join()


def begin_within_one_window(*, window_s: int = 60, needed_s: int = 15) -> None:
    """Wait for the next window of the limits' library, which is the clock's minute, if this ends.

    Once a window is over its requests weigh less and less: a quota spent before the turn of the
    minute has one request left after it.
    """
    left_s = window_s - time.time() % window_s
    if left_s < needed_s:
        time.sleep(left_s)


def make_key(address: str, name: str = "ada", *scopes: str) -> tuple[str, str]:
    """Register somebody and make a key of theirs; answer their id and the key."""
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    with httpx2.Client(base_url=f"{address}/api/v1") as http:
        account = http.post("/auth/register", json=new).json()
        made = http.post(
            "/keys",
            json={"name": "Test", "scopes": scopes or ["read", "write"]},
            headers={"Authorization": f"Bearer {account['access_token']}"},
        )
    assert made.status_code == 201, made.text
    return account["user"]["id"], made.json()["key"]


@dataclass(frozen=True)
class Answer:
    """What a scripted server answers: a status of 0 hangs up, `length` announces more."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None


@dataclass
class Script:
    """The answers of a server in their order, and what it was asked."""

    address: str
    answers: list[Answer]
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def run_script(*answers: Answer) -> Iterator[Script]:
    """Run a server that answers as it is told, the last answer for ever."""
    script = Script("", list(answers))

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.asked.append((self.command, self.path, headers, body))
            answer = script.answers.pop(0) if len(script.answers) > 1 else script.answers[0]
            self.close_connection = True
            if not answer.status:
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(answer.length or len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer  # noqa: N815  as http.server calls them

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()
