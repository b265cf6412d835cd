"""A real Redis, as a process of its own on loopback."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError


class RedisServer:
    """Starts and stops `redis-server` on one port, which keeps nothing on the disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def start(self, *options: str) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail(
                "These tests need redis-server. `make redis` installs it when you are root; else "
                "install it (Debian, Ubuntu: sudo apt install redis-server; macOS: brew install "
                "redis)."
            )
        where = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._directory)]
        nothing_kept = ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        command = [program, *where, *nothing_kept, *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with self.client() as redis:
            for _ in range(200):
                if self._process.poll() is not None:
                    pytest.fail(f"redis-server ended: {self._process.communicate()[0].decode()}")
                try:
                    redis.ping()
                except RedisError:
                    time.sleep(0.05)
                else:
                    return
        pytest.fail("redis-server does not answer after 10 s")

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.communicate()
            self._process = None

    def freeze(self) -> None:
        """Let it take connections and never answer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
