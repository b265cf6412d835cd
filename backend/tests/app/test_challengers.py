"""A challenger that reads along, and the error rate in real use."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.main import create_app
from legible.app.networks.edits import find_edits
from legible.app.networks.serving import Loader, ReaderLike
from legible.app.settings import Settings
from legible.reader.types import Reading, ReadOptions
from tests.app.people import FakeReader, Person, assert_problem, picture
from tests.app.rows import add_readings
from tests.app.switched import register_admin, register_at, wait_until, write_models


@dataclass
class Challenger(FakeReader):
    """Reads another digit; waits where a test wants it to."""

    go: Event = field(default_factory=Event)
    begun: Event = field(default_factory=Event)

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        self.begun.set()
        assert self.go.wait(10)
        theirs = super().read(data, options)
        return Reading(**{**vars_of(theirs), "text": "8", "timing_ms": {"total": 5.0}})


def vars_of(reading: Reading) -> dict[str, Any]:
    return {name: getattr(reading, name) for name in reading.__slots__}


@dataclass
class Loading:
    """A loader of fake readers, and what it was asked for."""

    opened: list[tuple[Mapping[str, str], Sequence[ReaderLike]]] = field(default_factory=list)
    challenger: Challenger = field(default_factory=Challenger)

    def open(self, versions: Mapping[str, str], like: Sequence[ReaderLike]) -> ReaderLike:
        self.opened.append((versions, like))
        self.challenger.models = dict(versions)
        return self.challenger

    def check(self, name: str, version: str) -> None:
        pass


@pytest.fixture
def loading() -> Loading:
    return Loading()


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def tried(settings: Settings, models_dir: Any) -> Settings:
    return settings.model_copy(update={"models_dir": models_dir, "models_poll_s": 0.05})


@pytest.fixture
def client(tried: Settings, loading: Loading) -> Iterator[TestClient]:
    served = FakeReader(models={"digit": "1.0.0"})
    app = create_app(tried, lambda: served, Loader(open=loading.open, check=loading.check))
    with TestClient(app) as client:
        yield client
        loading.challenger.go.set()


@pytest.fixture
def root(client: TestClient, tried: Settings) -> Person:
    return register_admin(client, tried)


def _start(root: Person, share: float = 1.0) -> Any:
    body = {"name": "digit", "version": "1.1.0", "share": share}
    return root.post("/admin/models/challenger", json=body)


def _shadows(database: Database) -> list[models.ShadowReading]:
    with database.reads() as session:
        return list(session.scalars(sa.select(models.ShadowReading)))


def test_a_challenger_reads_along_unseen_and_is_compared(
    client: TestClient, root: Person, database: Database, loading: Loading
) -> None:
    assert_problem(root.get("/admin/models/challenger"), 404, "not_found")
    assert_problem(root.delete("/admin/models/challenger"), 409, "no_challenger")
    ada = register_at(client, "ada")
    loading.challenger.go.set()

    assert _start(root).status_code == 201
    assert_problem(_start(root), 409, "challenger_running")
    wait_until(lambda: loading.opened)
    readings = []
    for shade in (50, 60):
        readings.append(ada.read(picture(shade)))
        wait_until(lambda: len(_shadows(database)) == len(readings))
    ada.post(f"/readings/{readings[0]['id']}/feedback", json={"kind": "corrected", "text": "8"})

    found = root.get("/admin/models/challenger").json()
    assert (found["n"], found["same"], found["judged"]) == (2, 0, 1)
    assert found["served"] == {
        **found["served"],
        **{"mean_confidence": 0.9, "median_ms": 2.0, "p95_ms": 2.0, "right": 0},
    }
    assert (found["challenged"]["median_ms"], found["challenged"]["right"]) == (5.0, 1)
    assert found["same_interval"][0] == 0
    assert found["same_interval"][1] == pytest.approx(0.658, abs=0.001)
    [row, _] = _shadows(database)
    assert (row.text, row.status, row.served_ms) == ("8", "review", 2.0)
    # Nobody is charged for it, or sees it.
    assert ada.get("/usage").json()["totals"]["readings"] == 2
    assert ada.get(f"/readings/{readings[1]['id']}").json()["text"] == "7"
    ada.delete(f"/readings/{readings[0]['id']}")
    assert len(_shadows(database)) == 1

    # The version it is compared with is exchanged, and the trial with it is over.
    root.post("/admin/models/digit/activate", json={"version": "1.2.0"})
    trial = root.get("/admin/models").json()["challenger"]
    assert (trial["version"], trial["ended_at"] is None) == ("1.1.0", False)
    assert root.get("/admin/models/challenger").json()["n"] == 1


def test_while_the_challenger_reads_other_pictures_pass_by(
    client: TestClient, root: Person, database: Database, loading: Loading
) -> None:
    ada = register_at(client, "ada")
    _start(root)
    wait_until(lambda: loading.opened)
    ada.read(picture(50))
    assert loading.challenger.begun.wait(10)

    ada.read(picture(60))
    ada.read(picture(70))
    loading.challenger.go.set()
    wait_until(lambda: _shadows(database))

    text = client.get("/metrics").text
    assert 'legible_shadow_readings_total{result="passed_by"} 2.0' in text
    assert root.delete("/admin/models/challenger").status_code == 204
    versions, like = loading.opened[0]
    assert (versions, [one.models for one in like]) == ({"digit": "1.1.0"}, [{"digit": "1.0.0"}])
    assert len(_shadows(database)) == 1


def test_the_live_error_rate_is_counted_by_version_period_and_pair(
    client: TestClient, root: Person, tried: Settings
) -> None:
    ada = register_at(client, "ada")
    old, new = {"digit": "1.0.0"}, {"digit": "1.1.0"}
    january, february = (datetime(2026, month, 20, 12, tzinfo=UTC) for month in (1, 2))

    def said(text: str | None) -> dict[str, Any]:
        return {"kind": "corrected", "corrected_text": text}

    rows: list[dict[str, Any]] = [
        {"models": old, "created_at": january, "text": "0411\n7", "feedback": said("0477\n7")},
        {"models": old, "created_at": january, "text": "1234567890"},
        {"models": old, "created_at": february, "text": "11", "feedback": said("11")},
        {"models": old, "created_at": february, "text": "99", "feedback": said(None)},
        {"models": new, "created_at": february, "text": "12345", "feedback": said("1234")},
    ]
    add_readings(tried, ada.user["id"], rows)

    answer = root.get("/admin/models/live", params={"by": "month"}).json()["items"]

    assert [one["version"] for one in answer] == ["1.1.0", "1.0.0"]
    newer, older = answer
    assert (older["readings"], older["symbols"], older["judged_symbols"]) == (4, 19, 7)
    assert (older["corrections"], older["judged_readings"]) == (2, 2)
    assert older["per_1000"] == pytest.approx(2000 / 19)
    assert older["per_1000_judged"] == pytest.approx(2000 / 7)
    low, high = older["per_1000_interval"]
    assert low < older["per_1000"] < high
    assert [(one["begins"], one["symbols"], one["corrections"]) for one in older["periods"]] == [
        ("2026-01-01", 15, 2),
        ("2026-02-01", 4, 0),
    ]
    assert older["confused"] == [{"read": "1", "said": "7", "n": 2}]
    assert newer["confused"] == [{"read": "5", "said": "", "n": 1}]
    weeks = root.get("/admin/models/live", params={"by": "week", "since": "2026-02-01"}).json()
    assert [one["begins"] for one in weeks["items"][1]["periods"]] == ["2026-02-16"]
    assert_problem(root.get("/admin/models/live?since=soon"), 422, "invalid_request")


@pytest.mark.parametrize(
    ("read", "said", "edits"),
    [
        ("123", "123", []),
        ("0411", "0477", [("1", "7"), ("1", "7")]),
        ("12", "1", [("2", "")]),
        ("1", "12", [("", "2")]),
        ("12\n34", "12\n43", [("3", "4"), ("4", "3")]),
        ("12\n34", "1234", []),
        ("", "7", [("", "7")]),
        ("1" * 600, "2" * 600, [("1", "2")] * 600),
    ],
)
def test_the_fewest_edits_are_found(read: str, said: str, edits: list[tuple[str, str]]) -> None:
    assert find_edits(read, said) == edits
