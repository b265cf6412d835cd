"""Versions activated, refused, rolled back and followed, with real tiny networks."""

import io
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings, StartError
from legible.cli import main
from tests.app.people import Person, assert_problem
from tests.app.processes import Server, StartServer, tiff
from tests.app.switched import (
    damage,
    register_admin,
    register_at,
    served,
    serving,
    wait_until,
    write_models,
)

BEGIN = {"digit": "1.0.0", "line": "1.0.0"}
Command = Callable[..., int]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("models"))


@pytest.fixture
def models_dir(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "models"))


@pytest.fixture
def switchable(settings: Settings, models_dir: Path) -> Settings:
    """Polls as often as a test can wait for."""
    update = {"models_dir": models_dir, "models_poll_s": 0.05, "reader_threads": 4}
    return settings.model_copy(update=update)


@pytest.fixture
def client(switchable: Settings) -> Iterator[TestClient]:
    with serving(switchable) as client:
        yield client


@pytest.fixture
def root(client: TestClient, switchable: Settings) -> Person:
    return register_admin(client, switchable)


@pytest.fixture
def command(switchable: Settings, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `legible model ...` on the database and the models of the test."""
    monkeypatch.setenv("LEGIBLE_VAR_DIR", str(switchable.var_dir))
    monkeypatch.setenv("LEGIBLE_DATABASE_URL", switchable.database_url)
    monkeypatch.setenv("LEGIBLE_MODELS_DIR", str(switchable.models_dir))
    return lambda *arguments: main(["model", *arguments])


def _activate(root: Person, version: str, name: str = "digit") -> Any:
    return root.post(f"/admin/models/{name}/activate", json={"version": version})


def _serves(client: TestClient, name: str, version: str) -> bool:
    return served(client)[name] == version


def _digit_of(root: Person) -> dict[str, Any]:
    [shown] = [one for one in root.get("/admin/models").json()["items"] if one["name"] == "digit"]
    found: dict[str, Any] = shown
    return found


def _actions(root: Person) -> list[tuple[str, Any]]:
    events = root.get("/admin/audit", params={"limit": 100}).json()["items"]
    mine = [one for one in events if one["actor_id"] in (root.user["id"], None)]
    return [
        (one["action"], one["details"].get("version"))
        for one in reversed(mine)
        if one["action"].startswith(("model_", "challenger_"))
    ]


def test_a_version_is_activated_under_load_without_a_failed_request(
    client: TestClient, root: Person
) -> None:
    ada = register_at(client, "ada")
    is_over = False

    def send(shade: int) -> list[tuple[int, dict[str, Any]]]:
        answers = []
        while not is_over:
            response = ada.send(tiff(shade, 1), "card.tiff")
            answers.append((response.status_code, response.json()))
        return answers

    with ThreadPoolExecutor(3) as pool:
        sending = [pool.submit(send, shade) for shade in (7, 7, 7)]
        try:
            for name, version in (("digit", "1.1.0"), ("line", "1.1.0"), ("digit", "1.2.0")):
                assert _activate(root, version, name).status_code == 200
                wait_until(partial(_serves, client, name, version))
        finally:
            is_over = True
        answers = [one for each in sending for one in each.result()]

    assert {status for status, _ in answers} == {201}
    after = ada.read()
    assert after["models"] == served(client) == {"digit": "1.2.0", "line": "1.1.0"}
    # Each names the networks that really read it: by their temperatures they answer differently.
    by_pair: dict[tuple[str, str], set[str]] = {}
    for _, body in answers:
        pair = body["models"]["digit"], body["models"]["line"]
        [page] = body["pages"]
        by_pair.setdefault(pair, set()).add(json.dumps(page))
    pairs = [("1.0.0", "1.0.0"), ("1.1.0", "1.0.0"), ("1.1.0", "1.1.0"), ("1.2.0", "1.1.0")]
    assert by_pair.keys() <= set(pairs)
    assert len(by_pair) > 1
    assert all(len(pages) == 1 for pages in by_pair.values())
    assert len(set.union(*by_pair.values())) == len(by_pair)
    assert {one["name"]: one["served"] for one in client.get("/api/v1/models").json()["items"]} == (
        after["models"]
    )
    text = client.get("/metrics").text
    assert 'legible_network_switches_total{name="digit"} 2.0' in text
    assert 'legible_networks_served{name="digit",version="1.2.0"} 1.0' in text
    assert 'legible_networks_served{name="digit",version="1.0.0"} 0.0' in text


def test_each_rollback_goes_one_further_back(client: TestClient, root: Person) -> None:
    assert _digit_of(root)["previous"] is None
    nothing = root.post("/admin/models/digit/rollback")
    assert_problem(nothing, 409, "nothing_to_roll_back")
    for version in ("1.1.0", "1.2.0"):
        _activate(root, version)
    assert_problem(_activate(root, "1.2.0"), 409, "already_served")

    back = [root.post("/admin/models/digit/rollback").json()["wanted"] for _ in range(2)]

    assert back == ["1.1.0", "1.0.0"]
    assert_problem(root.post("/admin/models/digit/rollback"), 409, "nothing_to_roll_back")
    wait_until(lambda: served(client) == BEGIN)
    history = root.get("/admin/models").json()["activations"]
    assert [(one["version"], one["previous"], one["is_rollback"]) for one in history] == [
        ("1.0.0", "1.1.0", True),
        ("1.1.0", "1.2.0", True),
        ("1.2.0", "1.1.0", False),
        ("1.1.0", "1.0.0", False),
    ]
    assert {one["by"] for one in history} == {"root@example.com"}
    expected = [("activated", "1.1.0"), ("activated", "1.2.0")]
    expected += [("rolled_back", "1.1.0"), ("rolled_back", "1.0.0")]
    assert _actions(root)[-4:] == [(f"model_{action}", version) for action, version in expected]


def test_a_damaged_version_is_refused_and_what_is_served_stays(
    client: TestClient, root: Person, models_dir: Path
) -> None:
    damage(models_dir, "digit", "1.1.0")
    (models_dir / "line" / "2.0.0").mkdir()

    refused = assert_problem(_activate(root, "1.1.0"), 409, "bad_bundle")
    tried = {"name": "digit", "version": "1.1.0"}
    assert_problem(root.post("/admin/models/challenger", json=tried), 409, "bad_bundle")

    assert "check 'sha256'" in refused["detail"]
    assert str(models_dir) not in refused["detail"]
    for name, version in (("digit", "9.0.0"), ("line", "2.0.0"), ("teacher", "1.0.0")):
        assert_problem(_activate(root, version, name), 404, "not_found")
    assert_problem(_activate(root, "../digit"), 404, "not_found")
    assert_problem(_activate(root, ""), 422, "invalid_request")
    assert (_digit_of(root)["wanted"], served(client)) == ("1.0.0", BEGIN)


def test_a_version_damaged_after_its_activation_is_refused_by_who_finds_it_so(
    switchable: Settings, models_dir: Path, database: Database, log: io.StringIO
) -> None:
    with serving(switchable) as client:
        root = register_admin(client, switchable)
        _activate(root, "1.1.0")
        wait_until(lambda: served(client)["digit"] == "1.1.0")
        damage(models_dir, "digit", "1.2.0")
        _want(database, "1.2.0", before="1.1.0")  # as if it had passed the checks before
        wait_until(lambda: _digit_of(root)["refused"])

        shown, ready = _digit_of(root), client.get("/readyz")
        assert (shown["served"], shown["wanted"]) == ("1.1.0", "1.2.0")
        assert "check 'sha256'" in shown["refused"]
        assert ready.status_code == 200
        assert ready.json()["refused"] == {"digit": shown["refused"]}
        assert 'legible_network_refusals_total{name="digit"} 1.0' in client.get("/metrics").text
        assert register_at(client, "ada").read()["models"]["digit"] == "1.1.0"
    told = [line for line in log.getvalue().splitlines() if "digit 1.2.0 is not served" in line]
    assert len(told) == 1

    # A start finds it too, and takes the version before it.
    with serving(switchable) as client:
        assert served(client)["digit"] == "1.1.0"
        assert "check 'sha256'" in client.get("/readyz").json()["refused"]["digit"]
    damage(models_dir, "digit", "1.1.0")
    with serving(switchable) as client:
        assert served(client) == BEGIN
    damage(models_dir, "digit", "1.0.0")
    with pytest.raises(StartError, match="sha256"), serving(switchable):
        pass


def _want(database: Database, version: str, *, before: str) -> None:
    row = models.Activation(name="digit", version=version, previous=before, is_rollback=False)
    with database.writes() as session:
        session.add(row)


def test_a_service_starts_with_what_was_activated_last(
    switchable: Settings, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("activate", "line", "1.1.0") == 0
    assert command("activate", "digit", "1.2.0") == 0

    with serving(switchable) as client:
        assert served(client) == {"digit": "1.2.0", "line": "1.1.0"}
        assert command("rollback", "line") == 0
        wait_until(lambda: served(client) == {"digit": "1.2.0", "line": "1.0.0"})
        assert _actions(register_admin(client, switchable))[-1] == ("model_rolled_back", "1.0.0")
    out = capsys.readouterr().out
    assert "digit 1.2.0 is to be served instead of 1.0.0" in out


def test_the_command_lists_and_refuses_as_the_api_does(
    models_dir: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(models_dir, "digit", "1.1.0")

    assert command("list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "digit 1.0.0 is served",
        "  1.2.0",
        "  1.1.0",
        "  1.0.0  served",
        "line 1.0.0 is served",
        "  1.1.0",
        "  1.0.0  served",
    ]
    for arguments in (
        ("activate", "digit", "1.1.0"),
        ("activate", "digit", "1.0.0"),
        ("rollback", "digit"),
        ("challenge", "--end"),
        ("compare",),
    ):
        assert command(*arguments) == 1
    told = capsys.readouterr().err
    assert "check 'sha256'" in told
    assert "served already" in told
    with pytest.raises(SystemExit):
        command("challenge", "digit")
    (models_dir / "CURRENT.json").write_text("{")
    assert command("list") == 2


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_all_processes_of_all_replicas_follow_within_seconds(
    switchable: Settings,
    client: TestClient,
    root: Person,
    start_server: StartServer,
    command: Command,
) -> None:
    workers = start_server(workers=2, LEGIBLE_MODELS_DIR=str(switchable.models_dir))

    _activate(root, "1.1.0")
    wait_until(partial(_processes_serve, workers, "1.1.0", 2))
    assert command("rollback", "digit") == 0
    wait_until(partial(_processes_serve, workers, "1.0.0", 2))
    wait_until(partial(_serves, client, "digit", "1.0.0"))


def _processes_serve(replica: Server, version: str, count: int) -> bool:
    with urlopen(f"http://127.0.0.1:{replica.port}/metrics") as response:
        text = response.read().decode()
    return f'legible_networks_served{{name="digit",version="{version}"}} {count}.0' in text
