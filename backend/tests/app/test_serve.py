"""The commands, as processes of their own."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from legible.app.system import serve
from tests.app.running import begin_within_one_window
from tests.reader.tiny_bundle import write_bundle

SCRIPT = "from legible.cli import main; raise SystemExit(main({arguments!r}))"
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models")
    write_bundle(directory)
    return directory


@pytest.fixture
def start(tmp_path: Path, models_dir: Path) -> Iterator[Start]:
    """Start `legible` with arguments in an empty directory; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def _start(*arguments: str, **variables: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT.format(arguments=list(arguments))],
            cwd=tmp_path,
            env={
                "LEGIBLE_MODELS_DIR": str(models_dir),
                "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
                **variables,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # so that its workers can be ended with it
        )
        started.append(process)
        return process

    yield _start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"Legible is at (http://localhost:\d+) \(stop with Ctrl\+C\)\n", line)
    assert found, line + (process.stderr.read() if process.stderr else "")
    return found[1].replace("localhost", "127.0.0.1")


def test_serve_says_its_address_once_answers_there_and_stops_when_asked(
    start: Start, tmp_path: Path
) -> None:
    process = start("serve", "--port", "0")

    address = _address(process)
    with urlopen(f"{address}/readyz") as response:
        assert json.load(response)["status"] == "ok"
        assert "server" not in response.headers
    process.send_signal(signal.SIGINT)
    rest, log = process.communicate(timeout=30)

    assert rest == ""
    assert process.returncode == 0, log
    assert "GET /readyz 200" in log
    assert (tmp_path / "var" / "legible.sqlite3").is_file()


def test_workers_answer_together_and_add_their_counters_up(start: Start) -> None:
    process = start("serve", "--port", "0", "--workers", "2")
    address = _address(process)

    for _ in range(20):
        with urlopen(f"{address}/healthz"):
            pass
    with urlopen(f"{address}/metrics") as response:
        text = response.read().decode()
    process.send_signal(signal.SIGINT)
    rest, log = process.communicate(timeout=60)

    assert 'legible_http_requests_total{method="GET",route="/healthz",status="200"} 20.0' in text
    assert rest == ""
    assert process.returncode == 0, log


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [("127.0.0.1", [401, 401, 429]), ("192.0.2.7", [401, 429, 429])],
    ids=["trusted", "not trusted"],
)
def test_serve_believes_the_proxies_that_it_is_told_of(
    start: Start, proxies: str, expected: list[int]
) -> None:
    one_each = {"LEGIBLE_ADDRESS_REQUESTS_PER_MINUTE": "1", "LEGIBLE_TRUSTED_PROXIES": proxies}
    address = _address(start("serve", "--port", "0", **one_each))

    def ask(forwarded_for: str) -> int:
        headers = {"X-Forwarded-For": forwarded_for}
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{address}/api/v1/users/me", headers=headers))
        refused.value.close()
        return refused.value.code

    begin_within_one_window()
    assert [ask("192.0.2.1"), ask("192.0.2.2"), ask("192.0.2.3, 192.0.2.1")] == expected


def test_small_answers_are_not_held_back() -> None:
    """Else the kernel keeps the end of an answer until the client has confirmed its beginning."""

    async def ask() -> int:
        connected: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def look(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            connected.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with serve.listen("127.0.0.1", 0) as listener:
            async with await asyncio.start_server(look, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                no_delay = await connected
                writer.close()
                await writer.wait_closed()
        return no_delay

    assert asyncio.run(ask()) != 0


def test_serve_says_which_port_is_taken(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("serve", "--port", str(port))
        out, log = process.communicate(timeout=30)

    assert process.returncode == 2
    assert out == ""
    assert re.fullmatch(rf"legible: Cannot listen on 127\.0\.0\.1, port {port}: .*--port\.\n", log)


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"LEGIBLE_ENV": "production"}, "LEGIBLE_SECRET is not set"),
        (
            {"LEGIBLE_ENV": "production", "LEGIBLE_SECRET": "change-me-change-me-change-me-change"},
            "LEGIBLE_SECRET is an example",
        ),
        ({"LEGIBLE_PORT": "eight thousand"}, "LEGIBLE_PORT: "),
        (
            {"LEGIBLE_DATABASE_URL": "postgresql://ada:hidden@127.0.0.1:1/legible"},
            "The database does not answer",
        ),
        ({"LEGIBLE_DATABASE_URL": "not a database"}, "LEGIBLE_DATABASE_URL"),
        ({"LEGIBLE_REDIS_URL": "http://:hidden@127.0.0.1/0"}, "LEGIBLE_REDIS_URL"),
        ({"LEGIBLE_TRUSTED_PROXIES": "*"}, "LEGIBLE_TRUSTED_PROXIES: "),
    ],
)
def test_serve_refuses_to_start_wrong_and_says_why(
    start: Start, variables: dict[str, str], reason: str
) -> None:
    process = start("serve", **{"LEGIBLE_PORT": "0", **variables})

    out, log = process.communicate(timeout=30)

    assert process.returncode == 2
    assert out == ""
    assert log.startswith(f"legible: {reason}")
    assert "Traceback" not in log
    assert "hidden" not in log


def test_serve_says_which_check_of_the_networks_failed(start: Start, tmp_path: Path) -> None:
    process = start("serve", "--port", "0", LEGIBLE_MODELS_DIR=str(tmp_path / "none"))

    out, log = process.communicate(timeout=60)

    assert process.returncode not in {0, None}
    assert out == ""
    assert "CURRENT.json" in log
    assert "Traceback" not in log


def test_openapi_prints_the_document_and_touches_nothing(start: Start, tmp_path: Path) -> None:
    process = start("openapi", LEGIBLE_MODELS_DIR="/nowhere")

    out, log = process.communicate(timeout=30)

    assert process.returncode == 0, log
    assert "/api/v1/readings" in json.loads(out)["paths"]
    assert list(tmp_path.iterdir()) == []


def test_migrate_makes_the_database(start: Start, tmp_path: Path) -> None:
    process = start("migrate", LEGIBLE_VAR_DIR=str(tmp_path / "elsewhere"))

    assert process.wait(timeout=30) == 0
    assert (tmp_path / "elsewhere" / "legible.sqlite3").is_file()
