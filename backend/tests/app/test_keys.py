import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.keys.secret import hash_key, is_well_formed, make_key
from legible.app.keys.service import MAX_KEYS
from legible.app.settings import Settings
from tests.app.people import Person, Register, assert_problem, picture


def _call(client: TestClient, token: str, method: str, path: str, **options: Any) -> Response:
    headers = {"Authorization": f"Bearer {token}"}
    return client.request(method, f"/api/v1{path}", headers=headers, **options)


def _make(person: Person, **changes: Any) -> Response:
    new = {"name": "Scanner", "scopes": ["read", "write"], **changes}
    return _call(person.client, person.token, "POST", "/keys", json=new)


def _key(person: Person, **changes: Any) -> str:
    response = _make(person, **changes)
    assert response.status_code == 201, response.text
    key: str = response.json()["key"]
    return key


def _change(settings: Settings, key: str, **values: Any) -> None:
    """Change the row of a key as time would."""
    database = Database(settings.sqlalchemy_url())
    with database.writes() as session:
        session.execute(
            sa.update(models.ApiKey).where(models.ApiKey.key_hash == hash_key(key)).values(values)
        )
    database.close()


def _row(settings: Settings, key: str) -> models.ApiKey:
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        row = session.scalars(
            sa.select(models.ApiKey).where(models.ApiKey.key_hash == hash_key(key))
        ).one()
    database.close()
    return row


def test_a_key_is_shown_once_and_reads_pictures(ada: Person) -> None:
    made = _make(ada, name="  Post   room ")

    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    body = made.json()
    key = body.pop("key")
    assert body["name"] == "Post room"
    assert body["scopes"] == ["read", "write"]
    assert key.startswith(body["prefix"])
    sent = _call(ada.client, key, "POST", "/readings", files={"file": ("a.png", picture())})
    assert sent.status_code == 201
    assert _call(ada.client, key, "GET", "/users/me").json() == ada.user
    listed = ada.get("/keys")
    assert listed.json() == {
        "items": [{**body, "last_used_at": listed.json()["items"][0]["last_used_at"]}]
    }
    assert key not in listed.text


def test_of_a_key_only_its_hash_is_kept(ada: Person, settings: Settings) -> None:
    key = _key(ada)

    row = _row(settings, key)

    kept = " ".join(str(getattr(row, column.key)) for column in models.ApiKey.__table__.columns)
    assert key not in kept
    assert key[len(row.prefix) : -6] not in kept


def test_a_key_has_a_mark_256_random_bits_and_a_checksum() -> None:
    keys = {make_key() for _ in range(200)}

    assert len(keys) == 200
    for key in keys:
        assert re.fullmatch(r"lgb_[0-9A-Za-z]{49}", key)
        assert is_well_formed(key)
        number = 0
        for char in key[-6:]:
            number = number * 62 + _DIGITS.index(char)
        assert number == zlib.crc32(key[:-6].encode())


_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1],
        lambda key: key + "0",
        lambda key: key[:10] + ("0" if key[10] != "0" else "1") + key[11:],
        lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
        lambda _key: "lgb_",
        lambda key: key[:10] + "\u00e9" + key[11:],
        lambda key: key.swapcase(),
        lambda _key: make_key(),  # whole, but nobody's
    ],
)
def test_what_is_nearly_a_key_is_nobody(ada: Person, spoil: Any) -> None:
    token = spoil(_key(ada))

    response = ada.client.get(
        "/api/v1/users/me", headers={"Authorization": b"Bearer " + token.encode("latin-1")}
    )

    assert_problem(response, 401, "not_authenticated")


def test_a_key_that_has_expired_is_told_so(ada: Person, settings: Settings) -> None:
    expires_at = datetime.now(UTC) + timedelta(days=1)
    key = _key(ada, expires_at=expires_at.isoformat())
    assert _call(ada.client, key, "GET", "/readings").status_code == 200

    _change(settings, key, expires_at=datetime.now(UTC) - timedelta(seconds=1))

    assert_problem(_call(ada.client, key, "GET", "/readings"), 401, "key_expired")
    assert_problem(_call(ada.client, key, "POST", "/readings"), 401, "key_expired")
    assert len(ada.get("/keys").json()["items"]) == 1


