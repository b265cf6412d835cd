"""The commands of `docs/deploy.md` that save and restore a service, run as they stand there."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import db, models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.app.storage import FileStorage
from legible.cli import main
from tests.app.new_database import new_database
from tests.app.people import PASSWORD, SECRET, FakeReader, Person, picture

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "deploy.md"
API = "/api/v1"


@dataclass
class Place:
    """A service's settings, and how its database is lost and made anew."""

    settings: Settings
    kind: str
    postgres_url: str = ""

    def run(self, step: str, backup: Path) -> None:
        """Run the block of the guide that is marked with a step, e.g. `backup`."""
        marked = rf"<!-- run by tests: {step}-{self.kind} -->\n```sh\n(.*?)```"
        found = re.search(marked, GUIDE.read_text(), re.DOTALL)
        assert found, f"the guide has no block for {step}-{self.kind}"
        environment = os.environ | {
            "LEGIBLE_DATABASE_URL": self.settings.database_url,
            "LEGIBLE_VAR_DIR": str(self.settings.var_dir),
            "BACKUP": str(backup),
        }
        if self.kind == "postgresql":
            environment["PATH"] = f"{self._programs()}:{environment['PATH']}"
        subprocess.run(["sh", "-ec", found[1]], env=environment, check=True, timeout=60)

    def destroy(self) -> None:
        shutil.rmtree(self.settings.var_dir)
        if self.kind == "postgresql":
            name = sa.make_url(self.settings.database_url).database
            url = sa.make_url(self.postgres_url).set(drivername="postgresql+psycopg")
            engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
            engine.dispose()

    def _programs(self) -> str:
        """Where `pg_dump` of the server's own version lies."""
        engine = db.make_engine(self.settings.sqlalchemy_url())
        with engine.connect() as connection:
            asked = sa.text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
            found: str = connection.execute(asked).scalar_one()
        engine.dispose()
        return found


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    settings = Settings(
        secret=SECRET, var_dir=tmp_path / "var", argon2_memory_kib=8, argon2_passes=1
    )
    if request.param == "sqlite":
        yield Place(settings, "sqlite")
        return
    postgres_url: str = request.getfixturevalue("postgres_url")
    with new_database(postgres_url) as url:
        settings = settings.model_copy(update={"database_url": url})
        yield Place(settings, "postgresql", postgres_url)


@dataclass
class Writers:
    """Send picture after picture until told to stop, and delete every fifth again."""

    person: Person
    stopped: Event = field(default_factory=Event)
    kept: dict[str, bytes] = field(default_factory=dict)  # acknowledged, by the reading's id
    deleted: set[str] = field(default_factory=set)

    def write(self, first: int) -> None:
        for shade in range(first, first + 64):
            if self.stopped.is_set():
                return
            data = picture(shade)
            reading_id = self.person.read(data)["id"]
            if shade % 5:
                self.kept[reading_id] = data
            else:
                self.deleted.add(reading_id)
                self.person.delete(f"/readings/{reading_id}")

    def wait_for(self, count: int) -> None:
        for _ in range(3000):
            if len(self.kept) >= count:
                return
            time.sleep(0.01)
        pytest.fail(f"expected {count} readings within 30 s, got {len(self.kept)}")


def test_what_was_acknowledged_before_a_backup_under_writes_is_there_after_a_restore(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    db.migrate(place.settings)
    with TestClient(create_app(place.settings, FakeReader)) as client:
        new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
        made = client.post(f"{API}/auth/register", json=new).json()
        ada = Person(client, made["user"], made["access_token"])
        writers = Writers(ada)
        with ThreadPoolExecutor(4) as pool:
            under_way = [pool.submit(writers.write, 64 * each) for each in range(4)]
            try:
                writers.wait_for(12)
                before = dict(writers.kept)
                place.run("backup", backup)
                writers.wait_for(len(before) + 1)  # they went on all the time
            finally:
                writers.stopped.set()
        for writer in under_way:
            writer.result()

    place.destroy()
    place.run("restore", backup)

    monkeypatch.setenv("LEGIBLE_DATABASE_URL", place.settings.database_url)
    monkeypatch.setenv("LEGIBLE_VAR_DIR", str(place.settings.var_dir))
    repaired = main(["storage", "check", "--repair"])  # migrates as well
    checked_again = main(["storage", "check"])
    with TestClient(create_app(place.settings, FakeReader)) as client:
        ada = Person(client, ada.user, ada.token)
        restored = {each: ada.get(f"/readings/{each}/picture") for each in before}
        dangling = _readings_without_a_picture(place.settings)
        listed = ada.get("/readings", params={"limit": 100}).json()["items"]

    assert {each: got.content for each, got in restored.items()} == before
    # Somebody is told of what was deleted between the rows and the pictures; then all is in step.
    assert repaired == (1 if dangling else 0)
    assert checked_again == 0
    assert {each["id"] for each in listed} <= writers.kept.keys() | writers.deleted
    # The pictures were copied after the rows: only what was deleted in between has a row without.
    assert dangling <= writers.deleted


def _readings_without_a_picture(settings: Settings) -> set[str]:
    database, storage = Database(settings.sqlalchemy_url()), FileStorage(settings.pictures_dir)
    with database.reads() as session:
        rows = session.scalars(sa.select(models.Reading)).all()
        found = {str(row.id) for row in rows if not storage.exists(row.storage_key)}
    database.close()
    return found
