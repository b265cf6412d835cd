"""What the tests of sessions do over and over."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from tests.app.people import PASSWORD

KNOWN = {"email": "ada@example.com", "password": PASSWORD}
PROOF = {"X-Requested-With": "a test"}


def log_in(client: TestClient, **headers: str) -> dict[str, Any]:
    response = client.post(
        "/api/v1/auth/login", json={**KNOWN, "with_refresh_token": True}, headers=headers
    )
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def refresh(client: TestClient, token: str) -> Response:
    return client.post("/api/v1/auth/refresh", json={"refresh_token": token})


def refreshed(client: TestClient, token: str) -> dict[str, Any]:
    response = refresh(client, token)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def who(client: TestClient, access_token: str) -> Response:
    return client.get("/api/v1/users/me", headers={"Authorization": f"Bearer {access_token}"})


def list_devices(client: TestClient, access_token: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {access_token}"}
    items: list[dict[str, Any]] = client.get("/api/v1/sessions", headers=headers).json()["items"]
    return items


def age_rotations(database: Database, age: timedelta) -> None:
    """Let the time since tokens were last used be longer."""
    with database.writes() as session:
        for row in session.scalars(sa.select(models.RefreshToken)):
            if row.rotated_at:
                row.rotated_at -= age


def current_device(client: TestClient, access_token: str) -> dict[str, Any]:
    (current,) = [one for one in list_devices(client, access_token) if one["current"]]
    return current
