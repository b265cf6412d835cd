"""`POST /readings/batch`: every item is answered, each page counted once."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response
from PIL import Image
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.reader.types import Reading, ReadOptions
from tests.app.people import PASSWORD, FakeReader, Person, Register, assert_problem, picture
from tests.app.zips import pack

Line = dict[str, Any]
File = tuple[str, bytes]


def sheets(pages: int, kind: str, shade: int = 200) -> bytes:
    """A file with several pages."""
    file = io.BytesIO()
    first, *others = [Image.new("L", (40 + page, 30), shade) for page in range(pages)]
    first.save(file, kind, save_all=True, append_images=others)
    return file.getvalue()


def post(person: Person, *files: File, key: str | None = None, **fields: str) -> Response:
    """Send files as one batch."""
    return person.client.post(
        "/api/v1/readings/batch",
        headers=person.headers | ({"Idempotency-Key": key} if key else {}),
        files=[("file", file) for file in files],
        data=fields,
    )


def read(person: Person, *files: File, key: str | None = None, **fields: str) -> list[Line]:
    """The same, and the lines of the answer."""
    response = post(person, *files, key=key, **fields)
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.content.split(b"\n")[:-1]]


def pages_of(person: Person) -> int:
    pages: int = person.get("/usage").json()["totals"]["pages"]
    return pages


CARDS = [(f"{number}.png", picture(90 + number)) for number in range(4)]


def test_each_file_is_read_as_it_would_be_alone(ada: Person, reader: FakeReader) -> None:
    tiff, pdf = sheets(3, "TIFF"), sheets(2, "PDF")

    response = post(ada, CARDS[0], ("many.tif", tiff), ("many.pdf", pdf), symbols="number")

    assert response.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert [line["file_name"] for line in lines[:-1]] == ["0.png", "many.tif", "many.pdf"]
    assert [len(line["reading"]["pages"]) for line in lines[:-1]] == [1, 3, 2]
    assert lines[-1] == {"done": True, "read": 3, "failed": 0, "replayed": 0, "pages": 6}
    assert [options.symbols for options in reader.asked] == ["number"] * 3
    assert pages_of(ada) == 6
    for line in lines[:-1]:
        assert line["status"] == 201
        assert ada.get(f"/readings/{line['reading']['id']}").json() == line["reading"]
    kept = ada.get(f"/readings/{lines[1]['reading']['id']}/picture")
    assert kept.headers["content-type"] == "image/tiff"


def test_what_cannot_be_read_costs_its_own_line_only(ada: Person, settings: Settings) -> None:
    large = ("large.png", bytes(settings.max_upload_bytes + 1))

    lines = read(ada, CARDS[0], ("letter.txt", b"Dear Sir"), large, ("none", b""), CARDS[1])

    assert [line.get("error", {}).get("code") for line in lines[:-1]] == [
        None,
        "not_an_image",
        "too_large",
        "not_an_image",
        None,
    ]
    assert lines[1]["error"] == {
        "type": "about:blank",
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": lines[1]["error"]["detail"],
        "code": "not_an_image",
    }
    assert lines[-1] == {"done": True, "read": 2, "failed": 3, "replayed": 0, "pages": 2}
    assert pages_of(ada) == 2


class FailingReader(FakeReader):
    """Has a fault that a certain picture brings out."""

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        if data == CARDS[1][1]:
            raise ZeroDivisionError
        return super().read(data, options)


def test_a_fault_of_ours_costs_its_own_line_only(settings: Settings) -> None:
    with TestClient(create_app(settings, FailingReader)) as client:
        ada = _register(client)
        lines = read(ada, *CARDS, key="one")
        assert pages_of(ada) == 3

    codes = [line.get("error", {}).get("code") for line in lines[:-1]]
    assert codes == [None, "internal_error", None, None]


def _register(client: TestClient, name: str = "ada") -> Person:
    new = {"email": f"{name}@example.com", "name": name, "password": PASSWORD}
    body = client.post("/api/v1/auth/register", json=new).json()
    return Person(client, body["user"], body["access_token"])


@pytest.fixture
def ada_with_five_pages(settings: Settings, tmp_path: Path) -> Iterator[Person]:
    plans = tmp_path / "plans.toml"
    plans.write_text('default = "free"\ncurrency = "EUR"\n[plans.free]\nincluded_pages = 5\n')
    settings = settings.model_copy(update={"plans_file": plans})
    with TestClient(create_app(settings, FakeReader)) as client:
        yield _register(client)


def test_where_the_quota_ends_the_rest_is_told(ada_with_five_pages: Person) -> None:
    ada, tiff = ada_with_five_pages, ("three.tif", sheets(3, "TIFF"))

    lines = read(ada, CARDS[0], tiff, tiff, CARDS[1], CARDS[2], CARDS[3])

    codes = [line.get("error", {}).get("code") for line in lines[:-1]]
    assert codes == [None, None, "quota_reached", None, "quota_reached", "quota_reached"]
    assert [line["error"]["status"] for line in lines if "error" in line] == [402] * 3
    assert lines[-1]["done"]
    assert pages_of(ada) == lines[-1]["pages"] == 5


def test_sent_again_with_its_key_nothing_is_read_or_counted_twice(
    ada: Person, reader: FakeReader, database: Database
) -> None:
    files = [CARDS[0], ("a.zip", pack(CARDS[1:3])), ("letter.txt", b"Dear Sir"), CARDS[0]]

    first = read(ada, *files, key="one")
    again = read(ada, *files, key='"one"')

    assert [line.get("reading") for line in again[:-1]] == [
        line.get("reading") for line in first[:-1]
    ]
    assert [line.get("replayed") for line in again[:-1]] == [True, True, True, None, True]
    assert first[-1] == {"done": True, "read": 4, "failed": 1, "replayed": 0, "pages": 4}
    assert again[-1] == {"done": True, "read": 4, "failed": 1, "replayed": 4, "pages": 4}
    assert len(reader.asked) == 4 + 2  # the letter is looked at again
    assert pages_of(ada) == 4
    with database.reads() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(models.Reading)) == 4
    assert "replayed" not in read(ada, *files)[0]
    assert "replayed" not in read(ada, *files, key="two")[0]


def test_a_batch_that_was_cut_off_goes_on_where_it_was(ada: Person, reader: FakeReader) -> None:
    first = read(ada, *CARDS[:2], key="one")

    rest = read(ada, *CARDS, key="one", start="1")

    assert [line["index"] for line in rest[:-1]] == [1, 2, 3]
    assert rest[0]["reading"] == first[1]["reading"]
    assert rest[-1] == {"done": True, "read": 3, "failed": 0, "replayed": 1, "pages": 3}
    assert len(reader.asked) == pages_of(ada) == 4
    assert read(ada, *CARDS, key="one", start="9") == [
        {"done": True, "read": 0, "failed": 0, "replayed": 0, "pages": 0}
    ]


@pytest.mark.parametrize(
    ("files", "fields"),
    [
        ([CARDS[1]], {}),
        ([("other.png", CARDS[0][1])], {}),
        ([CARDS[0]], {"pattern": "##"}),
        ([("0.zip", pack([CARDS[0]]))], {}),
    ],
    ids=["another file", "another name", "another field", "in an archive"],
)
def test_the_key_of_a_batch_is_for_that_batch_only(
    ada: Person, files: list[File], fields: dict[str, str]
) -> None:
    read(ada, CARDS[0], key="one")

    lines = read(ada, *files, key="one", **fields)

    assert lines[0]["error"]["code"] == "idempotency_key_reused"
    assert pages_of(ada) == 1


def test_what_was_deleted_is_not_made_anew(ada: Person) -> None:
    first = read(ada, *CARDS[:2], key="one")
    ada.delete(f"/readings/{first[0]['reading']['id']}")

    again = read(ada, *CARDS[:2], key="one")

    assert [line.get("error", {}).get("code") for line in again[:-1]] == ["gone", None]
    assert pages_of(ada) == 2


def test_two_people_may_use_the_same_key(register: Register) -> None:
    hers = read(register("ada"), CARDS[0], key="one")
    his = read(register("bob"), CARDS[0], key="one")

    assert hers[0]["reading"]["id"] != his[0]["reading"]["id"]


def test_a_batch_is_one_request(ada: Person) -> None:
    def left(response: Response) -> int:
        return int(response.headers["RateLimit"].split("r=")[1].split(";")[0])

    assert left(post(ada, *CARDS)) - left(post(ada, *CARDS)) == 1


def test_a_forms_files_and_fields_are_checked_before_anything_is_read(
    ada: Person, reader: FakeReader, settings: Settings
) -> None:
    url, many = "/readings/batch", [("file", card) for card in CARDS]
    card, other = ("file", CARDS[0]), ("other", CARDS[0])
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("file", {"data": {"symbols": "digits"}, "files": {"nothing": (None, b"x")}}),
        ("body", {}),
        ("body", {"json": {}}),
        ("body", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}),
        ("other", {"files": [card, other]}),
        ("symbols", {"files": many, "data": {"symbols": "letters"}}),
        ("pattern", {"files": many, "data": {"pattern": "#" * 201}}),
        ("pattern", {"files": many, "data": {"pattern": "#" * 5000}}),
        ("start", {"files": many, "data": {"start": "-1"}}),
        ("body", {"files": many, "data": {f"field-{number}": "x" for number in range(30)}}),
    ]
    for name, options in wrong:
        headers = {**ada.headers, **options.pop("headers", {})}
        response = ada.client.post(f"/api/v1{url}", headers=headers, **options)
        problem = assert_problem(response, 422, "invalid_request")
        assert [found["field"] for found in problem["errors"]] == [name]
    bad_key = post(ada, CARDS[0], key="with space")
    assert_problem(bad_key, 422, "invalid_request")

    assert reader.asked == []


WHOLE = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nxx\r\n--b--\r\n'
)


@pytest.mark.parametrize(
    "body", [WHOLE[:-9], WHOLE[:40], b"", b"no form", b"--b\r\n" + b"x" * 9000]
)
def test_a_form_that_is_not_whole_is_refused(ada: Person, body: bytes, reader: FakeReader) -> None:
    headers = {**ada.headers, "Content-Type": "multipart/form-data; boundary=b"}

    response = ada.client.post("/api/v1/readings/batch", headers=headers, content=body)

    assert_problem(response, 422, "invalid_request")
    assert reader.asked == []


def test_more_than_a_batch_may_have_is_refused_as_a_whole(settings: Settings) -> None:
    changed = {"max_batch_files": 3, "max_batch_bytes": 300_000, "max_upload_bytes": 200_000}
    reader = FakeReader()
    with TestClient(create_app(settings.model_copy(update=changed), lambda: reader)) as client:
        ada = _register(client)
        packed = ("a.zip", pack(CARDS[:3]))
        for files in (CARDS[:4], [CARDS[0], packed], [packed, packed]):
            problem = assert_problem(post(ada, *files), 413, "too_many_files")
            assert "3 files" in problem["detail"]
        heavy = [(f"{number}", bytes(199_000)) for number in range(2)]
        problem = assert_problem(post(ada, *heavy), 413, "too_large")
        assert "300,000" in problem["detail"]
        assert reader.asked == []
        assert len(read(ada, packed)) == 4


def test_the_document_says_what_a_line_is(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()

    call = document["paths"]["/api/v1/readings/batch"]["post"]
    answer = call["responses"]["200"]["content"]["application/x-ndjson"]
    assert answer == {
        "schema": {"type": "string"},
        "x-item-schema": {"$ref": "#/components/schemas/BatchLineOut"},
    }
    form = call["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(form["properties"]) == {"file", "symbols", "pattern", "start"}
    lines = document["components"]["schemas"]
    assert set(lines["BatchEndOut"]["required"]) == {"done", "read", "failed", "replayed", "pages"}


def test_a_name_is_shown_without_what_could_deceive(ada: Person) -> None:
    [line, _] = read(ada, ("../a\u202eb/c\u202egnp.png", CARDS[0][1]))

    assert line["file_name"] == line["reading"]["file_name"] == "cgnp.png"
