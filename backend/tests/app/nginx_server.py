"""A real nginx with the configuration of `frontend/nginx`, and a name server for it to ask."""

import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

CONFIGURATION = Path(__file__).resolve().parents[3] / "frontend" / "nginx"
_A_RECORD = 1


@contextmanager
def name_server(addresses: Sequence[str]) -> Iterator[int]:
    """Answer every name with all the addresses, as Docker's and Kubernetes' do; give the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answering:
        answering.bind(("127.0.0.1", 0))
        thread = Thread(target=_answer_names, args=(answering, addresses))
        thread.start()
        try:
            yield answering.getsockname()[1]
        finally:
            answering.sendto(b"", answering.getsockname())  # ends it
            thread.join()


def _answer_names(answering: socket.socket, addresses: Sequence[str]) -> None:
    while True:
        asked, who = answering.recvfrom(512)
        if not asked:
            return
        # RFC 1035, 4.1: a header of 12 bytes, the labels up to an empty one, type and class.
        end = asked.index(b"\0", 12) + 5
        kind = struct.unpack("!H", asked[end - 4 : end - 2])[0]
        found = [socket.inet_aton(each) for each in addresses] if kind == _A_RECORD else []
        header = asked[:2] + struct.pack("!HHHHH", 0x8180, 1, len(found), 0, 0)
        record = struct.pack("!HHHIH", 0xC00C, _A_RECORD, 1, 5, 4)  # the name as it was asked
        answering.sendto(header + asked[12:end] + b"".join(record + each for each in found), who)


@contextmanager
def run_nginx(directory: Path, *, api: str, names_port: int) -> Iterator[str]:
    """Start nginx by its own `start.sh` and answer its address.

    Only places are put in for those of the image: folders, ports, and the name server's port.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.fail(
            "This test needs nginx. `make nginx` installs it when you are root; else install it "
            "(Debian, Ubuntu: sudo apt install nginx-light; macOS: brew install nginx)."
        )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    _copy_configuration(directory, port, names_port)
    environment = {
        "PATH": f"{Path(program).parent}:{os.environ['PATH']}",
        "LEGIBLE_API": api,
        "LEGIBLE_MAX_UPLOAD_BYTES": "26214400",
    }
    with (directory / "nginx.log").open("ab") as log:
        process = subprocess.Popen(
            ["sh", str(directory / "etc/start.sh")], env=environment, stdout=log, stderr=log
        )
    try:
        _wait_for(process, port, directory / "nginx.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _copy_configuration(directory: Path, port: int, names_port: int) -> None:
    (directory / "etc").mkdir()
    (directory / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    places = {
        "/tmp/legible": f"{directory}/run",
        "/etc/legible": f"{directory}/etc",
        "/etc/resolv.conf": f"{directory}/resolv.conf",
        "listen 8080;": f"listen 127.0.0.1:{port};",
        '" valid=10s;"': f'":{names_port} valid=10s;"',
    }
    if os.getuid() == 0:  # its workers would become somebody who may not enter here
        places["daemon off;"] = "daemon off; user root;"
    texts = {path.name: path.read_text() for path in CONFIGURATION.iterdir()}
    for here, there in places.items():
        assert any(here in text for text in texts.values()), f"nowhere in it is {here}"
        texts = {name: text.replace(here, there) for name, text in texts.items()}
    for name, text in texts.items():
        (directory / "etc" / name).write_text(text)


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            connection.close()
            return
    pytest.fail(f"nginx does not answer: {log.read_text()[-2000:]}")
