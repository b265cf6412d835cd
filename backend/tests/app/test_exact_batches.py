"""Real servers, killed, and batches that are given up and sent again: each page counts once."""

import contextlib
import random
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
from legible.client import BatchItem, Client, NoConnection
from legible.client.retry import Retries
from tests.app.processes import Server, StartServer, call, register_at, tiff
from tests.app.zips import pack

SENDERS = 12
FILES = 10  # of each batch; half of them in an archive
PAGES = (1, 2, 1, 3, 0)


@dataclass
class Job:
    """A batch that somebody wants to have read, however often it has to be sent."""

    number: int
    key: str = field(default_factory=lambda: str(uuid4()))
    items: list[BatchItem] = field(default_factory=list)
    hung_up: int = 0

    @property
    def files(self) -> list[tuple[str, bytes]]:
        contents = [
            tiff(self.number * FILES + index, PAGES[index % 5]) if PAGES[index % 5] else b"words"
            for index in range(FILES)
        ]
        named = [(f"{index}.tif", content) for index, content in enumerate(contents)]
        half = FILES // 2
        return [*named[:half], ("rest.zip", pack(named[half:]))]

    def send(self, server: Server, token: str) -> None:
        """Send it until all items have come in one go, and hang up in between now and then."""
        chance = random.Random(self.number)
        for _ in range(500):
            take = chance.choice((FILES, chance.randrange(FILES)))
            with (
                contextlib.suppress(NoConnection),
                Client(
                    f"http://127.0.0.1:{server.port}",
                    api_key=token,
                    retries=Retries(count=1, first_wait_s=0.05),
                ) as client,
                contextlib.closing(
                    client.read_batch(self.files, idempotency_key=self.key)
                ) as items,
            ):
                taken = [item for _, item in zip(range(take), items, strict=False)]
                if take < FILES:
                    self.hung_up += 1
                else:
                    assert next(items, None) is None
                    self.items = taken
                    return
            time.sleep(chance.uniform(0, 0.05))
        pytest.fail("the batch was not finished in the end")


def _check(server: Server, settings: Settings, token: str, user_id: UUID, jobs: list[Job]) -> None:
    readings = [item.reading for job in jobs for item in job.items if item.reading]
    pages = SENDERS * FILES // 5 * sum(PAGES)
    assert sum(len(reading.pages) for reading in readings) == pages
    assert len({reading.id for reading in readings}) == SENDERS * FILES // 5 * 4
    usage = call(server, "GET", "/usage", token=token)
    assert usage["totals"] == {"readings": len(readings), "pages": pages}
    assert usage["this_month"]["used_pages"] == pages
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        for column, owner in (
            (models.Usage.reading_id, models.Usage.user_id),
            (models.Reading.id, models.Reading.user_id),
        ):
            kept = session.scalars(sa.select(column).where(owner == user_id)).all()
            assert sorted(kept) == sorted(reading.id for reading in readings)
    database.close()


def test_batches_are_exact_when_senders_hang_up_and_servers_are_killed(
    start_server: StartServer, settings: Settings
) -> None:
    server = start_server()
    token, user_id = register_at(server)
    jobs = [Job(number) for number in range(SENDERS)]
    over = threading.Event()

    def kill_now_and_then() -> None:
        for share in (0.2, 0.6):
            # By what is kept: while batches run.
            while _pages(server, token) < share * SENDERS * FILES:
                if over.wait(0.02):
                    return
            server.kill()
            server.start()

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(lambda job: job.send(server, token), jobs))
    finally:
        over.set()
        killer.join()

    _check(server, settings, token, user_id, jobs)
    assert server.starts == 3
    # It was as rough as it should be.
    assert sum(job.hung_up for job in jobs) > 0
    assert any(item.replayed for job in jobs for item in job.items)


def _pages(server: Server, token: str) -> int:
    pages: int = call(server, "GET", "/usage", token=token)["totals"]["pages"]
    return pages
