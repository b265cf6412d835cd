"""The Python client against the real application, and against servers that fail."""

import dataclasses
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings
from legible.client import (
    Client,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Reading,
    ReadingSummary,
    Refused,
)
from legible.client.address import normalise_url
from tests.app.people import FakeReader, picture
from tests.app.rows import add_readings
from tests.app.running import make_key

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "read_folder.py"


@pytest.fixture
def ada_key(address: str) -> tuple[str, str]:
    return make_key(address)


@pytest.fixture
def ada_client(address: str, ada_key: tuple[str, str]) -> Iterator[Client]:
    with Client(address, api_key=ada_key[1]) as client:
        yield client


def test_a_reading_tells_its_pattern_and_what_was_seen_if_asked(ada_client: Client) -> None:
    read = ada_client.read(picture(), pattern="[0-9]", stages=True)

    assert read.pattern == "[0-9]"
    assert read.stages is not None
    assert len(read.stages["pages"]) == 1
    assert ada_client.get(read.id).stages is None


def test_a_picture_is_read_shown_listed_and_deleted(ada_client: Client, tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    path.write_bytes(picture(100))
    with path.open("rb") as file:
        read = [
            ada_client.read(path),
            ada_client.read(str(path), symbols="number", pattern="##"),
            ada_client.read(file),
            ada_client.read(picture(), file_name="mine.png"),
            ada_client.read(io.BytesIO(picture())),
        ]

    assert [reading.file_name for reading in read] == ["card.png"] * 3 + ["mine.png", "picture"]
    first = read[0]
    assert (first.text, first.status, first.confidence) == ("7", "review", 0.9)
    assert first.pages[0].lines[0].symbols[0].box == (1, 2, 3, 4)
    assert first.issues[0].code == "low_confidence"
    assert first.created_at.tzinfo is not None
    assert ada_client.get(first.id) == first
    assert ada_client.get(str(first.id)) == first
    listed = list(ada_client.list(page_rows=2))
    assert [one.id for one in listed] == [one.id for one in reversed(read)]
    assert list(ada_client.export_rows()) == listed

    ada_client.delete(first.id)

    assert len(list(ada_client.list())) == 4
    with pytest.raises(NotFound) as gone:
        ada_client.get(first.id)
    assert (gone.value.code, gone.value.status) == ("not_found", 404)
    assert gone.value.request_id


def test_lists_and_exports_choose(
    ada_client: Client, ada_key: tuple[str, str], sqlite_settings: Settings, tmp_path: Path
) -> None:
    add_readings(
        sqlite_settings,
        ada_key[0],
        [
            {"text": "12", "created_at": datetime(2026, 1, day, tzinfo=UTC), "status": status}
            for day, status in ((1, "read"), (2, "read"), (3, "review"), (4, "read"))
        ],
    )
    only: dict[str, Any] = {
        "status": "read",
        "text": "1",
        "since": date(2026, 1, 2),
        "until": date(2026, 1, 3),
    }

    listed = list(ada_client.list(**only))
    ada_client.export(tmp_path / "readings.csv", **only)
    data = io.BytesIO()
    ada_client.export(data, file_format="jsonl", **only)

    assert [reading.created_at.day for reading in listed] == [2]
    assert list(ada_client.export_rows(**only)) == listed
    assert len((tmp_path / "readings.csv").read_text("utf-8-sig").splitlines()) == 2
    assert json.loads(data.getvalue())["id"] == str(listed[0].id)


def test_the_values_have_the_fields_of_the_api(sqlite_settings: Settings) -> None:
    with TestClient(create_app(sqlite_settings, FakeReader)) as client:
        schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    for kind, schema in ((Reading, "ReadingOut"), (ReadingSummary, "ReadingSummaryOut")):
        names = {one.name for one in dataclasses.fields(kind)}
        assert names == set(schemas[schema]["properties"])


def test_each_refusal_is_an_exception_of_its_own(address: str, ada_client: Client) -> None:
    reader_only = make_key(address, "bob", "read")[1]

    with pytest.raises(Refused) as no_picture:
        ada_client.read(b"just some words", file_name="letter.png")
    with pytest.raises(Refused) as bad_option:
        ada_client.read(picture(), pattern="#" * 300)
    with Client(address, api_key=reader_only) as client:
        client.check()
        with pytest.raises(NotAllowed) as not_allowed:
            client.read(picture())
    with (
        Client(address, api_key="lgb_wrong") as client,
        pytest.raises(NotAuthenticated) as unknown,
    ):
        client.check()

    assert (no_picture.value.code, no_picture.value.status) == ("not_an_image", 415)
    assert list(bad_option.value.errors) == ["pattern"]
    assert not_allowed.value.code == "not_allowed"
    assert unknown.value.code == "not_authenticated"
    assert "lgb_wrong" not in str(unknown.value)


def test_a_missing_file_is_an_os_error_and_nothing_is_sent(ada_client: Client) -> None:
    with pytest.raises(FileNotFoundError):
        ada_client.read("/nowhere/card.png")


@pytest.mark.parametrize(
    "url", ["", "localhost:8000", "ftp://192.0.2.1", "http://", "http://a:b@192.0.2.1"]
)
def test_what_is_no_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(ValueError, match="expected an address"):
        Client(url, api_key="key")


@pytest.mark.parametrize("key", ["", " ", "lgb_\n", "schlüssel"])
def test_what_is_no_key_is_refused_before_anything_is_sent(key: str) -> None:
    with pytest.raises(ValueError, match="expected an API key"):
        Client("http://127.0.0.1:1", api_key=key)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://127.0.0.1:1/", " http://127.0.0.1:1/api/v1/ "]
)
def test_an_address_is_taken_however_it_is_written(url: str) -> None:
    assert normalise_url(url) == "http://127.0.0.1:1"


def test_the_example_reads_a_folder_into_a_csv(
    address: str, ada_key: tuple[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(picture(100))
    (folder / "b.txt").write_text("Dear Sir or Madam")

    subprocess.run(
        [sys.executable, EXAMPLE, folder, tmp_path / "out.csv"],
        env={**os.environ, "LEGIBLE_SERVER": address, "LEGIBLE_API_KEY": ada_key[1]},
        check=True,
    )

    assert (tmp_path / "out.csv").read_text("utf-8").splitlines() == [
        "file,text,status,confidence",
        "a.png,7,review,0.9",
        "b.txt,,not_an_image,",
    ]
