import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from legible.app.main import create_app
from legible.app.settings import Settings
from tests.app.people import FakeReader, assert_problem
from tests.reader.tiny_bundle import write_bundle, write_line_bundle

SHIPPED = Path(__file__).resolve().parents[3] / "models"
OF_DIGITS: dict[str, Any] = {
    "parameters": 12,
    "n": 4,
    "errors": 1,
    "accuracy": 0.75,
    "wilson95": [0.3, 0.95],
    "ece": 0.02,
    "refused": 0.25,
    "reliability": [{"n": 4, "confidence": 0.9, "accuracy": 0.75}],
    "confusion": [[2, 0], [1, 1]],
    "noise": {"errors": 2, "accuracy": 0.5},
    "stress": {"salt_and_pepper": {"0.5": {"n": 4, "errors": 3, "accuracy": 0.25}}},
    "outside": {"digits": {"usps_train": {"n": 9, "errors": 0, "accuracy": 1.0}}},
    "mistakes": [{"index": 3, "written": 1, "read": 0}],
}
OF_LINES: dict[str, Any] = {
    "models": {"digit": "1.10.0", "line": "1.0.0"},
    "cells": {
        "digits": {
            "n": 5,
            "errors": 1,
            "accuracy": 0.8,
            "coverage": 0.6,
            "wrong_among_read": 0.0,
            "wrong_among_read_wilson95": [0.0, 0.56],
            "character_error_rate": 1.5,
            "mistakes": [{"written": "4711", "read": "471"}],
        },
        "number": {"n": 5, "errors": 2, "accuracy": 0.6},
    },
}


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    for version in ("1.9.0", "1.10.0"):
        write_bundle(folder, version=version)
    write_line_bundle(folder)
    (folder / "digit" / ".exporting-2.0.0").mkdir()
    (folder / "digit" / "2.0.0").mkdir()  # nothing in it
    write_bundle(folder / "elsewhere")
    return folder


@pytest.fixture
def client(sqlite_settings: Settings, models_dir: Path) -> Iterator[TestClient]:
    settings = sqlite_settings.model_copy(update={"models_dir": models_dir})
    reader = FakeReader(models={"line": "1.0.0", "digit": "1.10.0"})
    with TestClient(create_app(settings, lambda: reader)) as client:
        yield client


def _write_metrics(folder: Path, told: Any) -> None:
    (folder / "metrics.json").write_text(told if isinstance(told, str) else json.dumps(told))


def _show(client: TestClient, name: str, version: str) -> dict[str, Any]:
    response = client.get(f"/api/v1/models/{name}/{version}")
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown


def test_the_networks_are_listed_with_their_whole_versions_newest_first(client: TestClient) -> None:
    response = client.get("/api/v1/models")

    assert response.json() == {
        "items": [
            {"name": "digit", "served": "1.10.0", "versions": ["1.10.0", "1.9.0"]},
            {"name": "line", "served": "1.0.0", "versions": ["1.0.0"]},
        ]
    }
    assert response.headers["cache-control"] == "no-cache"


def test_a_folder_of_models_that_is_gone_leaves_what_is_loaded(
    sqlite_settings: Settings, tmp_path: Path
) -> None:
    settings = sqlite_settings.model_copy(update={"models_dir": tmp_path / "gone"})
    with TestClient(create_app(settings, FakeReader)) as client:
        [network] = client.get("/api/v1/models").json()["items"]
        missing = client.get("/api/v1/models/digit/9.9.9")

    assert network == {"name": "digit", "served": "9.9.9", "versions": []}
    assert_problem(missing, 404, "not_found")


def test_a_digit_network_tells_its_figures_and_its_card(
    client: TestClient, models_dir: Path
) -> None:
    _write_metrics(models_dir / "digit" / "1.10.0", OF_DIGITS)
    (models_dir / "digit" / "1.10.0" / "CARD.md").write_text("# Model card: ½")

    response = client.get("/api/v1/models/digit/1.10.0")

    shown = response.json()
    assert response.headers["cache-control"] == "public, max-age=86400, immutable"
    assert (shown["name"], shown["version"], shown["parameters"]) == ("digit", "1.10.0", 12)
    assert shown["created_at"] == "2026-01-31T12:00:00Z"
    assert shown["read_from"] == 0.8
    assert shown["measured_with"] is None
    assert shown["card"] == "# Model card: ½"
    assert shown["confusion"] == [[2, 0], [1, 1]]
    assert shown["reliability"] == [{"n": 4, "confidence": 0.9, "accuracy": 0.75}]
    sets = [(one["pictures"], one["n"], one["errors"]) for one in shown["results"]]
    assert sets == [
        ("test", 4, 1),
        ("noise", None, 2),
        ("salt_and_pepper", 4, 3),
        ("usps_train", 9, 0),
    ]
    assert shown["results"][0]["interval"] == [0.3, 0.95]
    assert shown["results"][0]["refused"] == 0.25
    assert {one["symbols"] for one in shown["results"]} == {None}


