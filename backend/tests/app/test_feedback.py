from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from httpx2 import Response

from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings
from legible.reader.types import Line, Page, Reading, ReadOptions, Status, Style, Symbol
from tests.app.people import FakeReader, Person, Register, assert_problem, picture

TEXTS = ("04703", "12")


def _line(text: str, row: int) -> Line:
    probabilities = (0.1,) * 10
    symbols = tuple(
        Symbol(digit, 0.9 - place / 10, (20 * place, 20 * row, 18, 16), probabilities, Style(*S))
        for place, digit in enumerate(text)
    )
    return Line(text, 0.8, (0, 20 * row, 20 * len(text), 16), symbols)


S = (None, 2.5, 16)


class TwoLines(FakeReader):
    """Reads the same two lines in any picture."""

    def read(self, _data: bytes, _options: ReadOptions) -> Reading:
        lines = tuple(_line(text, row) for row, text in enumerate(TEXTS))
        return Reading(
            text="\n".join(TEXTS),
            status=Status.REVIEW,
            confidence=0.7,
            alternatives=(),
            pages=[Page(200, 100, lines)],
            issues=(),
            models=self.models,
            timing_ms={"total": 2.0},
        )


@pytest.fixture
def reader() -> FakeReader:
    return TwoLines()


Judge = Callable[..., Response]


@pytest.fixture
def reading_id(ada: Person) -> str:
    return str(ada.read()["id"])


@pytest.fixture
def judge(ada: Person, reading_id: str) -> Judge:
    """Judge the reading: `judge("corrected", page=0, line=0, text="04103")`."""

    def _judge(kind: str, **fields: Any) -> Response:
        return ada.post(f"/readings/{reading_id}/feedback", json={"kind": kind, **fields})

    return _judge


def _told(ada: Person, reading_id: str) -> dict[str, Any]:
    response = ada.get(f"/readings/{reading_id}/feedback")
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def test_a_correction_keeps_who_when_what_and_which_networks(
    ada: Person, judge: Judge, reading_id: str
) -> None:
    response = judge("corrected", page=0, line=0, symbol=2, text="1")

    assert response.status_code == 201
    judgement = response.json()
    assert judgement["user_id"] == ada.user["id"]
    assert judgement["number"] == 1
    assert judgement["models"] == {"digit": "9.9.9"}
    assert judgement["judged"] == {"text": "7", "confidence": 0.7, "boxes": [[40, 0, 18, 16]]}
    assert judgement["corrected_text"] == "04103\n12"
    told = _told(ada, reading_id)
    assert told["corrected_text"] == "04103\n12"
    assert told["current"] == [judgement]
    assert told["history"] == [judgement | {"state": "current"}]


def test_a_reading_and_lists_show_the_judgement_and_the_corrected_text(
    ada: Person, judge: Judge, reading_id: str
) -> None:
    assert ada.get(f"/readings/{reading_id}").json()["feedback"] is None

    made = judge("corrected", text="04103\n12").json()

    shown = ada.get(f"/readings/{reading_id}").json()
    assert shown["text"] == "04703\n12"  # what was read stays
    assert shown["feedback"]["id"] == made["id"]
    assert shown["feedback"]["kind"] == "corrected"
    assert shown["feedback"]["corrected_text"] == "04103\n12"
    [summary] = ada.get("/readings").json()["items"]
    assert summary["feedback"] == shown["feedback"]


WHOLE: dict[str, Any] = {}
FIRST = {"page": 0, "line": 0}
SECOND = {"page": 0, "line": 1}


def _symbol(at: int, last: int | None = None) -> dict[str, Any]:
    return {**FIRST, "symbol": at} | ({} if last is None else {"last_symbol": last})


def _box(text: str, x: int = 40) -> dict[str, Any]:
    return {"box": [x, 0, 8, 16], "text": text}


