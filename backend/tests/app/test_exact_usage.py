"""Real servers, killed, and clients that hang up: every page counts exactly once."""

import contextlib
import http.client
import json
import random
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings
from tests.app.processes import Server, StartServer, call, register_at, tiff

CLIENTS = 20
FILES = 3  # of each client


@dataclass
class Job:
    """One file that a client wants to have read, however often it has to ask."""

    data: bytes
    pages: int  # 0: it cannot be read
    key: str = field(default_factory=lambda: str(uuid4()))
    reading_id: str | None = None
    status: int = 0


def _jobs(client: int, count: int) -> list[Job]:
    jobs = []
    for number in range(count):
        pages = (0, 1, 2, 1, 3)[(client + number) % 5]
        data = b"no picture" if not pages else tiff(client * count + number, pages)
        jobs.append(Job(data, pages))
    return jobs


class Client:
    """Sends jobs over and over, hanging up at any moment, until each has its answer."""

    def __init__(self, server: Server, token: str, seed: int, kill_share: float) -> None:
        self._server = server
        self._token = token
        self._random = random.Random(seed)
        self._kill_share = kill_share
        self.hung_up = 0
        self.replayed = 0
        self.seen: set[int] = set()

    def finish(self, job: Job) -> None:
        for _ in range(2000):
            if self._random.random() < self._kill_share:
                self._hang_up(job)
            elif self._ask(job):
                return
            time.sleep(self._random.uniform(0, 0.05))
        pytest.fail(f"no answer in the end; the last was {job.status}")

    def _request(self, job: Job) -> bytes:
        boundary = uuid4().hex  # another each time, as most libraries do
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.tif"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        body += job.data + f"\r\n--{boundary}--\r\n".encode()
        head = (
            f"POST /api/v1/readings HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Authorization: Bearer {self._token}\r\nIdempotency-Key: {job.key}\r\n"
            f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _hang_up(self, job: Job) -> None:
        request = self._request(job)
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self._server.port), timeout=60) as connection,
        ):
            if self._random.random() < 0.5:  # a reset instead of an orderly end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            whole = self._random.random() < 0.7
            connection.sendall(
                request if whole else request[: self._random.randrange(len(request))]
            )
            time.sleep(self._random.choice((0, 0.002, 0.01, 0.03)))
            self.hung_up += 1

    def _ask(self, job: Job) -> bool:
        """Ask for an answer and take it if it is a final one."""
        try:
            with socket.create_connection(
                ("127.0.0.1", self._server.port), timeout=60
            ) as connection:
                connection.sendall(self._request(job))
                response = http.client.HTTPResponse(connection)
                response.begin()
                body = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return False  # the server has been killed
        job.status = response.status
        self.seen.add(response.status)
        if response.status == 201:
            job.reading_id = body["id"]
            assert len(body["pages"]) == job.pages
            self.replayed += response.headers.get("Idempotent-Replayed") == "true"
        else:
            assert response.status in {402, 409, 415, 503}, body
        return response.status in {201, 402, 415}


def _run(server: Server, token: str, jobs: list[list[Job]], kill_share: float) -> list[Client]:
    clients = [Client(server, token, seed, kill_share) for seed in range(len(jobs))]

    def work(client: Client, own: list[Job]) -> None:
        for job in own:
            client.finish(job)

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, clients, jobs))
    return clients


def _assert_exact(
    server: Server, settings: Settings, who: tuple[str, UUID], jobs: list[list[Job]]
) -> int:
    """Compare what clients were told with what was counted, in every place that counts."""
    token, user_id = who
    done = [job for own in jobs for job in own if job.status == 201]
    pages = sum(job.pages for job in done)
    usage = call(server, "GET", "/usage", token=token)
    assert usage["totals"] == {"readings": len(done), "pages": pages}
    assert usage["this_month"]["used_pages"] == pages
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        counted = session.scalars(
            sa.select(models.Usage.reading_id).where(models.Usage.user_id == user_id)
        ).all()
        kept = session.scalars(
            sa.select(models.Reading.id).where(models.Reading.user_id == user_id)
        ).all()
    database.close()
    assert sorted(map(str, counted)) == sorted(str(job.reading_id) for job in done)
    assert sorted(counted) == sorted(kept)
    return pages


def test_usage_is_exact_when_clients_hang_up_and_ask_again(
    start_server: StartServer, settings: Settings
) -> None:
    server = start_server(workers=2)
    who = register_at(server)
    jobs = [_jobs(client, FILES) for client in range(CLIENTS)]

    clients = _run(server, who[0], jobs, kill_share=0.5)

    pages = _assert_exact(server, settings, who, jobs)
    assert pages == sum(job.pages for own in jobs for job in own)
    assert all(job.status == (201 if job.pages else 415) for own in jobs for job in own)
    # It was as rough as it should be.
    assert sum(client.hung_up for client in clients) > CLIENTS
    assert sum(client.replayed for client in clients) > 0


def test_usage_is_exact_when_the_server_is_killed(
    start_server: StartServer, settings: Settings
) -> None:
    server = start_server()
    who = register_at(server)
    jobs = [_jobs(client, FILES) for client in range(CLIENTS)]
    every = [job for own in jobs for job in own]
    over = threading.Event()

    def kill_now_and_then() -> None:
        for share in (0.2, 0.6):
            while sum(job.status in {201, 415} for job in every) < share * len(every):
                if over.wait(0.005):
                    return
            server.kill()
            server.start()

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        _run(server, who[0], jobs, kill_share=0.2)
    finally:
        over.set()
        killer.join()

    pages = _assert_exact(server, settings, who, jobs)
    assert pages == sum(job.pages for job in every)
    assert server.starts == 3


def test_a_quota_is_never_exceeded_however_many_ask_at_its_edge(
    start_server: StartServer, settings: Settings
) -> None:
    server = start_server(included_pages=61, workers=2)
    who = register_at(server)
    jobs = [_jobs(client, FILES) for client in range(CLIENTS)]  # 84 pages

    clients = _run(server, who[0], jobs, kill_share=0.2)

    pages = _assert_exact(server, settings, who, jobs)
    assert 59 <= pages <= 61  # a file of three pages is only refused when fewer are left
    assert 402 in set().union(*(client.seen for client in clients))