def test_a_line_network_tells_each_set_and_no_text_of_it(
    client: TestClient, models_dir: Path
) -> None:
    _write_metrics(models_dir / "line" / "1.0.0", OF_LINES)

    response = client.get("/api/v1/models/line/1.0.0")

    shown = response.json()
    sets = [(one["pictures"], one["symbols"], one["errors"]) for one in shown["results"]]
    assert sets == [("cells", "digits", 1), ("cells", "number", 2)]
    assert shown["results"][0]["wrong_among_read_interval"] == [0.0, 0.56]
    assert shown["results"][0]["symbol_errors"] == 1.5
    assert shown["measured_with"] == {"digit": "1.10.0", "line": "1.0.0"}
    assert (shown["reliability"], shown["confusion"]) == (None, None)
    assert "4711" not in response.text


@pytest.mark.parametrize("told", ["", "{", "[]", '"much"', '{"n": NaN, "errors": 1}'])
def test_without_good_metrics_or_a_card_there_is_less_to_tell(
    client: TestClient, models_dir: Path, told: str
) -> None:
    _write_metrics(models_dir / "digit" / "1.10.0", told)

    for version in ("1.10.0", "1.9.0"):  # the second has no such file
        shown = _show(client, "digit", version)
        empty: dict[str, Any] = {
            "results": [],
            "reliability": None,
            "confusion": None,
            "card": None,
        }
        assert {name: shown[name] for name in empty} == empty


def test_a_damaged_part_does_not_spoil_the_others(client: TestClient, models_dir: Path) -> None:
    damaged = {**OF_DIGITS, "confusion": [["many"]], "noise": 7, "outside": {"digits": []}}
    _write_metrics(models_dir / "digit" / "1.10.0", damaged)

    shown = _show(client, "digit", "1.10.0")

    assert shown["confusion"] is None
    assert len(shown["reliability"]) == 1
    assert [one["pictures"] for one in shown["results"]] == ["test", "salt_and_pepper"]


@pytest.mark.parametrize(
    "path",
    [
        "digit/7.0.0",
        "digit/2.0.0",
        "digit/.exporting-2.0.0",
        "digit/%2e%2e",
        "..%2Fmodels/1.0.0",
        "digit/1.10.0%2F..%2F1.9.0",
        "digit/1.10.0%00",
        "elsewhere/digit",
        "elsewhere%2Fdigit/1.0.0",
        "DIGIT/1.10.0",
        "teacher/1.0.0",
    ],
)
def test_what_is_not_a_version_of_a_network_that_reads_is_not_there(
    client: TestClient, path: str
) -> None:
    assert_problem(client.get(f"/api/v1/models/{path}"), 404, "not_found")


def test_a_name_that_none_can_have_is_refused(client: TestClient) -> None:
    assert_problem(client.get(f"/api/v1/models/digit/{'1' * 51}"), 422, "invalid_request")


@pytest.mark.model
@pytest.mark.parametrize("name", ["digit", "line"])
def test_of_the_networks_shipped_there_is_everything_that_the_page_draws(
    sqlite_settings: Settings, name: str
) -> None:
    served = json.loads((SHIPPED / "CURRENT.json").read_text())
    with TestClient(create_app(sqlite_settings, lambda: FakeReader(models=served))) as client:
        shown = _show(client, name, served[name])

    assert shown["card"].startswith(f"# Model card: {name} {served[name]}")
    assert all(one["n"] and one["interval"] for one in shown["results"])
    if name == "digit":
        assert sum(map(sum, shown["confusion"])) == shown["results"][0]["n"]
        assert sum(each["n"] for each in shown["reliability"]) == shown["results"][0]["n"]
    else:
        assert shown["measured_with"] == {"digit": served["digit"], "line": served["line"]}
        assert {one["symbols"] for one in shown["results"]} == {"digits", "number"}
