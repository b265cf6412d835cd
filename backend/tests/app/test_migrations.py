"""What a version that still runs, or is taken back to, can expect of the schema."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from starlette.testclient import TestClient

from legible.app import db
from legible.app.main import create_app
from legible.app.settings import Settings, StartError
from legible.app.system.serve import migrate
from tests.app.new_database import new_database
from tests.app.people import PASSWORD, FakeReader, Person

# From here on each step must leave all that the version before it needs, or say that it does not.
BASE = "0010"

NEWER = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("parcels", sa.Column("id", sa.Uuid(), primary_key=True))
    op.add_column("readings", sa.Column("parcel", sa.String(20)))
    op.add_column("users", sa.Column("colour", sa.String(9), nullable=False, server_default="red"))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings for a database of its own, which has no tables yet."""
    settings = Settings(
        secret="one-secret-of-a-version-from-before", var_dir=tmp_path, argon2_memory_kib=8
    )
    if request.param == "sqlite":
        yield settings
        return
    with new_database(request.getfixturevalue("postgres_url")) as url:
        yield settings.model_copy(update={"database_url": url})


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(db.alembic_config())


def _migrate_as_a_newer_version(settings: Settings, folder: Path, revision: str) -> None:
    """Bring the database to a schema that only the next version knows."""
    known = _scripts()
    newer = folder / "newer"
    shutil.copytree(known.dir, newer, ignore=shutil.ignore_patterns("__pycache__"))
    text = NEWER.format(revision=revision, before=known.get_current_head())
    (newer / "versions" / "newest.py").write_text(text)
    engine = db.make_engine(settings.sqlalchemy_url())
    with engine.execution_options(writes=True).begin() as connection:
        config = db.alembic_config(connection=connection)
        config.set_main_option("script_location", str(newer))
        command.upgrade(config, "head")
    engine.dispose()


def test_a_version_starts_and_reads_on_a_newer_schema_that_only_adds(
    fresh: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    series = db.schema_series(_scripts().get_current_head() or "")
    newest = f"{series}.9999" if series else "9999"
    db.migrate(fresh)
    _migrate_as_a_newer_version(fresh, tmp_path, newest)

    db.migrate(fresh)
    with TestClient(create_app(fresh, FakeReader)) as client:
        new = {"email": "ada@example.com", "name": "Ada", "password": PASSWORD}
        made = client.post("/api/v1/auth/register", json=new).json()
        ada = Person(client, made["user"], made["access_token"])
        reading = ada.read()
        listed = ada.get("/readings").json()["items"]

    assert f"the newer schema {newest}" in caplog.text
    assert [item["id"] for item in listed] == [reading["id"]]


def test_a_version_refuses_a_newer_schema_that_has_lost_something(
    fresh: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    series = db.schema_series(_scripts().get_current_head() or "")
    db.migrate(fresh)
    _migrate_as_a_newer_version(fresh, tmp_path, f"{series + 1}.9999")
    monkeypatch.setenv("LEGIBLE_VAR_DIR", str(fresh.var_dir))
    monkeypatch.setenv("LEGIBLE_DATABASE_URL", fresh.database_url)

    with pytest.raises(StartError, match="restore the backup"):
        db.migrate(fresh)
    code = migrate()

    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1
    assert f"has the schema {series + 1}.9999" in said


# PostgreSQL's own words, as they reach it; `{new}` is a table that the same step has made.
ADDITIONS = (
    r"CREATE TABLE ",
    r"CREATE INDEX ",
    r"CREATE UNIQUE INDEX \S+ ON {new} ",
    r"ALTER TABLE {new} ADD CONSTRAINT ",
    r"CREATE TRIGGER .* ON {new} ",
    r"CREATE (OR REPLACE )?FUNCTION ",
    r"ALTER TABLE \S+ ADD COLUMN (?!.*NOT NULL)(?!.*UNIQUE)",
    r"ALTER TABLE \S+ ADD COLUMN .*DEFAULT (?!NULL\b)(?!.*UNIQUE)",
    r"(WITH|SELECT|INSERT|UPDATE) ",
)


def taken_away(statements: list[str]) -> list[str]:
    """The statements of one step that a version from before may not survive."""
    plain = [" ".join(statement.split()) for statement in statements]
    made = [found[1] for each in plain if (found := re.match(r"CREATE TABLE (\S+)", each))]
    new = f"({'|'.join(map(re.escape, made))})" if made else r"(?!)"
    allowed = [re.compile(pattern.replace("{new}", new), re.IGNORECASE) for pattern in ADDITIONS]
    return [each for each in plain if not any(pattern.match(each) for pattern in allowed)]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE readings DROP COLUMN text",
        "DROP TABLE readings",
        "DROP INDEX ix_readings_user_id",
        "ALTER TABLE readings RENAME COLUMN text TO words",
        "ALTER TABLE readings RENAME TO results",
        "ALTER TABLE readings ALTER COLUMN text SET NOT NULL",
        "ALTER TABLE readings ALTER COLUMN text DROP NOT NULL",
        "ALTER TABLE readings ALTER COLUMN text TYPE VARCHAR(20)",
        "ALTER TABLE readings ADD COLUMN parcel VARCHAR(20) NOT NULL",
        "ALTER TABLE readings ADD COLUMN parcel VARCHAR(20) DEFAULT 'x' UNIQUE",
        "ALTER TABLE readings ADD CONSTRAINT ck_readings_text CHECK (text <> '')",
        "CREATE UNIQUE INDEX uq_readings_text ON readings (text)",
        "CREATE TRIGGER keep BEFORE UPDATE ON readings EXECUTE FUNCTION keep()",
        "DELETE FROM readings",
        "TRUNCATE readings",
    ],
)
def test_what_an_older_version_may_not_survive_is_found(statement: str) -> None:
    assert taken_away(["CREATE TABLE parcels (id UUID)", statement]) == [statement]


