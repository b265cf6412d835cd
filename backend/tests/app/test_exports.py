import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa

from legible.app.db import Database
from legible.app.exports.files import csv_chunks, jsonl_chunks, xlsx_chunks
from legible.app.exports.service import PAGE_ROWS, read_pages
from legible.app.readings.filters import ReadingFilter
from legible.app.settings import Settings
from tests.app.people import Person, Register, assert_problem
from tests.app.rows import add_readings

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
# As a person would write them, and as a spreadsheet must not change them.
TEXTS = ["04103", "-12", "+49 341 1234567", "=1+1", "12\n034", "-12,50", "0,5", ""]
FORMATS = ("csv", "jsonl", "xlsx")


def _export(person: Person, file_format: str) -> bytes:
    response = person.get("/readings/export", params={"format": file_format})
    assert response.status_code == 200, response.text
    return response.content


def _rows(data: bytes, file_format: str) -> list[dict[str, Any]]:
    """Read a file as the programs of others do."""
    if file_format == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    if file_format == "jsonl":
        return [json.loads(line) for line in data.splitlines()]
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    head, *rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_a_csv_opens_with_the_same_texts(ada: Person, settings: Settings) -> None:
    ids = add_readings(settings, ada.user["id"], ({"text": text} for text in TEXTS))

    data = _export(ada, "csv")

    assert data.startswith(b"\xef\xbb\xbf" + b'"id","file_name","text","corrected_text","status",')
    assert data.endswith(b"\r\n")
    rows = _rows(data, "csv")
    assert [row["id"] for row in rows] == ids[::-1]
    assert [row["text"] for row in rows][::-1] == [
        "'=1+1" if text == "=1+1" else text for text in TEXTS
    ]
    assert (rows[0]["confidence"], rows[0]["models"]) == ("0.987", "digit 9.9.9")


def test_a_workbook_opens_with_the_same_texts(ada: Person, settings: Settings) -> None:
    odd = {
        "text": "007",
        "file_name": "=Müller & Söhne <1>.png",
        "status": "review",
        "issues": [{"code": "unread"}, {"code": "too_small"}, {"code": "unread"}],
        "created_at": NEW_YEAR,
    }
    add_readings(settings, ada.user["id"], [odd, *({"text": text} for text in TEXTS)])

    rows = _rows(_export(ada, "xlsx"), "xlsx")[::-1]

    assert [row["text"] for row in rows] == ["007", *TEXTS]
    assert rows[0]["file_name"] == odd["file_name"]
    assert rows[0]["issues"] == "unread too_small"
    assert rows[0]["confidence"] == 0.987
    assert rows[0]["created_at"] == NEW_YEAR.replace(tzinfo=None)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_corrected_text_stands_beside_what_was_read(ada: Person, kind: str) -> None:
    corrected, untouched = ada.read(), ada.read()
    ada.post(f"/readings/{corrected['id']}/feedback", json={"kind": "corrected", "text": "0099"})

    rows = {row["id"]: row for row in _rows(_export(ada, kind), kind)}

    assert rows[corrected["id"]]["text"] == corrected["text"]
    assert rows[corrected["id"]]["corrected_text"] == "0099"
    assert not rows[untouched["id"]]["corrected_text"]


def test_no_cell_of_a_workbook_is_a_formula(ada: Person, settings: Settings) -> None:
    add_readings(settings, ada.user["id"], [{"text": "=1+1", "file_name": "=1+1"}])

    book = openpyxl.load_workbook(io.BytesIO(_export(ada, "xlsx")))

    [sheet] = book.worksheets
    assert (sheet["B2"].data_type, sheet["C2"].data_type) == ("s", "s")


def test_json_lines_are_what_lists_show(ada: Person, settings: Settings) -> None:
    add_readings(settings, ada.user["id"], ({"text": text} for text in TEXTS))

    assert _rows(_export(ada, "jsonl"), "jsonl") == ada.get("/readings").json()["items"]


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_export_is_a_file_with_a_name(ada: Person, file_format: str) -> None:
    response = ada.get("/readings/export", params={"format": file_format})

    today = f"{datetime.now(UTC):%Y-%m-%d}"
    name = f'attachment; filename="legible-readings-{today}.{file_format}"'
    assert response.headers["content-disposition"] == name
    assert response.headers["cache-control"] == "private, no-store"
    assert _rows(response.content, file_format) == []


