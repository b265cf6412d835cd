"""A service with several versions of tiny networks, and an admin who switches between them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.asgi import make_loader, open_reader
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import PASSWORD, Person
from tests.reader.tiny_bundle import write_bundle, write_line_bundle

DIGITS = ("1.0.0", "1.1.0", "1.2.0")


def write_models(folder: Path) -> Path:
    """Write versions of both networks, of which `CURRENT.json` names the oldest."""
    for version in reversed(DIGITS):
        # Less and less sure, so that one can be told from another by what it answers.
        write_bundle(folder, version=version, temperature=1.0 + DIGITS.index(version))
    write_line_bundle(folder, version="1.1.0", temperature=3.0)
    write_line_bundle(folder, version="1.0.0")
    return folder


def damage(folder: Path, name: str, version: str) -> None:
    """Flip a byte of a network."""
    path = folder / name / version / "model.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@contextmanager
def serving(settings: Settings) -> Iterator[TestClient]:
    """Run the service as `legible serve` builds it."""
    app = create_app(settings, lambda: open_reader(settings), make_loader(settings))
    with TestClient(app) as client:
        yield client


def register_at(client: TestClient, name: str) -> Person:
    """Register somebody."""
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    body = client.post("/api/v1/auth/register", json=new).json()
    return Person(client, body["user"], body["access_token"])


def register_admin(client: TestClient, settings: Settings) -> Person:
    """Register somebody and make them an admin."""
    root = register_at(client, "root")
    database = Database(settings.sqlalchemy_url())
    make_admin(database, UUID(root.user["id"]))
    database.close()
    return root


def make_admin(database: Database, user_id: UUID) -> None:
    """Make somebody an admin."""
    with database.writes() as session:
        whose = models.User.id == user_id
        session.execute(sa.update(models.User).where(whose).values(role="admin"))


def wait_until(done: Callable[[], Any], *, seconds: float = 10) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def served(client: TestClient) -> dict[str, str]:
    """What a service says that it serves."""
    models: dict[str, str] = client.get("/readyz").json()["models"]
    return models
