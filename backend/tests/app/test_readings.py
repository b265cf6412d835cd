from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from legible.reader.errors import (
    BadPattern,
    NothingWritten,
    ReadError,
    TooManyPages,
    Truncated,
    UnsupportedFormat,
    UnsupportedSymbols,
)
from legible.reader.types import ReadOptions
from tests.app.people import FakeReader, Person, Register, assert_problem, picture

SOMEWHERE = f"/readings/{uuid4()}"

PATHS = [
    ("GET", "/users/me"),
    ("POST", "/readings"),
    ("GET", "/readings"),
    ("GET", SOMEWHERE),
    ("GET", f"{SOMEWHERE}?detail=stages"),
    ("GET", f"{SOMEWHERE}/picture"),
    ("GET", f"{SOMEWHERE}/pages/1/image"),
    ("DELETE", SOMEWHERE),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nobody_comes_in_without_a_token(client: TestClient, method: str, path: str) -> None:
    files = {"file": ("card.png", picture())} if method == "POST" else None
    response = client.request(method, f"/api/v1{path}", files=files)

    assert_problem(response, 401, "not_authenticated")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), PATHS[3:])
def test_what_does_not_exist_is_not_found(ada: Person, method: str, path: str) -> None:
    response = ada.client.request(method, f"/api/v1{path}", headers=ada.headers)

    assert_problem(response, 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/readings/seven"),
        ("GET", "/readings/seven/picture"),
        ("GET", f"{SOMEWHERE}/pages/0/image"),
        ("GET", f"{SOMEWHERE}/pages/one/image"),
        ("DELETE", "/readings/seven"),
        ("GET", "/readings?limit=0"),
        ("GET", "/readings?limit=101"),
        ("GET", "/readings?limit=many"),
    ],
)
def test_a_malformed_request_is_refused(ada: Person, method: str, path: str) -> None:
    response = ada.client.request(method, f"/api/v1{path}", headers=ada.headers)

    problem = assert_problem(response, 422, "invalid_request")
    assert problem["errors"][0]["field"] in {"reading_id", "number", "limit"}


def test_a_picture_becomes_a_reading(ada: Person, reader: FakeReader) -> None:
    response = ada.send(picture(size=(30, 20)), "card.png", symbols="digits", pattern="###")

    assert response.status_code == 201
    reading = response.json()
    assert response.headers["location"] == f"/api/v1/readings/{reading['id']}"
    assert reading["file_name"] == "card.png"
    assert reading["text"] == "7"
    assert reading["status"] == "review"
    assert reading["confidence"] == 0.9
    assert reading["alternatives"] == [{"text": "8", "confidence": 0.1}]
    assert reading["models"] == {"digit": "9.9.9"}
    assert reading["issues"][0]["code"] == "low_confidence"
    assert reading["timing_ms"] == {"decode": 1.5, "total": 2.0}
    [page] = reading["pages"]
    assert (page["width"], page["height"]) == (30, 20)
    [symbol] = page["lines"][0]["symbols"]
    assert symbol["box"] == [1, 2, 3, 4]
    assert symbol["probabilities"][7] == 0.9
    style = {"slant_deg": None, "stroke_width_px": 2.5, "height_px": 4}
    assert symbol["style"] == style | {"aspect": None, "loops": None}
    assert reader.asked[0].pattern == "###"
    assert reader.asked[0].limits.max_bytes == 200_000


def test_a_reading_is_shown_as_it_was_made(ada: Person) -> None:
    made = ada.read()

    shown = ada.get(f"/readings/{made['id']}")

    assert shown.status_code == 200
    assert shown.json() == made


def test_an_empty_pattern_is_no_pattern(ada: Person, reader: FakeReader) -> None:
    assert ada.send(picture(), pattern="").status_code == 201

    assert reader.asked == [ReadOptions(limits=reader.asked[0].limits)]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnsupportedFormat("A video."), 415),
        (Truncated("Too short."), 422),
        (TooManyPages("31 pages."), 422),
        (NothingWritten("Nothing."), 422),
        (BadPattern("No such pattern."), 422),
        (UnsupportedSymbols("Digits only."), 422),
        (ReadError("Something else."), 422),
    ],
)
def test_what_the_reader_refuses_is_said_and_nothing_is_kept(
    ada: Person, reader: FakeReader, error: ReadError, status: int
) -> None:
    reader.error = error

    response = ada.send(picture())

    assert assert_problem(response, status, error.code)["detail"] == error.detail
    assert ada.get("/readings").json()["items"] == []


