"""Those who walk all calls, and what is theirs."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import PASSWORD, SECRET, FakeReader, Person, picture

# What limits refuse would test nothing else.
MANY = 1_000_000
UNLIMITED = {
    "user_requests_per_minute": MANY,
    "key_requests_per_minute": MANY,
    "address_requests_per_minute": MANY,
    "try_readings_per_hour": MANY,
    "try_readings_per_minute": MANY,
    "attempts_per_account": MANY,
    "attempts_per_address": MANY,
}


@dataclass
class World:
    """Ada with something of everything, Bob who has nothing, and Root, an admin."""

    client: TestClient
    ada: Person
    bob: Person
    root: Person
    keys: dict[str, str]  # Ada's, by scope
    settings: Settings

    def ids(self) -> dict[str, str]:
        """Ids of things of Ada's by the names that paths have for them, of which all are there."""
        self.log_in_again()
        reading_id = self.ada.read(picture(77))["id"]
        said = {"kind": "corrected", "text": "1", "page": 0, "line": 0, "symbol": 0}
        judged = self.ada.post(f"/readings/{reading_id}/feedback", json=said).json()
        return {
            "reading_id": reading_id,
            "key_id": self._key_id(),
            "session_id": self._another_session(),
            "identity_id": self._identity_id(),
            "user_id": self.ada.user["id"],
            "judgement_id": judged["id"],
            "number": "1",
            "month": f"{datetime.now(UTC):%Y-%m}",
        }

    def log_in_again(self) -> None:
        """Give those new tokens who were logged out by a call, or frozen."""
        for person in (self.root, self.ada, self.bob):
            if person.get("/users/me").status_code != 200:
                self.root.post(f"/admin/users/{person.user['id']}/unfreeze")
                known = {"email": person.user["email"], "password": PASSWORD}
                answer = self.client.post("/api/v1/auth/login", json=known)
                person.token = answer.json()["access_token"]
        self.client.cookies.clear()

    def _key_id(self) -> str:
        found = [one for one in self.ada.get("/keys").json()["items"] if one["name"] == "Spare"]
        new = {"name": "Spare", "scopes": ["read"]}
        key_id: str = (found[0] if found else self.ada.post("/keys", json=new).json())["id"]
        return key_id

    def _identity_id(self) -> str:
        found = self.ada.get("/users/me/identities").json()["items"]
        if found:
            return str(found[0]["id"])
        identity = models.Identity(
            user_id=UUID(self.ada.user["id"]), issuer="https://issuer.example", subject=uuid4().hex
        )
        database = Database(self.settings.sqlalchemy_url())
        with database.writes() as session:
            session.add(identity)
        database.close()
        return str(identity.id)

    def _another_session(self) -> str:
        found: list[str] = []
        while not found:
            listed = self.ada.get("/sessions").json()["items"]
            found = [one["id"] for one in listed if not one["current"]]
            if not found:
                known = {"email": self.ada.user["email"], "password": PASSWORD}
                self.client.post("/api/v1/auth/login", json=known)
                self.client.cookies.clear()
        return found[0]


def _register(client: TestClient, name: str) -> Person:
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    body = client.post("/api/v1/auth/register", json=new).json()
    return Person(client, body["user"], body["access_token"])


@pytest.fixture(scope="module")
def unlimited(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What is walked does not depend on the database; test_document.py asks both."""
    var_dir = tmp_path_factory.mktemp("walked")
    shutil.copy(migrated_sqlite, var_dir)
    settings = Settings(secret=SECRET, var_dir=var_dir, argon2_memory_kib=8, argon2_passes=1)
    small = {"max_upload_bytes": 200_000, "max_batch_bytes": 200_000, "max_batch_files": 10}
    return settings.model_copy(update={**UNLIMITED, **small})


@pytest.fixture(scope="module")
def world(unlimited: Settings) -> Iterator[World]:
    """One for a module: no test takes from it what others need."""
    with TestClient(create_app(unlimited, FakeReader)) as client:
        ada, bob, root = (_register(client, name) for name in ("ada", "bob", "root"))
        client.cookies.clear()
        set_role(unlimited, "root@example.com", "admin")
        keys = {
            scope: ada.post("/keys", json={"name": scope, "scopes": [scope]}).json()["key"]
            for scope in ("read", "write")
        }
        yield World(client, ada, bob, root, keys, unlimited)


def set_role(settings: Settings, email: str, role: str) -> None:
    """Make somebody an admin, or take it from them."""
    database = Database(settings.sqlalchemy_url())
    with database.writes() as session:
        whose = models.User.email == email
        session.execute(sa.update(models.User).where(whose).values(role=role))
    database.close()
