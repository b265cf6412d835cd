import json
from pathlib import Path
from typing import Any

import pytest

import trainer.finetuning
from legible.app import models
from tests.service import Service
from trainer.__main__ import main
from trainer.finetune_config import FineTuning, Request


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What was asked for, in place of minutes of training."""
    asked: list[Request] = []

    def keep(request: Request, tuning: FineTuning) -> dict[str, Any]:
        asked.append(request)
        return {}

    monkeypatch.setattr(trainer.finetuning, "finetune", keep)
    return asked


def activate(service: Service, name: str, version: str) -> None:
    row = models.Activation(name=name, version=version, previous="1.0.0", is_rollback=False)
    with service.database.writes() as session:
        session.add(row)


def test_it_starts_from_the_version_that_an_admin_activated_last(
    service: Service, requests: list[Request]
) -> None:
    activate(service, "digit", "1.1.7")
    activate(service, "digit", "1.1.5")
    activate(service, "line", "1.3.0")
    asked = ["finetune", "--set", "sets/1", "--db", service.url]

    assert main(asked) == 0
    assert main([*asked, "--start", "1.1.0"]) == 0

    assert [request.start for request in requests] == ["1.1.5", "1.1.0"]


def test_it_starts_from_what_the_folder_serves_where_nothing_was_activated(
    service: Service, requests: list[Request]
) -> None:
    assert main(["finetune", "--set", "sets/1", "--db", service.url]) == 0
    assert main(["finetune", "--set", "sets/1"]) == 0

    assert [request.start for request in requests] == [None, None]


def test_a_gate_judges_beside_the_version_that_is_active(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    activate(service, "line", "1.3.0")
    monkeypatch.setattr(
        trainer.finetuning, "gate", lambda contest, *_: {"beside": contest.other, "passed": True}
    )
    asked = ["gate", "digit:1.1.0", "digit:1.1.1", "--set", "sets/1"]

    assert main([*asked, "--db", service.url]) == 0
    assert json.loads(capsys.readouterr().out)["beside"] == "1.3.0"
    assert main([*asked, "--db", service.url, "--beside", "1.2.0"]) == 0
    assert json.loads(capsys.readouterr().out)["beside"] == "1.2.0"


def test_an_address_without_a_service_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["finetune", "--set", "sets/1", "--db", f"sqlite:///{tmp_path / 'none.sqlite3'}"]

    assert main(asked) == 2

    assert "--db: expected the SQLite file of a service" in capsys.readouterr().err