@pytest.mark.parametrize(
    ("said", "text", "states"),
    [
        ([("confirmed", WHOLE)], "04703\n12", "c"),
        ([("not_a_digit", WHOLE)], "", "c"),
        ([("unreadable", WHOLE)], None, "c"),
        ([("corrected", {"text": "9"})], "9", "c"),
        ([("corrected", FIRST | {"text": "0470"})], "0470\n12", "c"),
        ([("not_a_digit", SECOND)], "04703", "c"),
        ([("not_a_digit", _symbol(0))], "4703\n12", "c"),
        ([("unreadable", _symbol(0))], None, "c"),
        # Redrawn, split in two, two merged into one.
        ([("corrected", _symbol(2) | {"boxes": [_box("1")]})], "04103\n12", "c"),
        ([("corrected", _symbol(2) | {"boxes": [_box("1"), _box("1", 50)]})], "041103\n12", "c"),
        ([("corrected", _symbol(2, 3) | {"boxes": [_box("8")]})], "0483\n12", "c"),
        ([("corrected", _symbol(2, 3) | {"text": "8"})], "0483\n12", "c"),
        # The newest of the same part holds.
        (
            [("corrected", _symbol(2) | {"text": "1"}), ("confirmed", _symbol(2))],
            "04703\n12",
            "sc",
        ),
        # Different parts hold beside each other.
        (
            [("corrected", _symbol(2) | {"text": "1"}), ("corrected", _symbol(0) | {"text": "9"})],
            "94103\n12",
            "cc",
        ),
        (
            [("corrected", FIRST | {"text": "1"}), ("corrected", SECOND | {"text": "2"})],
            "1\n2",
            "cc",
        ),
        # The whole covers its parts.
        ([("corrected", _symbol(2) | {"text": "1"}), ("confirmed", WHOLE)], "04703\n12", "sc"),
        ([("unreadable", SECOND), ("corrected", {"text": "04103\n13"})], "04103\n13", "sc"),
        # A part says otherwise than the whole.
        ([("confirmed", WHOLE), ("corrected", _symbol(2) | {"text": "1"})], "04103\n12", "sc"),
        ([("confirmed", WHOLE), ("confirmed", _symbol(2))], "04703\n12", "cc"),
        ([("unreadable", FIRST), ("corrected", _symbol(2) | {"text": "1"})], "04103\n12", "sc"),
        # A part of a corrected text of the same length.
        (
            [("corrected", {"text": "94703\n12"}), ("corrected", _symbol(2) | {"text": "1"})],
            "94103\n12",
            "cc",
        ),
        (
            [("corrected", {"text": "9\n12"}), ("corrected", SECOND | {"text": "13"})],
            "9\n13",
            "cc",
        ),
        # Some symbols in common.
        (
            [
                ("corrected", _symbol(1, 2) | {"text": "8"}),
                ("corrected", _symbol(2, 3) | {"text": "9"}),
            ],
            "0493\n12",
            "sc",
        ),
    ],
)
def test_the_newest_holds_where_judgements_overlap(
    *,
    ada: Person,
    judge: Judge,
    reading_id: str,
    said: Sequence[tuple[str, dict[str, Any]]],
    text: str | None,
    states: str,
) -> None:
    for kind, fields in said:
        response = judge(kind, **fields)
        assert response.status_code == 201, response.text

    told = _told(ada, reading_id)
    assert told["corrected_text"] == text
    assert [one["state"][0] for one in told["history"]] == list(states)
    assert response.json()["corrected_text"] == text
    assert ada.get(f"/readings/{reading_id}").json()["feedback"]["corrected_text"] == text


