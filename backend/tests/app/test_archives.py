"""Archives from anybody: what is wrong is told, and the rest is read."""

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import PASSWORD, FakeReader, Person, picture
from tests.app.zips import (
    claiming_size,
    claiming_zip64,
    encrypted,
    linked,
    overlapping,
    pack,
    patched,
    renamed,
)

GOOD = ("good.png", picture(90))
Line = dict[str, Any]


@pytest.fixture
def ada(sqlite_settings: Settings) -> Any:
    """Somebody whose files may have 200,000 bytes; nothing here depends on the database."""
    settings = sqlite_settings.model_copy(update={"max_upload_bytes": 200_000})
    with TestClient(create_app(settings, FakeReader)) as client:
        new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
        body = client.post("/api/v1/auth/register", json=new).json()
        yield Person(client, body["user"], body["access_token"])


def _send(person: Person, *files: tuple[str, bytes]) -> list[Line]:
    response = person.post("/readings/batch", files=[("file", file) for file in files])
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def _told(lines: list[Line]) -> list[tuple[str, str]]:
    """What became of each item."""
    return [(line["file_name"], line.get("error", {}).get("code", "read")) for line in lines[:-1]]


def _pages(person: Person) -> int:
    pages: int = person.get("/usage").json()["totals"]["pages"]
    return pages


def test_the_files_of_an_archive_are_read_in_its_order_and_named_by_it(ada: Person) -> None:
    data = pack([("b/2.png", picture()), ("b/", b""), ("a/1.png", picture(90)), ("b/1.png", b"-")])

    lines = _send(ada, ("first.png", picture()), ("monday.zip", data), ("last.png", picture()))

    assert _told(lines) == [
        ("first.png", "read"),
        ("b/2.png", "read"),
        ("a/1.png", "read"),
        ("b/1.png", "not_an_image"),
        ("last.png", "read"),
    ]
    assert [line.get("archive") for line in lines[:-1]] == [None, *["monday.zip"] * 3, None]
    assert [line["index"] for line in lines[:-1]] == [0, 1, 2, 3, 4]
    assert {line["of"] for line in lines[:-1]} == {5}
    assert [line["part"] for line in lines[:-1]] == [0, 1, 1, 1, 2]
    assert lines[1]["reading"]["file_name"] == "2.png"


def test_what_systems_put_beside_the_files_is_left_out(ada: Person) -> None:
    junk = ("__MACOSX/._a.png", "a/.DS_Store", "Thumbs.db", "a/desktop.ini", "a/._b.png")
    data = pack([GOOD, *((name, b"junk") for name in junk)])

    assert _told(_send(ada, ("a.zip", data))) == [("good.png", "read")]


@pytest.mark.parametrize("name", ["a.zip", "a.png", "no ending"])
def test_an_archive_is_known_by_its_content(ada: Person, name: str) -> None:
    assert _told(_send(ada, (name, pack([GOOD])))) == [("good.png", "read")]


PATHS = [
    "../evil.png",
    "a/../../evil.png",
    "/etc/evil.png",
    "C:/evil.png",
    "..\\evil.png",
    "a\\evil.png",
]


@pytest.mark.parametrize("name", PATHS)
def test_a_name_that_leads_elsewhere_costs_its_entry(ada: Person, name: str) -> None:
    [evil, good, end] = _send(ada, ("a.zip", pack([(name, picture()), GOOD])))

    assert evil["error"]["code"] == "unsafe_name"
    assert evil["error"]["status"] == 422
    assert good["status"] == 201
    assert (end["read"], end["failed"]) == (1, 1)


def test_a_name_with_a_nul_costs_its_entry(ada: Person) -> None:
    data = renamed(pack([("a.png#.exe", picture()), GOOD]), b"a.png#.exe", b"a.png\0.exe")

    assert _told(_send(ada, ("a.zip", data))) == [
        ("a.png.exe", "unsafe_name"),
        ("good.png", "read"),
    ]


def test_links_and_repeated_names_cost_their_entries(ada: Person) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = pack([linked("a.png", "/etc/passwd"), GOOD, GOOD])

    assert _told(_send(ada, ("a.zip", data))) == [
        ("a.png", "unsafe_name"),
        ("good.png", "read"),
        ("good.png", "unsafe_name"),
    ]