def test_what_only_adds_is_left_alone() -> None:
    statements = [
        "\nCREATE TABLE parcels (\n\tid UUID NOT NULL\n)\n",
        "CREATE UNIQUE INDEX uq_parcels_id ON parcels (id)",
        "ALTER TABLE parcels ADD CONSTRAINT ck_parcels_id CHECK (id IS NOT NULL)",
        "CREATE INDEX ix_readings_text ON readings (text)",
        "ALTER TABLE readings ADD COLUMN parcel VARCHAR(20)",
        "ALTER TABLE readings ADD COLUMN parcel VARCHAR(20) DEFAULT 'none' NOT NULL",
        "UPDATE readings SET parcel='all'",
    ]

    assert taken_away(statements) == []


def test_each_step_only_adds_or_begins_a_new_series(postgres_url: str) -> None:
    """A step that takes something away has a revision of the next series, e.g. `1.0014`."""
    scripts = _scripts()
    walked = scripts.walk_revisions(BASE, "heads")  # newest first, the base last
    steps = [step.revision for step in walked if step.revision != BASE][::-1]
    heard: list[str] = []

    with new_database(postgres_url) as url:
        engine = db.make_engine(Settings(database_url=url).sqlalchemy_url())
        sa.event.listen(engine, "before_cursor_execute", lambda *args: heard.append(args[2]))
        problems = {}
        for before, step in zip([BASE, *steps], steps, strict=False):
            with engine.begin() as connection:
                config = db.alembic_config(connection=connection)
                command.upgrade(config, before)
                heard.clear()
                command.upgrade(config, step)
            found = taken_away(heard)
            grown = db.schema_series(step) - db.schema_series(before)
            if grown != bool(found):
                problems[step] = found or "takes nothing away, and yet begins a new series"
        engine.dispose()

    assert steps, f"no steps after {BASE}: name a later base"
    assert problems == {}
