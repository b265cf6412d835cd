"""API4 of the API Security Top 10 (2023), Unrestricted Resource Consumption."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.app.people import PASSWORD, assert_problem
from tests.app.security.conftest import World
from tests.app.security.walk import Call, calls

CALLS = calls()
WITH_BODY = [call for call in CALLS if call.method in {"POST", "PUT", "PATCH"}]
WITH_JSON = [call for call in CALLS if call.json_schema]
TOO_LARGE = 600_000  # more than any call takes where files have at most 200,000 bytes
A_FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="card.png"\r\n\r\n'
# How a body of each kind begins.
KINDS = {
    "application/json": b"",
    "application/x-www-form-urlencoded": b"",
    "multipart/form-data; boundary=x": A_FILE,
}


def _ids(call: Call) -> str:
    return call.id


@pytest.mark.requirement("API4")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("call", WITH_BODY, ids=_ids)
def test_no_call_takes_a_body_without_end(world: World, call: Call, kind: str) -> None:
    path = call.filled(world.ids())
    headers = {"Authorization": f"Bearer {world.ada.token}", "Content-Type": kind}

    def pieces() -> Iterator[bytes]:
        yield from [KINDS[kind], *[bytes(50_000)] * (TOO_LARGE // 50_000)]

    told = world.client.request(call.method, path, headers=headers, content=bytes(TOO_LARGE))
    untold = world.client.request(call.method, path, headers=headers, content=pieces())

    assert_problem(told, 413, "too_large")
    # Who takes no body never reads it; the others stop.
    takes = call.told["requestBody"]["content"] if "requestBody" in call.told else {}
    reads_it = kind.partition(";")[0] in takes
    assert untold.status_code == 413 or not reads_it
    assert untold.status_code < 500


HOSTILE: dict[str, bytes] = {
    "30,000 lists in one another": b"[" * 30_000,
    "10,000 objects in one another": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "an object in a field, deep": b'{"email":' + b"[" * 9_000 + b"]" * 9_000 + b"}",
    "an integer of 50,000 digits": b'{"page": ' + b"9" * 50_000 + b"}",
    "a float beyond all": b'{"page": 1e999999}',
    "no number": b'{"page": NaN, "email": Infinity}',
    "a field twice": b'{"email": "a@example.com", "email": "b@example.com"}',
    "8,000 fields": json.dumps({f"f{n}": n for n in range(4_000)}).encode(),
    "half a character": b'{"email": "\\ud800", "password": "\\udfff", "name": "\\ud800"}',
    "no UTF-8": b'{"email": "\xff\xfe"}',
    "UTF-16": '{"email": "a"}'.encode("utf-16"),
    "a null character": b'{"name": "\\u0000", "email": "\\u0000", "text": "\\u0000"}',
    "nothing": b"",
    "a word": b'"text"',
}


@pytest.mark.requirement("API4", "API8")
@pytest.mark.parametrize("call", WITH_JSON, ids=_ids)
def test_no_json_brings_a_call_down(world: World, call: Call) -> None:
    path = call.filled(world.ids())
    headers = {"Authorization": f"Bearer {world.bob.token}", "Content-Type": "application/json"}
    for name, body in HOSTILE.items():
        answer = world.client.request(call.method, path, headers=headers, content=body)

        assert answer.status_code < 500, (name, answer.text)
    assert world.client.get("/healthz").status_code == 200


@pytest.mark.requirement("API4")
def test_every_list_is_given_in_parts() -> None:
    limits = [one["schema"] for call in CALLS for one in call.parameters if one["name"] == "limit"]

    assert len(limits) >= 3
    assert all(schema["maximum"] <= 100 and schema["minimum"] >= 1 for schema in limits)


@pytest.mark.requirement("API4")
def test_every_text_in_a_query_has_its_longest() -> None:
    unbounded = []
    for call in CALLS:
        for one in call.parameters:
            for schema in (one["schema"], *one["schema"].get("anyOf", [])):
                bounded = schema.keys() & {
                    "maxLength",
                    "enum",
                    "const",
                    "format",
                    "pattern",
                    "$ref",
                }
                if schema.get("type") == "string" and not bounded and one["in"] != "header":
                    unbounded.append((call.id, one["name"]))

    assert unbounded == []


@pytest.mark.requirement("API4")
def test_many_who_send_slowly_do_not_stop_the_others(address: str) -> None:
    """Each holds a connection and no thread, before and while its body comes."""
    new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
    where = urlsplit(address)
    head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
    beginnings = (b"POST /api", head, head + b'Content-Length: 60000\r\n\r\n{"email')
    with ExitStack() as stack:
        for number in range(150):
            slow = stack.enter_context(
                socket.create_connection((where.hostname or "", where.port or 0))
            )
            slow.sendall(beginnings[number % 3])

        answer = httpx2.post(f"{address}/api/v1/auth/register", json=new, timeout=30)

    assert answer.status_code == 201


@pytest.mark.requirement("API4")
def test_every_call_that_is_about_somebody_says_that_there_are_limits() -> None:
    told = [call.told["responses"] for call in CALLS if call.path.startswith("/api/v1/")]

    assert all("429" in responses for responses in told)


@pytest.mark.requirement("API7")
def test_no_call_takes_an_address_to_be_fetched() -> None:
    named: dict[str, Any] = {}
    for call in CALLS:
        named |= call.body_fields
        named |= {one["name"]: one["schema"] for one in call.parameters}
    words = ("url", "uri", "href", "host", "webhook", "endpoint", "proxy", "domain")

    assert named.keys() >= {"email", "boxes", "file", "cursor"}
    assert not [name for name in named if any(word in name.lower() for word in words)]
    assert not [name for name, schema in named.items() if schema.get("format") in {"uri", "url"}]