def test_encrypted_entries_are_told_and_the_others_read(ada: Person) -> None:
    lines = _send(ada, ("a.zip", encrypted(pack([("secret.png", picture()), GOOD]))))

    assert _told(lines) == [("secret.png", "encrypted"), ("good.png", "read")]
    assert "password" in lines[0]["error"]["detail"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_explode_in_one_step_are_not_unpacked(ada: Person, method: int) -> None:
    data = pack([("a.bmp", bytes(100_000))], method)

    assert _told(_send(ada, ("a.zip", data))) == [("a.bmp", "bad_archive")]


def test_archives_in_archives_are_not_opened(ada: Person) -> None:
    data = pack([("inner.zip", pack([GOOD])), ("inner.png", pack([GOOD])), GOOD])

    assert _told(_send(ada, ("a.zip", data))) == [
        ("inner.zip", "nested_archive"),
        ("inner.png", "nested_archive"),
        ("good.png", "read"),
    ]


def _stored() -> bytes:
    return pack([("card.png", picture()), GOOD], zipfile.ZIP_STORED)


WRONG_CRC = patched(_stored(), 16, "<I", 12345)
DAMAGED = _stored().replace(b"IDAT", b"IDXT", 1)
LESS = claiming_size(_stored(), 20)
MORE = claiming_size(_stored(), 150_000)
ELSEWHERE = patched(_stored(), 42, "<I", 7)
BEYOND = patched(_stored(), 42, "<I", 4_000_000)


@pytest.mark.parametrize("data", [WRONG_CRC, DAMAGED, LESS, MORE, ELSEWHERE, BEYOND])
def test_an_entry_that_is_not_as_the_archive_says_costs_itself(ada: Person, data: bytes) -> None:
    assert _told(_send(ada, ("a.zip", data))) == [("card.png", "bad_archive"), ("good.png", "read")]
    assert _pages(ada) == 1


@pytest.mark.parametrize(
    "data",
    [
        pack([GOOD])[:-30],
        pack([GOOD])[:40],
        b"PK\x03\x04",
        b"PK\x03\x04" + bytes(5000),
        pack([("a/", b""), ("__MACOSX/b", b"")]),
        pack([]),
        overlapping(pack([("0000", bytes(60_000))]), 100),
    ],
    ids=["cut", "cut-early", "mark", "zeros", "nothing", "empty", "overlap"],
)
def test_an_archive_that_is_none_is_one_item_and_the_others_are_read(
    ada: Person, data: bytes
) -> None:
    lines = _send(ada, ("a.zip", data), ("b.png", picture()))

    assert _told(lines) == [("a.zip", "bad_archive"), ("b.png", "read")]
    assert "archive" not in lines[0]


def test_an_office_document_is_told_as_such(ada: Person) -> None:
    data = pack([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")])

    assert _told(_send(ada, ("letter.docx", data))) == [("letter.docx", "unsupported_format")]


def test_a_bomb_is_not_unpacked(ada: Person) -> None:
    data = pack([(f"{number}.bmp", bytes(199_000)) for number in range(5)])
    assert len(data) < 5000

    assert _told(_send(ada, ("a.zip", data))) == [("a.zip", "archive_too_large")]


def test_a_large_empty_picture_is_no_bomb(ada: Person) -> None:
    file = io.BytesIO()
    Image.new("1", (1184, 1184), 1).save(file, "BMP")

    lines = _send(ada, ("a.zip", pack([("scan.bmp", file.getvalue())])))

    assert len(pack([("scan.bmp", file.getvalue())])) < file.tell() / 200
    assert _told(lines) == [("scan.bmp", "read")]


@pytest.mark.parametrize("size", [200_001, 2**40, 2**63])
def test_sizes_beyond_the_limit_cost_their_entry_whatever_is_true(ada: Person, size: int) -> None:
    data = pack([("a.png", picture())])
    lying = claiming_size(data, size) if size < 2**32 else claiming_zip64(data, size)

    assert _told(_send(ada, ("a.zip", lying))) == [("a.png", "too_large")]


def test_what_all_archives_hold_together_is_limited(sqlite_settings: Settings) -> None:
    settings = sqlite_settings.model_copy(update={"max_unpacked_bytes": 1000, "max_batch_files": 9})
    small, large = pack([("a.png", bytes(400))]), pack([("b.png", bytes(700))])
    many = pack([(f"{number}/", b"") for number in range(91)] + [GOOD])
    with TestClient(create_app(settings, FakeReader)) as client:
        new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
        body = client.post("/api/v1/auth/register", json=new).json()
        ada = Person(client, body["user"], body["access_token"])

        by_size = _send(ada, ("1.zip", small), ("2.zip", large), ("3.zip", small), GOOD)
        by_entries = _send(ada, ("1.zip", small), ("2.zip", many), ("3.zip", small), GOOD)

    for lines in (by_size, by_entries):
        assert _told(lines) == [
            ("a.png", "not_an_image"),
            ("2.zip", "archive_too_large"),
            ("3.zip", "archive_too_large"),
            ("good.png", "read"),
        ]


def test_a_list_of_entries_without_end_is_not_taken_in(ada: Person) -> None:
    data = pack([("x", b"")] + [(f"{number:0>60}/", b"") for number in range(30_000)])

    assert _told(_send(ada, ("a.zip", data))) == [("a.zip", "bad_archive")]


def test_nothing_is_written_under_the_names_of_an_archive(
    ada: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, temporary = tmp_path / "a" / "b", tmp_path / "tmp"
    work.mkdir(parents=True)
    temporary.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = {path for path in tmp_path.rglob("*") if "var" not in path.parts}

    noise = Image.effect_noise((400, 400), 90)
    file = io.BytesIO()
    noise.save(file, "PNG")
    assert file.tell() > 100_000
    lines = _send(ada, ("a.zip", pack([(name, file.getvalue()) for name in (*PATHS, "c/d.png")])))

    assert [line.get("status") for line in lines[:-1]] == [None] * len(PATHS) + [201]
    assert {path for path in tmp_path.rglob("*") if "var" not in path.parts} == before
