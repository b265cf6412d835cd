"""`legible export --to`: the table of a user, in SQLite and in PostgreSQL."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from legible.app import models
from legible.app.db import Database
from legible.app.settings import Settings
from legible.cli import main
from legible.client import Client
from legible.remote import database
from tests.app.rows import add_readings
from tests.app.running import Answer, make_key, run_script

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def ada_id(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Ada, with service and key named by the environment, as a program would be told."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LEGIBLE_SERVER", address)
    user_id, key = make_key(address)
    monkeypatch.setenv("LEGIBLE_API_KEY", key)
    return user_id


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of the user's own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.db'}"
    url = sa.make_url(request.getfixturevalue("postgres_url"))
    name = f"own_{uuid4().hex}"
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def _run(target: str, *statements: str) -> list[dict[str, Any]]:
    """Run SQL in the user's database and answer the rows of the last statement."""
    engine = sa.create_engine(target.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        results = [connection.execute(sa.text(statement)) for statement in statements]
        rows = [dict(row._mapping) for row in results[-1]] if results[-1].returns_rows else []
    engine.dispose()
    return rows


def _table(target: str, name: str = "legible_readings") -> list[dict[str, Any]]:
    return _run(target, f"SELECT * FROM {name} ORDER BY id DESC")


def test_the_table_is_made_and_has_every_reading(
    ada_id: str, target: str, sqlite_settings: Settings, capsys: Capture
) -> None:
    nowhere = {"page": None, "line": None, "symbol": None}
    odd: dict[str, Any] = {
        "text": "12\n034",
        "file_name": 'Müller\'s "card" %s.png',
        "status": "review",
        "issues": [{"code": "unread", "message": "Look.", **nowhere}] * 2,
        "created_at": datetime(2026, 1, 31, 12, tzinfo=UTC),
    }
    changes = [odd, *({"text": f"{n:04}"} for n in range(1100))]
    ids = add_readings(sqlite_settings, ada_id, changes)

    assert main(["export", "--to", target]) == 0

    kind = target.partition(":")[0]
    said = f"1,101 readings are in the table legible_readings ({kind}).\n"
    assert capsys.readouterr() == ("", said)
    rows = _table(target)
    assert [row["id"] for row in rows] == ids[::-1]
    assert [row["text"] for row in rows[:2]] == ["1099", "1098"]
    made_at = rows[-1].pop("created_at")
    assert rows[-1] == {
        "id": ids[0],
        "file_name": odd["file_name"],
        "text": "12\n034",
        "status": "review",
        "confidence": 0.987,
        "issues": "unread",
        "models": "digit 9.9.9",
    }
    if kind == "sqlite":
        assert made_at.startswith("2026-01-31 12:00:00")
    else:
        assert made_at == odd["created_at"]


def test_a_rerun_changes_rows_and_doubles_none(
    ada_id: str, target: str, sqlite_settings: Settings
) -> None:
    ids = add_readings(sqlite_settings, ada_id, [{"text": "1"}, {"text": "2"}])
    assert main(["export", "--to", target, "--table", "own"]) == 0
    _run(target, "ALTER TABLE own ADD COLUMN note VARCHAR(20)", "UPDATE own SET note = 'mine'")
    app_database = Database(sqlite_settings.sqlalchemy_url())
    with app_database.writes() as session:
        session.execute(sa.update(models.Reading).values(text="corrected"))
    app_database.close()
    ids += add_readings(sqlite_settings, ada_id, [{"text": "3"}])

    assert main(["export", "--to", target, "--table", "own"]) == 0
    assert main(["export", "--to", target, "--table", "own"]) == 0

    assert [(row["id"], row["text"], row["note"]) for row in _table(target, "own")] == [
        (ids[2], "3", None),
        (ids[1], "corrected", "mine"),
        (ids[0], "corrected", "mine"),
    ]


def test_filters_choose_what_is_written(
    ada_id: str, target: str, sqlite_settings: Settings
) -> None:
    add_readings(
        sqlite_settings, ada_id, [{"text": "1"}, {"text": "2", "status": "review"}, {"text": "3"}]
    )

    assert main(["export", "--to", target, "--status", "read", "--text", "3"]) == 0

    assert [row["text"] for row in _table(target)] == ["3"]


def test_the_portable_way_gives_the_same_table(
    *,
    ada_id: str,
    target: str,
    sqlite_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_readings(sqlite_settings, ada_id, ({"text": str(n)} for n in range(600)))
    assert main(["export", "--to", target]) == 0
    expected = _table(target)
    _run(target, "UPDATE legible_readings SET text = 'old'")
    _run(target, f"DELETE FROM legible_readings WHERE id = '{expected[0]['id']}'")
    monkeypatch.setattr(database, "_UPSERTS", {})  # as in a database that has no upsert

    assert main(["export", "--to", target]) == 0
    assert main(["export", "--to", target]) == 0

    assert _table(target) == expected


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("id VARCHAR(36) PRIMARY KEY, text VARCHAR(9)", "has no file_name, status, confidence"),
        (
            "id VARCHAR(36), file_name TEXT, text TEXT, status TEXT, confidence FLOAT, "
            "issues TEXT, models TEXT, created_at TIMESTAMP",
            "primary key of the table legible_readings must be id, and is missing",
        ),
    ],
)
def test_a_table_of_something_else_is_left_alone(
    ada_id: str, target: str, capsys: Capture, columns: str, reason: str
) -> None:
    _run(target, f"CREATE TABLE legible_readings ({columns})")

    assert main(["export", "--to", target]) == 2

    assert reason in capsys.readouterr().err
    assert _table(target) == []


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("readings.db", "This is no address of a database"),
        ("postgresql://ada:hidden@127.0.0.1:many/post", "This is no address of a database"),
        ("postgresql://ada:hidden@127.0.0.1:9/post", "The database refuses: connection"),
        ("sqlite:////nowhere/own.db", "unable to open database file"),
        ("db2+ibm_db://ada:hidden@127.0.0.1/post", "Install its dialect, e.g. ibm_db_sa"),
        ("mysql+pymysql://ada:hidden@127.0.0.1/post", "pip install pymysql"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_without_its_password(
    ada_id: str, capsys: Capture, url: str, reason: str
) -> None:
    assert main(["export", "--to", url]) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("legible export: ")
    assert reason in err
    assert "hidden" not in err
    assert err.count("\n") == 1


def test_what_came_before_the_connection_broke_is_kept(
    ada_id: str, address: str, target: str, sqlite_settings: Settings, capsys: Capture
) -> None:
    add_readings(sqlite_settings, ada_id, [{}] * 700)
    lines = io.BytesIO()
    with Client(address, api_key=os.environ["LEGIBLE_API_KEY"]) as client:
        client.export(lines, file_format="jsonl")
    half = b"".join(lines.getvalue().splitlines(keepends=True)[:600])
    broken = Answer(200, half, length=2 * len(half))
    with run_script(Answer(200, b"{}"), broken) as script:
        assert main(["export", "--server", script.address, "--to", target]) == 1

    assert "What came before is written; run it again." in capsys.readouterr().err
    assert len(_table(target)) == 500
    assert main(["export", "--to", target]) == 0
    assert len(_table(target)) == 700