def test_a_key_that_was_revoked_is_told_so_and_gone_from_the_list(ada: Person) -> None:
    key = _key(ada)
    key_id = ada.get("/keys").json()["items"][0]["id"]

    assert ada.delete(f"/keys/{key_id}").status_code == 204

    assert_problem(_call(ada.client, key, "GET", "/readings"), 401, "key_revoked")
    assert ada.get("/keys").json() == {"items": []}
    assert_problem(ada.delete(f"/keys/{key_id}"), 404, "not_found")
    renamed = _call(ada.client, ada.token, "PATCH", f"/keys/{key_id}", json={"name": "New"})
    assert_problem(renamed, 404, "not_found")


def test_a_key_can_be_renamed_and_nothing_else(ada: Person) -> None:
    key = _key(ada, scopes=["read"])
    before = ada.get("/keys").json()["items"][0]
    path = f"/keys/{before['id']}"

    renamed = _call(ada.client, ada.token, "PATCH", path, json={"name": "Office"})
    more = {"name": "Office", "scopes": ["read", "write"]}
    widened = _call(ada.client, ada.token, "PATCH", path, json=more)

    assert renamed.json() == {**before, "name": "Office"}
    assert_problem(widened, 422, "invalid_request")
    assert_problem(_call(ada.client, key, "POST", "/readings"), 403, "not_allowed")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("scopes", []),
        ("scopes", ["admin"]),
        ("scopes", ["account"]),
        ("scopes", "read"),
        ("expires_at", "2020-01-01T00:00:00Z"),
        ("expires_at", "9999-12-31T23:59:59-12:00"),
        ("expires_at", "2999-01-01T00:00:00"),
        ("expires_at", 32472144000),
        ("expires_at", "32472144000"),
        ("user_id", "0190d5b2-6b7e-7000-8000-000000000000"),
    ],
)
def test_a_bad_field_of_a_key_is_named(ada: Person, field: str, value: Any) -> None:
    problem = assert_problem(_make(ada, **{field: value}), 422, "invalid_request")

    assert problem["errors"][0]["field"].split(".")[0] == field


def test_the_use_of_a_key_is_noted_once_a_minute(ada: Person, settings: Settings) -> None:
    key = _key(ada)
    assert _row(settings, key).last_used_at is None
    before = datetime.now(UTC)

    _call(ada.client, key, "GET", "/readings")
    first = _row(settings, key).last_used_at
    _call(ada.client, key, "GET", "/readings")
    second = _row(settings, key).last_used_at
    a_while_ago = before - timedelta(minutes=2)
    _change(settings, key, last_used_at=a_while_ago)
    _call(ada.client, key, "GET", "/readings")
    third = _row(settings, key).last_used_at

    assert first is not None
    assert third is not None
    assert before <= first == second
    assert third >= before


def test_an_account_has_so_many_keys_and_no_more_also_when_made_at_once(ada: Person) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: _make(ada, name=f"key {n}"), range(MAX_KEYS + 4)))

    made = [answer for answer in answers if answer.status_code == 201]
    assert len(made) == MAX_KEYS
    for answer in answers:
        if answer not in made:
            assert_problem(answer, 409, "too_many_keys")
    assert ada.delete(f"/keys/{made[0].json()['id']}").status_code == 204
    assert _make(ada).status_code == 201


def test_a_key_ends_with_its_account(ada: Person, register: Register, settings: Settings) -> None:
    key, other = _key(ada), _key(register("bob"))
    database = Database(settings.sqlalchemy_url())
    with database.writes() as session:
        session.execute(sa.delete(models.User).where(models.User.email == "ada@example.com"))
    database.close()

    assert_problem(_call(ada.client, key, "GET", "/readings"), 401, "not_authenticated")
    assert _call(ada.client, other, "GET", "/readings").status_code == 200


def test_a_key_and_its_hash_are_never_in_the_log(
    ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "legible")
    key = _key(ada)
    _call(ada.client, key, "GET", "/readings")
    _call(ada.client, key[:-1], "GET", "/readings")

    assert key[12:] not in caplog.text
    assert hash_key(key) not in caplog.text
