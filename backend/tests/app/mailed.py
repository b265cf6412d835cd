"""What the tests of mailed tokens, of changes and of deletion share."""

from uuid import UUID

import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from tests.app.people import PASSWORD, Person

NEW_PASSWORD = "a chair by the door"


def log_in(client: TestClient, name: str = "ada", password: str = PASSWORD) -> Response:
    known = {"email": f"{name}@example.com", "password": password}
    return client.post("/api/v1/auth/login", json=known)


def another_session(person: Person) -> Person:
    """The same person on another device."""
    name = person.user["email"].partition("@")[0]
    return Person(person.client, person.user, log_in(person.client, name).json()["access_token"])


def change_user(database: Database, person: Person, **values: object) -> None:
    """Change the row of a user, as somebody else would."""
    with database.writes() as session:
        session.execute(
            sa.update(models.User).where(models.User.id == UUID(person.user["id"])).values(**values)
        )


def actions_of(database: Database, person: Person) -> list[str]:
    """What the audit log has of an account, oldest first."""
    event = models.AuditEvent
    with database.reads() as session:
        query = sa.select(event.action).where(event.user_id == UUID(person.user["id"]))
        return list(session.scalars(query.order_by(event.id)))


def make_key(person: Person) -> str:
    new = {"name": "Scanner", "scopes": ["read", "write"]}
    return str(person.post("/keys", json=new).json()["key"])
