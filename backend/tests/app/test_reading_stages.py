"""What the networks saw of a picture, over HTTP."""

import base64
import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from PIL import Image

from legible.app import db
from legible.app.settings import Settings
from legible.reader.errors import UnsupportedSymbols
from legible.reader.types import ReadOptions
from tests.app.people import FakeReader, Person, Register, assert_problem, picture

STAGES = {"detail": "stages"}


def _send(person: Person, **fields: str) -> dict[str, object]:
    response = person.client.post(
        "/api/v1/readings",
        params=STAGES,
        headers=person.headers,
        files={"file": ("card.png", picture())},
        data=fields,
    )
    assert response.status_code == 201, response.text
    reading: dict[str, object] = response.json()
    return reading


def test_the_stages_come_with_the_reading_and_are_not_kept(ada: Person) -> None:
    made = _send(ada)

    stages = made.pop("stages")
    assert isinstance(stages, dict)
    (page,) = stages["pages"]
    assert page["runs"][0]["line"] == 0
    (digit,) = page["digits"]
    assert (digit["line"], digit["symbol"], digit["text"]) == (0, 0, "7")
    png = base64.b64decode(digit["picture"]["png"], validate=True)
    assert Image.open(io.BytesIO(png)).size == (28, 28)
    assert stages["left_out"] == {"pages": 0, "runs": 1, "digits": 2}
    assert stages["models"] == {"digit": "9.9.9"}
    assert ada.get(f"/readings/{made['id']}").json() == made


def test_nobody_who_does_not_ask_has_stages_made(ada: Person, reader: FakeReader) -> None:
    made = ada.read()
    ada.get(f"/readings/{made['id']}")

    assert "stages" not in made
    assert [options.stages for options in reader.asked] == [False]


@pytest.mark.parametrize(
    ("fields", "symbols", "pattern"),
    [({}, "digits", None), ({"symbols": "number", "pattern": "us-zip"}, "number", "us-zip")],
)
def test_a_kept_picture_is_seen_again_as_it_was_read(
    ada: Person, reader: FakeReader, fields: dict[str, str], symbols: str, pattern: str | None
) -> None:
    made = ada.send(picture(), **fields).json()

    shown = ada.get(f"/readings/{made['id']}", params=STAGES).json()

    assert shown.pop("stages")["pages"][0]["digits"][0]["text"] == "7"
    assert shown == made
    first, again = reader.asked
    assert (again.symbols, again.pattern) == (symbols, pattern)
    assert again == ReadOptions(first.symbols, first.pattern, stages=True, limits=first.limits)
    assert len(ada.get("/readings").json()["items"]) == 1


@pytest.mark.parametrize("detail", ["everything", "", "Stages"])
def test_another_detail_is_refused(ada: Person, detail: str) -> None:
    made = ada.read()

    asked = ada.get(f"/readings/{made['id']}", params={"detail": detail})
    sent = ada.client.post(
        "/api/v1/readings",
        params={"detail": detail},
        headers=ada.headers,
        files={"file": ("card.png", picture())},
    )

    for response in (asked, sent):
        problem = assert_problem(response, 422, "invalid_request")
        assert [error["field"] for error in problem["errors"]] == ["detail"]


def test_the_stages_of_another_are_not_found(register: Register) -> None:
    ada, bob = register("ada"), register("bob")
    hers = ada.read()["id"]

    assert_problem(bob.get(f"/readings/{hers}", params=STAGES), 404, "not_found")


def test_a_lost_picture_has_no_stages(ada: Person, settings: Settings) -> None:
    made = ada.read()
    (lost,) = (path for path in settings.pictures_dir.rglob("*") if path.is_file())
    lost.unlink()

    assert_problem(ada.get(f"/readings/{made['id']}", params=STAGES), 404, "not_found")
    assert ada.get(f"/readings/{made['id']}").json() == made


def test_networks_that_cannot_do_what_was_asked_for_are_told(
    ada: Person, reader: FakeReader
) -> None:
    made = ada.read()
    reader.error = UnsupportedSymbols("Digits only.")

    response = ada.get(f"/readings/{made['id']}", params=STAGES)

    assert assert_problem(response, 422, "unsupported_symbols")["detail"] == "Digits only."


@pytest.mark.parametrize(("text", "symbols"), [("407", "digits"), ("4.07", "number")])
def test_what_earlier_readings_were_read_as_is_told_by_their_marks(
    tmp_path: Path, text: str, symbols: str
) -> None:
    settings = Settings(var_dir=tmp_path)
    db.migrate(settings)
    engine = db.make_engine(settings.sqlalchemy_url())
    with engine.begin() as connection:
        command.downgrade(db.alembic_config(connection=connection), "0001")
        connection.execute(sa.text("INSERT INTO users VALUES ('1', 'a', 'A', 'x', '2026-01-01')"))
        connection.execute(
            sa.text(
                "INSERT INTO readings (id, user_id, created_at, file_name, media_type, sha256, "
                "size_bytes, text, status, confidence, issues, models, alternatives, pages, "
                "timing_ms) VALUES ('2', '1', '2026-01-01', 'a', 'b', 'c', 1, :text, 'read', 1, "
                "'[]', '{}', '[]', '[]', '{}')"
            ),
            {"text": text},
        )
    db.migrate(settings)

    with engine.begin() as connection:
        kept = connection.execute(sa.text("SELECT symbols, pattern FROM readings")).one()
    engine.dispose()
    assert tuple(kept) == (symbols, None)