def test_a_withdrawal_takes_back_the_newest_and_what_stood_before_stands_again(
    ada: Person, judge: Judge, reading_id: str
) -> None:
    first = judge("corrected", **FIRST, text="04103").json()
    second = judge("unreadable", **FIRST).json()

    undone = judge("withdrawn").json()
    assert (undone["withdraws"], undone["line"]) == (second["id"], 0)
    told = _told(ada, reading_id)
    assert told["corrected_text"] == "04103\n12"
    assert [one["id"] for one in told["current"]] == [first["id"]]
    states = [one["state"] for one in told["history"]]
    assert states == ["current", "withdrawn", "withdrawal"]

    assert judge("withdrawn", withdraws=first["id"]).status_code == 201
    told = _told(ada, reading_id)
    assert (told["corrected_text"], told["current"], len(told["history"])) == (None, [], 4)
    assert ada.get(f"/readings/{reading_id}").json()["feedback"] is None


def test_nothing_can_be_withdrawn_twice(judge: Judge) -> None:
    made = judge("confirmed").json()
    assert judge("withdrawn", withdraws=made["id"]).status_code == 201

    assert_problem(judge("withdrawn", withdraws=made["id"]), 409, "nothing_to_withdraw")
    assert_problem(judge("withdrawn"), 409, "nothing_to_withdraw")


@pytest.mark.parametrize(
    ("whole", "part"),
    [
        ({"text": "1"}, FIRST),
        ({"text": "1\n12"}, _symbol(2)),
        (FIRST | {"text": "1"}, _symbol(2)),
    ],
)
def test_a_part_that_is_not_in_a_corrected_text_cannot_be_judged(
    ada: Person, judge: Judge, reading_id: str, whole: dict[str, Any], part: dict[str, Any]
) -> None:
    corrected = judge("corrected", **whole).json()["corrected_text"]

    assert_problem(judge("confirmed", **part), 409, "not_aligned")
    assert _told(ada, reading_id)["corrected_text"] == corrected


def test_what_stood_on_a_withdrawn_correction_goes_with_it(
    ada: Person, judge: Judge, reading_id: str
) -> None:
    judge("corrected", **FIRST, text="1")
    again = judge("corrected", **FIRST, text="04103").json()
    judge("corrected", **_symbol(0), text="9")

    judge("withdrawn", withdraws=again["id"])

    told = _told(ada, reading_id)
    assert told["corrected_text"] == "1\n12"
    assert len(told["current"]) == 1


REPEATED = [
    ("corrected", {"text": "1"}),
    ("corrected", _symbol(2) | {"boxes": [_box("1"), _box("2", 50)]}),
    ("confirmed", FIRST),
    ("withdrawn", WHOLE),
]


@pytest.mark.parametrize(("kind", "fields"), REPEATED)
def test_a_repeated_request_gets_the_same_answer_and_is_applied_once(
    *, ada: Person, judge: Judge, reading_id: str, kind: str, fields: dict[str, Any]
) -> None:
    judge("confirmed")
    chosen = str(uuid4())
    first = judge(kind, id=chosen, **fields)
    judge("not_a_digit")  # whatever came in between

    second = judge(kind, id=chosen, **fields)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == chosen
    assert second.json() == first.json()
    assert len(_told(ada, reading_id)["history"]) == 3


def test_an_id_that_was_used_for_something_else_is_taken(
    ada: Person, judge: Judge, reading_id: str
) -> None:
    chosen = str(uuid4())
    made = judge("corrected", id=chosen, **FIRST, text="04103").json()

    assert_problem(judge("confirmed", id=chosen, **FIRST), 409, "feedback_id_taken")
    assert_problem(judge("corrected", id=chosen, **FIRST, text="1"), 409, "feedback_id_taken")
    elsewhere = judge("corrected", id=chosen, **SECOND, text="04103")
    assert_problem(elsewhere, 409, "feedback_id_taken")
    other = ada.read(picture(90))["id"]
    body = {"id": chosen, "kind": "corrected", **FIRST, "text": "04103"}
    assert_problem(ada.post(f"/readings/{other}/feedback", json=body), 409, "feedback_id_taken")
    assert _told(ada, reading_id)["current"] == [made]


