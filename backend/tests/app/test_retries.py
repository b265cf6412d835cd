"""The Python client against services that are busy, broken or something else."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from legible.client import (
    Client,
    LegibleError,
    NoConnection,
    NotFound,
    Refused,
    ServerFailed,
    TooManyRequests,
)
from legible.client.retry import Retries
from tests.app.people import picture
from tests.app.running import Answer, run_script

SOON = Retries(count=2, first_wait_s=0.001)
PROBLEM = {"Content-Type": "application/problem+json"}
EMPTY = Answer(200, b'{"items": [], "next_cursor": null}')


@pytest.mark.parametrize(
    "failure",
    [
        Answer(503, headers={"Retry-After": "0"}),
        Answer(429),
        Answer(0),
        Answer(200, b"{", length=9),
    ],
    ids=["busy", "limited", "hung up", "broken off"],
)
def test_what_fails_for_now_is_sent_again_with_the_same_key(failure: Answer) -> None:
    made = Answer(201, json.dumps(reading_json()).encode())
    with (
        run_script(failure, failure, made) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
    ):
        reading = client.read(picture())
        client.read(picture())

    assert reading.text == "04103"
    keys = [headers["idempotency-key"] for _, _, headers, _ in script.asked]
    assert len(keys) == 4
    assert len(set(keys[:3])) == 1
    assert keys[3] != keys[0]
    assert all(picture() in body for _, _, _, body in script.asked)
    assert {headers["authorization"] for _, _, headers, _ in script.asked} == {"Bearer key"}


@pytest.mark.parametrize(
    ("failure", "kind", "code", "times"),
    [
        (Answer(503), ServerFailed, "http_503", 3),
        (Answer(429), TooManyRequests, "http_429", 3),
        (Answer(0), NoConnection, "no_connection", 3),
        (Answer(500), ServerFailed, "http_500", 1),
        (Answer(404, b"<html>"), NotFound, "http_404", 1),
        (Answer(302, headers={"Location": "https://192.0.2.1"}), ServerFailed, "http_302", 1),
        (Answer(200, b"<html>"), ServerFailed, "not_legible", 1),
        (Answer(200, b"[]"), ServerFailed, "not_legible", 1),
        (Answer(200, b'{"items": 1}'), ServerFailed, "not_legible", 1),
        (Answer(429, headers={"Retry-After": "3600"}), TooManyRequests, "http_429", 1),
        (Answer(422, b"[]", PROBLEM), Refused, "http_422", 1),
        (Answer(422, b'{"code": "bad_cursor"}', PROBLEM), Refused, "bad_cursor", 1),
    ],
)
def test_what_does_not_pass_is_told_after_as_many_attempts_as_make_sense(
    failure: Answer, kind: type[LegibleError], code: str, times: int
) -> None:
    with (
        run_script(failure) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
        pytest.raises(kind) as told,
    ):
        list(client.list())

    assert told.value.code == code
    assert len(script.asked) == times


GONE = Answer(404, b'{"code": "not_found", "detail": "There is no such reading."}', PROBLEM)


@pytest.mark.parametrize("failure", [Answer(0), Answer(503)])
def test_a_deletion_whose_answer_got_lost_is_done_when_there_is_nothing_left(
    failure: Answer,
) -> None:
    with (
        run_script(failure, GONE) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
    ):
        client.delete(uuid4())

    assert [method for method, *_ in script.asked] == ["DELETE", "DELETE"]


@pytest.mark.parametrize(
    "answers", [(GONE,), (Answer(0), Answer(404, b"<html>"))], ids=["at once", "of something else"]
)
def test_a_deletion_of_what_was_never_there_is_an_error(answers: tuple[Answer, ...]) -> None:
    with (
        run_script(*answers) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
        pytest.raises(NotFound),
    ):
        client.delete(uuid4())

    assert len(script.asked) == len(answers)


def test_an_export_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "readings.csv"
    target.write_text("old")
    with (
        run_script(Answer(200, b"half", length=100)) as script,
        Client(script.address, api_key="key", retries=SOON) as client,
    ):
        with pytest.raises(NoConnection):
            client.export(target)
        with pytest.raises(LegibleError):
            list(client.export_rows())

    assert [path.name for path in tmp_path.iterdir()] == ["readings.csv"]
    assert target.read_text() == "old"


def _busy(retry_after_s: float | None) -> LegibleError:
    return ServerFailed("busy", "Later.", status=503, retry_after_s=retry_after_s)


def test_waits_grow_within_their_limits_and_keep_what_the_service_asks_for() -> None:
    retries = Retries(count=9, first_wait_s=1, max_wait_s=8)

    def waits(failed: int, retry_after_s: float | None = None) -> list[float]:
        found = [retries.wait_s(failed, _busy(retry_after_s)) for _ in range(200)]
        return [wait for wait in found if wait is not None]

    for failed, longest in ((1, 1), (2, 2), (3, 4), (4, 8), (9, 8)):
        assert len(waits(failed)) == 200
        assert longest / 2 < max(waits(failed)) <= longest
        assert min(waits(failed)) < longest / 2
    assert len(set(waits(1))) > 100
    assert 5 <= min(waits(1, 5)) <= max(waits(1, 5)) <= 6
    assert waits(10) == waits(1, 9) == []


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        ("7", 7, 7),
        (format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True), 3600, 7200),
        (format_datetime(datetime.now(UTC) - timedelta(hours=2), usegmt=True), 0, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, least: float, most: float) -> None:
    with (
        run_script(Answer(503, headers={"Retry-After": value})) as script,
        Client(script.address, api_key="key", retries=Retries(count=0)) as client,
        pytest.raises(ServerFailed) as told,
    ):
        client.check()

    assert told.value.retry_after_s is not None
    assert least <= told.value.retry_after_s <= most


def test_a_line_of_an_export_ends_at_a_line_feed_alone() -> None:
    odd = {**reading_json(), "file_name": "a\u2028b\x85c.png"}
    line = json.dumps(odd, ensure_ascii=False).encode()
    with (
        run_script(Answer(200, line + b"\n" + line)) as script,
        Client(script.address, api_key="key") as client,
    ):
        names = [reading.file_name for reading in client.export_rows()]

    assert names == [odd["file_name"]] * 2


def test_fields_of_a_newer_service_are_left_out() -> None:
    newer = {**reading_json(), "mood": "good"}
    with (
        run_script(Answer(200, json.dumps(newer).encode())) as script,
        Client(script.address, api_key="key") as client,
    ):
        assert client.get(newer["id"]).text == "04103"


def reading_json() -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "file_name": "card.png",
        "text": "04103",
        "status": "read",
        "confidence": 0.987,
        "issues": [],
        "models": {},
        "created_at": "2026-01-31T12:00:00Z",
        "alternatives": [],
        "pages": [],
        "timing_ms": {},
    }