@pytest.mark.parametrize("data", [b"", b"just some words"])
def test_a_file_that_is_no_picture_is_refused_whatever_its_name(ada: Person, data: bytes) -> None:
    assert_problem(ada.send(data, "card.png"), 415, "not_an_image")


def test_a_request_without_a_file_is_refused(ada: Person) -> None:
    response = ada.client.post(
        "/api/v1/readings", headers=ada.headers, data={"symbols": "digits"}, files={}
    )

    problem = assert_problem(response, 422, "invalid_request")
    assert problem["errors"][0]["field"] == "file"


@pytest.mark.parametrize(("field", "value"), [("symbols", "letters"), ("pattern", "#" * 201)])
def test_a_bad_option_is_named(ada: Person, field: str, value: str) -> None:
    problem = assert_problem(ada.send(picture(), **{field: value}), 422, "invalid_request")

    assert [error["field"] for error in problem["errors"]] == [field]


def test_a_body_that_is_no_form_is_a_problem(ada: Person) -> None:
    response = ada.client.post(
        "/api/v1/readings",
        headers={**ada.headers, "Content-Type": "multipart/form-data; boundary=x"},
        content=b"no part of a form",
    )

    problem = assert_problem(response, 422, "invalid_request")
    assert problem["errors"][0]["field"] == "body"


def test_the_list_shows_summaries_newest_first(ada: Person) -> None:
    made = [ada.read(picture(shade)) for shade in (100, 110, 120)]

    listed = ada.get("/readings").json()

    assert listed["next_cursor"] is None
    assert [item["id"] for item in listed["items"]] == [item["id"] for item in reversed(made)]
    summary = dict(made[2])
    for detail in ("pages", "pattern", "alternatives", "timing_ms"):
        del summary[detail]
    assert listed["items"][0] == summary


def test_the_list_goes_on_where_it_stopped_while_readings_are_added(ada: Person) -> None:
    made = [ada.read(picture(shade))["id"] for shade in range(100, 105)]

    first = ada.get("/readings", params={"limit": 2}).json()
    ada.read(picture(200))
    second = ada.get("/readings", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    ada.delete(f"/readings/{made[1]}")  # the last one shown, which the cursor points to
    third = ada.get("/readings", params={"limit": 2, "cursor": second["next_cursor"]}).json()

    shown = [item["id"] for part in (first, second, third) for item in part["items"]]
    assert shown == list(reversed(made))
    assert third["next_cursor"] is None


def test_a_full_last_part_has_no_next_cursor(ada: Person) -> None:
    ada.read(picture(100))
    ada.read(picture(110))

    assert ada.get("/readings", params={"limit": 2}).json()["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["", "seven", "AAAA", "é" * 8, "=" * 24, "A" * 24])
def test_a_bad_cursor_is_refused(ada: Person, cursor: str) -> None:
    assert_problem(ada.get("/readings", params={"cursor": cursor}), 422, "bad_cursor")


def test_a_deleted_reading_is_gone(ada: Person) -> None:
    reading_id = ada.read()["id"]

    assert ada.delete(f"/readings/{reading_id}").status_code == 204

    assert_problem(ada.get(f"/readings/{reading_id}"), 404, "not_found")
    assert_problem(ada.delete(f"/readings/{reading_id}"), 404, "not_found")
    assert ada.get("/readings").json()["items"] == []


def test_two_people_never_meet(register: Register) -> None:
    ada, bob = register("ada"), register("bob")
    hers = ada.read()["id"]
    his = bob.read()["id"]  # the very same picture

    assert [item["id"] for item in bob.get("/readings").json()["items"]] == [his]
    assert_problem(bob.get(f"/readings/{hers}"), 404, "not_found")
    assert_problem(bob.get(f"/readings/{hers}/picture"), 404, "not_found")
    assert_problem(bob.get(f"/readings/{hers}/pages/1/image"), 404, "not_found")
    assert_problem(bob.delete(f"/readings/{hers}"), 404, "not_found")
    assert bob.delete(f"/readings/{his}").status_code == 204
    assert ada.get(f"/readings/{hers}").status_code == 200
    assert ada.get(f"/readings/{hers}/picture").content == picture()
