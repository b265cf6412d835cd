import io
import json
import logging
import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app.context import RequestContext, current_request
from legible.app.db import Database
from legible.app.models import uuid7
from legible.app.settings import Settings
from legible.app.system.logs import line_formatter
from legible.cli import main
from legible.reader.types import Reading, ReadOptions
from tests.app.people import PASSWORD, FakeReader, Person, Register, picture

READ = "27182818"
CORRECTED = "31415926"


class NumberReader(FakeReader):
    def read(self, data: bytes, options: ReadOptions) -> Reading:
        if options.pattern == "fail":
            raise RuntimeError("out of memory")
        return replace(super().read(data, options), text=READ)


@pytest.fixture
def reader() -> FakeReader:
    return NumberReader()


def _lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_whole_session_leaves_no_secret_in_the_log(
    *,
    log: io.StringIO,
    client: TestClient,
    register: Register,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEGIBLE_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("LEGIBLE_DATABASE_URL", settings.database_url)
    ada, root = register("ada"), register("root")
    known = {"email": "ada@example.com", "password": PASSWORD}
    client.post("/api/v1/auth/login?email=stranger@example.org", json=known)
    client.post("/api/v1/auth/login", json=known | {"password": "mistyped-password"})
    client.post("/api/v1/auth/login", json={"email": "stranger@example.org", "password": "x"})
    client.post("/api/v1/auth/token", data={"username": known["email"], "password": PASSWORD})
    client.post("/api/v1/auth/register", json=known | {"name": "Ada"})
    reading = ada.read(picture(), "private-name.png")
    ada.send(b"no picture", "private-name.png")
    ada.send(picture(), "private-name.png", pattern="fail")
    said = {"kind": "corrected", "text": CORRECTED}
    ada.post(f"/readings/{reading['id']}/feedback", json=said)
    for path in ("", "/picture", "/pages/1/image", "/feedback", "/stranger@example.org"):
        ada.get(f"/readings/{reading['id']}{path}")
    ada.get("/readings/stranger@example.org")
    ada.get("/readings", params={"cursor": "stranger@example.org"})
    client.get("/users/me", headers={"Authorization": "Bearer not-a-good-token"})
    client.get(f"/{ada.token}")
    assert main(["admin", "grant", "root@example.com"]) == 0
    root.get("/admin/users", params={"search": "stranger@example.org"})
    root.post(f"/admin/users/{ada.user['id']}/freeze")
    root.post(f"/admin/users/{ada.user['id']}/unfreeze")
    ada.delete(f"/readings/{reading['id']}")

    written = log.getvalue()

    assert f'"reading_id": "{reading["id"]}"' in written  # it was really watched
    for secret in (
        *(PASSWORD, "mistyped-password", ada.token, root.token, "not-a-good-token"),
        *("example.com", "example.org", "private-name", READ, CORRECTED, "argon2", "Bearer"),
    ):
        assert secret not in written, secret
    lines = _lines(log)
    assert len([line for line in lines if line["logger"] == "legible.access"]) >= 20
    assert all(line["request_id"] for line in lines if line["logger"].startswith("legible."))
    # One line for each request, and one for what went wrong on our side.
    [failed] = [line for line in lines if line["level"] == "error"]
    assert failed["event"] == "request failed"
    assert "RuntimeError: out of memory" in failed["exception"]
    assert READ not in failed["exception"]


def test_a_line_says_what_was_asked_for_and_how_it_went(log: io.StringIO, ada: Person) -> None:
    missing = str(uuid7())
    asked = {"Authorization": f"Bearer {ada.token}", "X-Request-ID": "trace-7"}

    ada.client.get(f"/api/v1/readings/{missing}", headers=asked)

    line = _lines(log)[-1]
    assert line["event"] == "GET /api/v1/readings/{reading_id} 404"
    assert line["reading_id"] == missing
    assert line["request_id"] == "trace-7"
    assert (line["level"], line["logger"]) == ("info", "legible.access")
    assert line["duration_ms"] > 0
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+Z", line["timestamp"])


def test_what_is_logged_while_a_route_works_has_the_id_of_its_request(
    log: io.StringIO, ada: Person, settings: Settings
) -> None:
    reading_id = ada.read()["id"]
    for file in settings.pictures_dir.rglob("*"):
        if file.is_file():
            file.unlink()

    answer = ada.get(f"/readings/{reading_id}/picture")

    [line] = [line for line in _lines(log) if "not in the storage" in line["event"]]
    assert line["request_id"] == answer.headers["x-request-id"]


def test_an_error_of_the_database_is_told_without_the_values(settings: Settings) -> None:
    database = Database(settings.sqlalchemy_url())
    query = sa.text("SELECT nothing FROM nowhere WHERE email = :email")

    with pytest.raises(sa.exc.DBAPIError) as caught, database.reads() as session:
        session.execute(query, {"email": "ada@example.com"})

    database.close()
    assert "nowhere" in str(caught.value)
    assert "ada@example.com" not in str(caught.value)


def test_lines_are_readable_in_development() -> None:
    record = logging.LogRecord("legible.access", 20, "", 1, "GET %s 200", ("/readyz",), None)
    record.duration_ms = 1.5
    outside = current_request.set(RequestContext("trace-7", "192.0.2.7"))

    line = line_formatter("development").format(record)

    current_request.reset(outside)
    assert "\n" not in line
    for part in ("info", "GET /readyz 200", "duration_ms=1.5", "request_id=trace-7"):
        assert part in line


def test_a_line_break_makes_no_second_line() -> None:
    record = logging.LogRecord("a", 20, "", 1, "one\nforged", (), None)

    assert "\n" not in line_formatter("production").format(record)