def test_ids_of_others_are_free(
    ada: Person, judge: Judge, reading_id: str, register: Register
) -> None:
    chosen = str(uuid4())
    assert judge("confirmed", id=chosen).status_code == 201
    bob = register("bob")
    his = bob.read()["id"]

    response = bob.post(f"/readings/{his}/feedback", json={"id": chosen, "kind": "unreadable"})

    assert response.status_code == 201
    assert _told(ada, reading_id)["corrected_text"] == "04703\n12"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("page", {"kind": "confirmed", "page": 1, "line": 0}),
        ("line", {"kind": "confirmed", "page": 0, "line": 2}),
        ("line", {"kind": "confirmed", "page": 0}),
        ("symbol", {"kind": "confirmed", **FIRST, "symbol": 5}),
        ("last_symbol", {"kind": "confirmed", **_symbol(2, 5)}),
        ("last_symbol", {"kind": "confirmed", **_symbol(2, 1)}),
        ("page", {"kind": "confirmed", "line": 0}),
        ("symbol", {"kind": "confirmed", **FIRST, "last_symbol": 1}),
        ("text", {"kind": "corrected"}),
        ("text", {"kind": "corrected", **_symbol(2), "text": "1", "boxes": [_box("1")]}),
        ("text", {"kind": "confirmed", "text": "1"}),
        ("boxes", {"kind": "unreadable", **_symbol(2), "boxes": [_box("1")]}),
        ("text", {"kind": "corrected", "text": "1.5"}),
        ("text", {"kind": "corrected", "text": "one"}),
        ("text", {"kind": "corrected", "text": "\u0661"}),
        ("text", {"kind": "corrected", "text": "\0"}),
        ("text", {"kind": "corrected", **FIRST, "text": "1\n2"}),
        ("text", {"kind": "corrected", **_symbol(2), "text": "12"}),
        ("symbol", {"kind": "corrected", **FIRST, "boxes": [_box("1")]}),
        ("boxes.0", {"kind": "corrected", **_symbol(2), "boxes": [_box("x")]}),
        ("boxes.1", {"kind": "corrected", **_symbol(2), "boxes": [_box("1"), _box("1", 193)]}),
        ("boxes.0", {"kind": "corrected", **_symbol(2), "boxes": [_box("1", -1)]}),
        (
            "boxes.0",
            {"kind": "corrected", **_symbol(2), "boxes": [{"box": [0, 0, 0, 1], "text": "1"}]},
        ),
        ("withdraws", {"kind": "confirmed", "withdraws": str(uuid4())}),
        ("page", {"kind": "withdrawn", **FIRST}),
    ],
)
def test_feedback_that_does_not_fit_the_reading_is_refused_and_the_field_named(
    ada: Person, reading_id: str, field: str, said: dict[str, Any]
) -> None:
    response = ada.post(f"/readings/{reading_id}/feedback", json=said)

    problem = assert_problem(response, 422, "bad_feedback")
    assert [error["field"] for error in problem["errors"]] == [field]
    assert _told(ada, reading_id)["history"] == []


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("kind", {}),
        ("kind", {"kind": "liked"}),
        ("id", {"kind": "confirmed", "id": "seven"}),
        ("line", {"kind": "confirmed", "page": 0, "line": -1}),
        ("text", {"kind": "corrected", "text": ""}),
        ("text", {"kind": "corrected", "text": "1" * 10_001}),
        ("boxes", {"kind": "corrected", **_symbol(2), "boxes": []}),
        ("user_id", {"kind": "confirmed", "user_id": str(uuid4())}),
        ("models", {"kind": "confirmed", "models": {"digit": "1.0.0"}}),
    ],
)
def test_malformed_feedback_is_refused(
    ada: Person, reading_id: str, field: str, said: dict[str, Any]
) -> None:
    response = ada.post(f"/readings/{reading_id}/feedback", json=said)

    problem = assert_problem(response, 422, "invalid_request")
    assert problem["errors"][0]["field"] == field


