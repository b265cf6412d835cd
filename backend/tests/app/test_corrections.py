"""What an admin is shown of corrections that contradict sure networks, and decides about them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image

from legible.app import models
from legible.app.admin import corrections
from legible.app.db import Database
from legible.app.settings import Settings
from legible.reader.types import Line, Page, Reading, ReadOptions, Status, Style, Symbol
from tests.app.people import FakeReader, Person, Register, assert_problem

SIZE = (200, 300)
TEXT = "04703"
# The third symbol is the only one that may be anything.
SURE = (0.99, 0.985, 0.6, 0.99, 0.999)
LINE = (10, 100, 100, 16)


class SureReader(FakeReader):
    """Reads one line in any picture, and is sure of most of it."""

    def read(self, _data: bytes, _options: ReadOptions) -> Reading:
        symbols = tuple(
            Symbol(digit, SURE[n], (10 + 20 * n, 100, 18, 16), (0.1,) * 10, Style(None, 2.5, 16))
            for n, digit in enumerate(TEXT)
        )
        return Reading(
            text=TEXT,
            status=Status.REVIEW,
            confidence=0.6,
            alternatives=(),
            pages=[Page(*SIZE, (Line(TEXT, 0.6, LINE, symbols),), turned_deg=90)],
            issues=(),
            models=self.models,
            timing_ms={"total": 2.0},
        )


@pytest.fixture
def reader() -> FakeReader:
    return SureReader()


def _picture(shade: int = 230) -> bytes:
    """The page as it is sent: on its side, with a dark bar where the second symbol lies."""
    page = Image.new("RGB", SIZE, (shade, shade, shade))
    page.paste((0, 0, 90), (30, 100, 48, 116))
    file = io.BytesIO()
    page.transpose(Image.Transpose.ROTATE_90).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def admin(register: Register, database: Database) -> Person:
    person = register("root")
    with database.writes() as session:
        whose = models.User.email == "root@example.com"
        session.execute(sa.update(models.User).where(whose).values(role="admin"))
    return person


def _consent(person: Person, given: bool = True) -> None:
    answer = person.client.patch(
        "/api/v1/users/me", headers=person.headers, json={"shares_corrections": given}
    )
    assert answer.status_code == 200, answer.text


Correct = Callable[..., dict[str, Any]]


@pytest.fixture
def correct(ada: Person) -> Correct:
    """Have a picture read by Ada and say what a part of it is."""
    _consent(ada)

    def _correct(reading_id: str | None = None, **said: Any) -> dict[str, Any]:
        new = {"kind": "corrected", "page": 0, "line": 0, **said}
        reading_id = reading_id or ada.read(_picture())["id"]
        answer = ada.post(f"/readings/{reading_id}/feedback", json=new)
        assert answer.status_code == 201, answer.text
        judgement: dict[str, Any] = answer.json()
        return {**judgement, "reading_id": reading_id}

    return _correct


def _listed(admin: Person, **query: Any) -> list[dict[str, Any]]:
    answer = admin.get("/admin/corrections", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _path(correction: dict[str, Any], what: str) -> str:
    judgement_id = correction.get("judgement_id") or correction["id"]
    return f"/admin/corrections/{correction['user_id']}/{judgement_id}/{what}"


def test_what_contradicts_sure_networks_is_listed_newest_first(
    admin: Person, correct: Correct, ada: Person
) -> None:
    correct(symbol=2, text="1")
    first = correct(symbol=1, text="9")
    correct(kind="confirmed", symbol=1)
    second = correct(first["reading_id"], kind="not_a_digit", symbol=4)
    whole = correct(text="94108")

    found = _listed(admin)

    assert [one["judgement_id"] for one in found] == [one["id"] for one in (whole, second, first)]
    shown = found[2]
    mark = shown.pop("mark")
    assert shown == {
        "user_id": ada.user["id"],
        "judgement_id": first["id"],
        "reading_id": first["reading_id"],
        "created_at": first["created_at"],
        "page": 0,
        "line": 0,
        "symbol": 1,
        "last_symbol": 1,
        "read": "4",
        "confidence": 0.985,
        "said": "9",
        "models": {"digit": "9.9.9"},
        "others": [],
        "doubts": 1,
        "verdict": None,
        "decided_at": None,
    }
    assert all(0 <= share <= 1 for share in mark)
    assert (found[1]["read"], found[1]["said"]) == ("3", None)
    # The surest first.
    assert [(one["read"], one["said"]) for one in (found[0], *found[0]["others"])] == [
        ("3", "8"),
        ("0", "9"),
    ]
    assert found[0]["doubts"] == 2


def test_what_holds_no_longer_or_is_not_consented_to_is_not_there(
    admin: Person, correct: Correct, ada: Person, register: Register
) -> None:
    superseded = correct(symbol=1, text="9")
    correct(superseded["reading_id"], symbol=1, text="4")
    stands = correct(symbol=1, text="9")
    bob = register("bob")  # who does not share
    theirs = bob.read(_picture(90))["id"]
    said = {"kind": "corrected", "page": 0, "line": 0, "symbol": 1, "text": "9"}
    hidden = bob.post(f"/readings/{theirs}/feedback", json=said).json()

    assert [one["judgement_id"] for one in _listed(admin)] == [stands["id"]]
    for gone in (superseded, hidden):
        assert_problem(admin.get(_path(gone, "picture")), 404, "not_found")
        decision = admin.post(_path(gone, "decision"), json={"verdict": "use"})
        assert_problem(decision, 404, "not_found")

    assert admin.get(_path(stands, "picture")).status_code == 200
    _consent(ada, given=False)
    assert _listed(admin) == []
    assert_problem(admin.get(_path(stands, "picture")), 404, "not_found")
    decision = admin.post(_path(stands, "decision"), json={"verdict": "use"})
    assert_problem(decision, 404, "not_found")


def test_a_decision_can_be_changed_and_each_is_recorded(
    admin: Person, correct: Correct, ada: Person, database: Database
) -> None:
    judged = correct(symbol=1, text="9")
    path = _path(judged, "decision")

    used = admin.post(path, json={"verdict": "use"})
    again = admin.post(path, json={"verdict": "use"})

    assert used.status_code == 200, used.text
    assert used.json()["verdict"] == "use"
    assert again.json() == used.json()
    assert _listed(admin) == []
    assert _listed(admin, state="decided") == [used.json()]
    assert admin.post(path, json={"verdict": "leave_out"}).json()["verdict"] == "leave_out"
    [decided] = _listed(admin, state="decided")
    assert (decided["verdict"], decided["judgement_id"]) == ("leave_out", judged["id"])
    assert decided["decided_at"] > used.json()["decided_at"]
    query = {"user_id": ada.user["id"], "action": "correction_decided"}
    events = admin.get("/admin/audit", params=query).json()["items"]
    assert [event["details"]["verdict"] for event in events] == ["leave_out", "use"]
    assert events[0]["actor_id"] == admin.user["id"]
    assert events[0]["object_id"] == judged["reading_id"]
    for body in ({}, {"verdict": "perhaps"}, {"verdict": None}, {"verdict": "use", "more": 1}):
        assert_problem(admin.post(path, json=body), 422, "invalid_request")

    ada.delete(f"/readings/{judged['reading_id']}")
    assert _listed(admin, state="decided") == []
    with database.reads() as session:
        gone = session.get(models.CorrectionDecision, (UUID(ada.user["id"]), UUID(judged["id"])))
    assert gone is None


def test_the_cut_out_shows_the_digit_in_its_line_and_no_more(
    admin: Person, correct: Correct
) -> None:
    judged = correct(text="94103")
    [shown] = _listed(admin)

    answer = admin.get(_path(judged, "picture"))
    other = admin.get(_path(judged, "picture"), params={"page": 0, "line": 0, "symbol": 1})

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.width < SIZE[0]
    assert picture.height < SIZE[1] / 8
    assert_problem(other, 404, "not_found")  # of this one nobody says anything else
    correct(judged["reading_id"], symbol=1, text="9")
    [marked, _] = _listed(admin)
    cut = np.asarray(Image.open(io.BytesIO(admin.get(_path(marked, "picture")).content)))
    x, y, width, height = marked["mark"]
    inside = cut[
        round(y * cut.shape[0]) : round((y + height) * cut.shape[0]),
        round(x * cut.shape[1]) : round((x + width) * cut.shape[1]),
    ]
    assert inside.shape == (16, 18)
    assert (inside < 60).all()
    assert (cut < 60).sum() == inside.size
    assert shown["symbol"] == 0


def test_a_picture_that_the_store_has_lost_is_not_found(
    admin: Person, correct: Correct, settings: Settings
) -> None:
    judged = correct(symbol=1, text="9")
    for file in settings.pictures_dir.rglob("*"):
        if file.is_file():
            file.unlink()

    assert_problem(admin.get(_path(judged, "picture")), 404, "not_found")


def test_corrections_come_in_parts_whatever_their_ids_are(
    admin: Person, correct: Correct, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ids come from clients, many are made at one time, and most are no doubt."""
    for number in range(3):
        correct(id=str(uuid4()), symbol=1, text=str(number))
        correct(text="04103")  # only what was unsure
    moment = datetime.now(UTC) - timedelta(days=1)
    with database.writes() as session:  # as if they had been made at once, and earlier
        for row in session.scalars(sa.select(models.Reading).limit(2)):
            values = {
                "user_id": row.user_id,
                "reading_id": row.id,
                "created_at": moment,
                "kind": "corrected",
                "page": 0,
                "line": 0,
                "symbol": 4,
                "text": "1",
                "judged": {"text": "3", "confidence": 0.999, "boxes": []},
                "models": {},
            }
            session.add(models.Judgement(id=uuid4(), number=2, **values))
    whole = _listed(admin)
    assert [one["said"] for one in whole] == ["2", "1", "0", "1", "1"]
    assert [one["created_at"] for one in whole] == sorted(
        (one["created_at"] for one in whole), reverse=True
    )

    for chunk, most in ((50, 500), (2, 2)):
        monkeypatch.setattr(corrections, "_CHUNK", chunk)
        monkeypatch.setattr(corrections, "_MOST_EXAMINED", most)
        parts: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
            part = admin.get("/admin/corrections", params=query).json()
            assert len(part["items"]) <= 2
            parts += part["items"]
            cursor = part["next_cursor"]
        assert parts == whole

    for cursor in ("?", "AAAA", "f" + "_" * 53):
        asked = admin.get("/admin/corrections", params={"cursor": cursor})
        assert_problem(asked, 422, "bad_cursor")
