"""A real server is stopped while it reads."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app.people import PASSWORD, picture
from tests.reader.tiny_bundle import write_bundle

# The real service, whose reader says that it has begun and waits until it may go on.
WAITING = """
import time
from pathlib import Path
from legible.app import asgi
from legible.cli import main

here = Path({here!r})
opened = asgi.open_reader

def open_waiting(settings):
    reader = opened(settings)
    read = reader.read

    def wait_and_read(data, options):
        (here / "begun").touch()
        while not (here / "go-on").exists():
            time.sleep(0.01)
        return read(data, options)

    object.__setattr__(reader, "read", wait_and_read)
    return reader

asgi.open_reader = open_waiting
raise SystemExit(main(["serve", "--port", "0"]))
"""
PLAIN = "from legible.cli import main; raise SystemExit(main(['serve', '--port', '0', {more}]))"


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("models")
    write_bundle(directory)
    return directory


@contextmanager
def _serving(script: str, models_dir: Path, cwd: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=cwd,
        env={
            "LEGIBLE_MODELS_DIR": str(models_dir),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "LEGIBLE_ENV": "production",
            "LEGIBLE_SECRET": "d41b8f0c-one-good-secret-of-the-tests-7e",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _port(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline().split(" (")[0].rsplit(":", 1)[1])


def _register(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/auth/register", json.dumps(new), headers)
    response = connection.getresponse()
    token = json.load(response)["access_token"]
    connection.close()
    return str(token)


def _upload() -> tuple[bytes, str]:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return head + picture() + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"


def _wait_until(done: Callable[[], bool]) -> None:
    for _ in range(3000):
        if done():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen in 30 s")


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_reading_that_runs_is_finished_and_nobody_else_comes_in(
    tmp_path: Path, models_dir: Path
) -> None:
    with _serving(WAITING.format(here=str(tmp_path)), models_dir, tmp_path) as process:
        port = _port(process)
        token = _register(port)

        def send() -> tuple[int, bytes]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            body, kind = _upload()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
            connection.request("POST", "/api/v1/readings", body, headers)
            response = connection.getresponse()
            answer = response.status, response.read()
            connection.close()
            return answer

        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(send)
            _wait_until((tmp_path / "begun").exists)
            process.send_signal(signal.SIGTERM)
            _wait_until(lambda: _refuses(port))
            assert not sent.done()
            assert process.poll() is None
            (tmp_path / "go-on").touch()
            status, body = sent.result()
        _, log = process.communicate(timeout=60)

    assert status == 201, body
    assert json.loads(body)["status"]
    assert process.returncode == 0, log
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events[-1] == "POST /api/v1/readings 201"


@pytest.mark.parametrize("more", ["", "'--workers', '2'"], ids=["one-worker", "two-workers"])
def test_an_upload_that_has_begun_is_taken_to_its_end(
    tmp_path: Path, models_dir: Path, more: str
) -> None:
    with _serving(PLAIN.format(more=more), models_dir, tmp_path) as process:
        port = _port(process)
        token = _register(port)
        body, kind = _upload()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.putrequest("POST", "/api/v1/readings")
        connection.putheader("Authorization", f"Bearer {token}")
        connection.putheader("Content-Type", kind)
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        assert connection.sock.recv(1000).startswith(b"HTTP/1.1 100")  # the route wants the body
        connection.send(body[:-20])

        process.send_signal(signal.SIGTERM)
        _wait_until(lambda: _refuses(port))
        connection.send(body[-20:])
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        _, log = process.communicate(timeout=60)

    assert response.status == 201, answer
    assert process.returncode == 0, log


@pytest.mark.parametrize("more", ["", "'--workers', '2'"], ids=["one-worker", "two-workers"])
def test_a_batch_ends_after_the_item_that_runs_and_says_so(
    tmp_path: Path, models_dir: Path, more: str
) -> None:
    script = PLAIN.format(more=more)
    with _serving(script, models_dir, tmp_path) as process:
        port = _port(process)
        token = _register(port)
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        body = (head + picture() + b"\r\n") * 300 + b"--b--\r\n"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "multipart/form-data; boundary=b",
        }
        connection.request("POST", "/api/v1/readings/batch", body, headers)
        response = connection.getresponse()
        first = response.readline()
        process.send_signal(signal.SIGTERM)
        lines = [json.loads(line) for line in (first, *response)]
        connection.close()
        _, log = process.communicate(timeout=60)

    assert process.returncode == 0, log
    end = lines.pop()
    assert (end["done"], end["code"]) == (False, "stopping")
    assert [line["index"] for line in lines] == list(range(len(lines)))
    assert len(lines) < 300
    assert end["read"] + end["failed"] == len(lines)