def test_marks_can_be_corrected_where_they_were_asked_for(ada: Person) -> None:
    made = ada.send(picture(), symbols="number").json()

    response = ada.post(
        f"/readings/{made['id']}/feedback", json={"kind": "corrected", "text": "-1,5\n.12"}
    )

    assert made["symbols"] == "number"
    assert response.json()["corrected_text"] == "-1,5\n.12"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_feedback_is_for_the_owner_alone(
    ada: Person, reading_id: str, register: Register, method: str
) -> None:
    path = f"/api/v1/readings/{reading_id}/feedback"
    body = {"kind": "confirmed"} if method == "POST" else None
    bob = register("bob")

    nobody = ada.client.request(method, path, json=body)
    stranger = ada.client.request(method, path, json=body, headers=bob.headers)
    missing = ada.client.request(
        method, f"/api/v1/readings/{uuid4()}/feedback", json=body, headers=ada.headers
    )

    assert_problem(nobody, 401, "not_authenticated")
    assert_problem(stranger, 404, "not_found")
    assert stranger.json() == assert_problem(missing, 404, "not_found")
    assert _told(ada, reading_id)["history"] == []


def _judgements(settings: Settings) -> int:
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(models.Judgement))
    database.close()
    return count or 0


def test_deleting_a_reading_deletes_its_feedback_and_no_other(
    ada: Person, judge: Judge, reading_id: str, settings: Settings
) -> None:
    other = ada.read(picture(90))["id"]
    ada.post(f"/readings/{other}/feedback", json={"kind": "confirmed"})
    judge("confirmed")
    judge("withdrawn")
    assert _judgements(settings) == 3

    assert ada.delete(f"/readings/{reading_id}").status_code == 204

    assert _judgements(settings) == 1
    assert len(_told(ada, other)["history"]) == 1


def test_no_judgement_is_ever_changed(judge: Judge, settings: Settings) -> None:
    judge("confirmed")
    database = Database(settings.sqlalchemy_url())

    with pytest.raises(sa.exc.DBAPIError, match="never changed"), database.writes() as session:
        session.execute(sa.update(models.Judgement).values(kind="unreadable"))
    database.close()


def test_twenty_who_judge_at_once_leave_a_whole_history_and_one_that_holds(
    ada: Person, judge: Judge, reading_id: str
) -> None:
    texts = [f"047{n:02}\n12" for n in range(20)]
    ids = [str(uuid4()) for _ in texts]

    with ThreadPoolExecutor(20) as pool:
        # Each is sent twice, as by a client who has lost the first answer.
        answers = list(
            pool.map(lambda at: judge("corrected", id=ids[at % 20], text=texts[at % 20]), range(40))
        )

    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [201] * 20
    told = _told(ada, reading_id)
    assert [one["number"] for one in told["history"]] == list(range(1, 21))
    assert {one["id"]: one["text"] for one in told["history"]} == dict(zip(ids, texts, strict=True))
    assert [one["state"] for one in told["history"]] == ["superseded"] * 19 + ["current"]
    [current] = told["current"]
    assert current["number"] == 20
    assert told["corrected_text"] == current["text"]
    shown = ada.get(f"/readings/{reading_id}").json()["feedback"]
    assert (shown["id"], shown["corrected_text"]) == (current["id"], current["text"])


def test_one_of_many_who_use_one_id_for_different_words_wins(
    ada: Person, judge: Judge, reading_id: str
) -> None:
    chosen = str(uuid4())
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: judge("corrected", id=chosen, text=str(n)), range(10)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert len(_told(ada, reading_id)["history"]) == 1


def test_a_reading_has_at_most_so_many_judgements(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("legible.app.feedback.service.MAX_JUDGEMENTS", 2)
    chosen = str(uuid4())
    judge("confirmed", id=chosen)
    judge("withdrawn")

    assert_problem(judge("confirmed"), 409, "too_much_feedback")
    assert judge("confirmed", id=chosen).status_code == 200
