"""A client that costs little: sends one prepared request again and again over kept connections.

Run as a process of its own, so that neither side waits for the other's lock. A thread for each
connection, blocking sockets, the same bytes each time: what it takes of a core is measured and
told, as all that is not the server's.
"""

import argparse
import json
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

_WARM_UP_S = 0.5
_CONNECT_EVERY_S = 0.01  # so that no worker takes all connections at one look
_TIMEOUT_S = 120.0


@dataclass
class _Tally:
    """What one connection has seen."""

    took_ms: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    failed: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("request", type=Path, help="a file: the head and the body, as they are")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0)
    asked = parser.parse_args()
    json.dump(
        send_for(asked.port, asked.request.read_bytes(), asked.clients, asked.seconds), sys.stdout
    )


def send_for(port: int, request: bytes, clients: int, seconds: float) -> dict[str, object]:
    """Send a request over and over, and say what came of those after the warm-up.

    Returns:
        `took_ms` and `statuses` of each answer, `failed` connections, `seconds` in all, and
        `cpu_s`, what this process took of the processor meanwhile.
    """
    tallies = [_Tally() for _ in range(clients)]
    begins = time.perf_counter() + _WARM_UP_S + _CONNECT_EVERY_S * clients
    threads = []
    for tally in tallies:
        each = (port, request, begins, begins + seconds, tally)
        threads.append(threading.Thread(target=_send, args=each))
        threads[-1].start()
        time.sleep(_CONNECT_EVERY_S)
    time.sleep(max(0.0, begins - time.perf_counter()))
    cpu_before = time.process_time()
    for thread in threads:
        thread.join()
    return {
        "took_ms": [ms for tally in tallies for ms in tally.took_ms],
        "statuses": [status for tally in tallies for status in tally.statuses],
        "failed": sum(tally.failed for tally in tallies),
        "seconds": time.perf_counter() - begins,
        "cpu_s": time.process_time() - cpu_before,
    }


def _send(port: int, request: bytes, begins: float, ends: float, tally: _Tally) -> None:
    connection = _connect(port)
    while (start := time.perf_counter()) < ends:
        try:
            connection.sendall(request)
            status, stays = _receive(connection)
        except OSError:
            tally.failed += 1
            status, stays = 0, False
        if not stays:
            connection.close()
            connection = _connect(port)
        if status and start >= begins:
            tally.took_ms.append((time.perf_counter() - start) * 1000)
            tally.statuses.append(status)
    connection.close()


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), _TIMEOUT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _receive(connection: socket.socket) -> tuple[int, bool]:
    """Receive one answer; say its status, and whether the connection stays open."""
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = received[:end].lower()
    _, found, length = head.partition(b"content-length: ")
    left = int(length.partition(b"\r\n")[0]) if found else 0
    left -= len(received) - end - 4
    while left > 0:
        left -= len(_more(connection))
    stays = head.startswith(b"http/1.1") and b"connection: close" not in head
    return int(head.split(b" ", 2)[1]), stays


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise ConnectionResetError("expected an answer, the server hung up")
    return data


if __name__ == "__main__":
    main()