def test_an_unknown_format_is_refused(ada: Person) -> None:
    problem = assert_problem(
        ada.get("/readings/export", params={"format": "pdf"}), 422, "invalid_request"
    )

    assert problem["errors"][0]["field"] == "format"


@pytest.mark.parametrize("file_format", FORMATS)
def test_nobody_exports_what_is_another_s(
    register: Register, settings: Settings, file_format: str
) -> None:
    ada, bob = register("ada"), register("bob")
    add_readings(settings, ada.user["id"], [{"text": "1"}])

    assert _rows(_export(bob, file_format), file_format) == []


@pytest.mark.parametrize(
    "write", [csv_chunks, jsonl_chunks, xlsx_chunks], ids=["csv", "jsonl", "xlsx"]
)
def test_an_export_of_3000_rows_needs_no_more_memory_than_one_of_1000(
    settings: Settings, register: Register, write: Callable[..., Iterator[bytes]]
) -> None:
    ada, bob = register("ada"), register("bob")
    text = {"text": "1" * 300}
    add_readings(settings, bob.user["id"], [text] * 1000)
    add_readings(settings, ada.user["id"], [text] * 3000)
    database = Database(settings.sqlalchemy_url())

    def peak_bytes(person: Person) -> tuple[int, int]:
        pages = read_pages(database, user_id=UUID(person.user["id"]), only=ReadingFilter())
        tracemalloc.start()
        sizes = [len(chunk) for chunk in write(pages)]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, sum(sizes)

    peak_bytes(bob)  # what is only made once
    few, few_bytes = peak_bytes(bob)
    many, many_bytes = peak_bytes(ada)
    database.close()

    assert many_bytes > 2 * few_bytes
    assert many < 1.3 * few


def test_an_export_of_many_pages_has_every_row_once(settings: Settings, ada: Person) -> None:
    ids = add_readings(settings, ada.user["id"], ({"text": f"{n:05}"} for n in range(1200)))
    expected = [(ids[n], f"{n:05}") for n in reversed(range(1200))]

    for file_format in FORMATS:
        rows = _rows(_export(ada, file_format), file_format)
        assert [(row["id"], row["text"]) for row in rows] == expected, file_format


def test_a_slow_reader_of_an_export_keeps_no_connection(settings: Settings, ada: Person) -> None:
    add_readings(settings, ada.user["id"], [{}] * (PAGE_ROWS + 1))
    database = Database(settings.sqlalchemy_url())

    pages = read_pages(database, user_id=UUID(ada.user["id"]), only=ReadingFilter())
    first = next(pages)

    assert len(first) == PAGE_ROWS
    assert isinstance(database.engine.pool, sa.QueuePool)
    assert database.engine.pool.checkedout() == 0
    assert [len(page) for page in pages] == [1]
    database.close()


def test_a_workbook_goes_on_in_another_sheet(settings: Settings, ada: Person) -> None:
    add_readings(settings, ada.user["id"], ({"text": str(n)} for n in range(5)))
    database = Database(settings.sqlalchemy_url())
    pages = read_pages(database, user_id=UUID(ada.user["id"]), only=ReadingFilter())

    data = b"".join(xlsx_chunks(pages, sheet_rows=3))  # a heading and two rows
    database.close()

    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [[row[2].value for row in sheet.iter_rows()] for sheet in book] == [
        ["text", "4", "3"],
        ["text", "2", "1"],
        ["text", "0"],
    ]


def test_a_text_that_no_cell_holds_is_cut_and_says_so(settings: Settings, ada: Person) -> None:
    add_readings(settings, ada.user["id"], [{"text": "1" * 40_000}])

    [row] = _rows(_export(ada, "xlsx"), "xlsx")

    assert len(row["text"]) == 32_767
    assert row["text"].endswith("1…")
