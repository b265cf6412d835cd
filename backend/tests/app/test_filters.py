import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from legible.app import models
from legible.app.db import make_engine
from legible.app.readings.filters import ReadingFilter, select_readings
from legible.app.settings import Settings
from legible.reader.types import Status
from tests.app.people import Person, assert_problem
from tests.app.rows import add_readings

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def varied(ada: Person, settings: Settings) -> Person:
    """Ada with a reading a day from New Year on; the last is at the day's very end."""
    add_readings(
        settings,
        ada.user["id"],
        [
            {"text": "1", "status": "read", "created_at": NEW_YEAR},
            {"text": "12", "status": "review", "created_at": NEW_YEAR + timedelta(days=1)},
            {"text": "1%2", "status": "read", "created_at": NEW_YEAR + timedelta(days=2)},
            {
                "text": "3",
                "status": "review",
                "created_at": NEW_YEAR + timedelta(days=4, microseconds=-1),
            },
        ],
    )
    return ada


@pytest.mark.parametrize(
    ("filters", "texts"),
    [
        ({}, ["3", "1%2", "12", "1"]),
        ({"status": "review"}, ["3", "12"]),
        ({"status": "blank"}, []),
        ({"status": ["review", "read"]}, ["3", "1%2", "12", "1"]),
        ({"status": ["review", "blank"]}, ["3", "12"]),
        ({"text": "1"}, ["1%2", "12", "1"]),
        ({"text": "%"}, ["1%2"]),
        ({"text": "_"}, []),
        ({"text": ""}, ["3", "1%2", "12", "1"]),
        ({"from": "2026-01-02"}, ["3", "1%2", "12"]),
        ({"to": "2026-01-02"}, ["12", "1"]),
        ({"from": "2026-01-04", "to": "2026-01-04"}, ["3"]),
        ({"from": "2026-01-05"}, []),
        ({"from": "0001-01-01", "to": "9999-12-31"}, ["3", "1%2", "12", "1"]),
        ({"to": "1969-12-31"}, []),
        ({"status": "review", "text": "1", "from": "2026-01-01"}, ["12"]),
    ],
)
def test_filters_choose_for_lists_and_exports_alike(
    varied: Person, filters: dict[str, str | list[str]], texts: list[str]
) -> None:
    listed = varied.get("/readings", params=filters).json()["items"]
    exported = varied.get("/readings/export", params={"format": "jsonl", **filters})

    assert [item["text"] for item in listed] == texts
    assert [json.loads(line) for line in exported.text.splitlines()] == listed


def test_a_filtered_list_goes_on_where_it_stopped(varied: Person) -> None:
    first = varied.get("/readings", params={"status": "review", "limit": 1}).json()
    rest = varied.get(
        "/readings", params={"status": "review", "limit": 1, "cursor": first["next_cursor"]}
    ).json()

    assert [item["text"] for item in first["items"] + rest["items"]] == ["3", "12"]
    assert rest["next_cursor"] is None


def test_what_was_judged_is_told_from_what_was_not(ada: Person) -> None:
    first, second = (str(ada.read()["id"]) for _ in range(2))
    ada.post(f"/readings/{first}/feedback", json={"kind": "confirmed"})

    def ids(**filters: str) -> list[str]:
        return [item["id"] for item in ada.get("/readings", params=filters).json()["items"]]

    assert ids(judged="true") == [first]
    assert ids(judged="false") == [second]

    ada.post(f"/readings/{first}/feedback", json={"kind": "withdrawn"})
    assert ids(judged="true") == []


def test_a_corrected_reading_is_found_by_either_text(ada: Person) -> None:
    reading = ada.read()
    ada.read()
    ada.post(f"/readings/{reading['id']}/feedback", json={"kind": "corrected", "text": "9988"})

    def ids(text: str) -> list[str]:
        found = ada.get("/readings", params={"text": text}).json()["items"]
        return [item["id"] for item in found]

    assert ids("998") == [reading["id"]]
    assert reading["id"] in ids(reading["text"])
    assert ids("corrected_text") == []


def test_the_least_sure_come_first_page_by_page(ada: Person, settings: Settings) -> None:
    confidences = [0.5, 0.1 + 0.2, 0.9, 0.3, 0.3, 0.5]
    ids = add_readings(settings, ada.user["id"], [{"confidence": sure} for sure in confidences])
    expected = [pair[1] for pair in sorted(zip(confidences, ids, strict=True))]

    found: list[str] = []
    cursor = None
    while cursor is not None or not found:
        params = {"sort": "confidence", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        part = ada.get("/readings", params=params).json()
        found += [item["id"] for item in part["items"]]
        cursor = part["next_cursor"]

    assert found == expected


@pytest.mark.parametrize("place", [b"\0" * 16, b"\x7f\xf8" + b"\0" * 22, b"\x7f\xf0" + b"\0" * 22])
def test_a_cursor_of_another_sorting_is_refused(ada: Person, place: bytes) -> None:
    cursor = base64.urlsafe_b64encode(place).decode().rstrip("=")
    asked = ada.get("/readings", params={"sort": "confidence", "cursor": cursor})

    assert_problem(asked, 422, "bad_cursor")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "wrong"),
        ("text", "\0"),
        ("text", "1" * 101),
        ("from", "yesterday"),
        ("to", "2026-02-30"),
        ("to", "0"),
        ("judged", "perhaps"),
    ],
)
@pytest.mark.parametrize("path", ["/readings", "/readings/export"])
def test_a_bad_filter_is_named(ada: Person, path: str, field: str, value: str) -> None:
    problem = assert_problem(ada.get(path, params={field: value}), 422, "invalid_request")

    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("only", "index"),
    [
        (ReadingFilter(), "ix_readings_user_id_id"),
        (ReadingFilter(statuses=(Status.REVIEW,)), "ix_readings_user_id_status_id"),
        (ReadingFilter(first_day=NEW_YEAR.date()), "ix_readings_user_id_id"),
    ],
)
def test_the_databases_use_the_indexes(
    settings: Settings, ada: Person, only: ReadingFilter, index: str
) -> None:
    query = select_readings(UUID(ada.user["id"]), only).limit(500)
    engine = make_engine(settings.sqlalchemy_url())
    with engine.connect() as connection:
        explain = "EXPLAIN QUERY PLAN"
        if engine.dialect.name == "postgresql":
            explain = "EXPLAIN"
            # A table of the size of a test is read faster as a whole.
            connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
            connection.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        # As little as a plan needs, since PostgreSQL takes JSON for no literal.
        sql = query.with_only_columns(models.Reading.id).compile(
            engine, compile_kwargs={"literal_binds": True}
        )
        plan = "\n".join(map(str, connection.exec_driver_sql(f"{explain} {sql}")))
    engine.dispose()

    assert index in plan, plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
