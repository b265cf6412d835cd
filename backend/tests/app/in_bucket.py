"""A service whose pictures are in the bucket of the stand-in for S3."""

from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from legible.app.settings import Settings
from tests.app.people import PASSWORD, Person
from tests.app.s3_server import BUCKET

PREFIX = "of/legible"


def in_bucket(settings: Settings, **more: Any) -> Settings:
    url = f"s3://{BUCKET}/{PREFIX}"
    return settings.model_copy(update={"storage_url": url, "storage_timeout_s": 5.0, **more})


def enter(client: TestClient, name: str) -> Person:
    new = {"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD}
    body = client.post("/api/v1/auth/register", json=new).json()
    return Person(client, body["user"], body["access_token"])


def picture_of(person: Person, reading: dict[str, Any], **options: Any) -> Response:
    return person.get(f"/readings/{reading['id']}/picture", **options)
