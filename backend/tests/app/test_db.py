import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command

from legible.app import db, models
from legible.app.db import Database
from legible.app.models import uuid7
from legible.app.settings import Settings
from tests.app.people import PASSWORD, Person, assert_problem, picture


def _rows(settings: Settings, table: type[models.Base]) -> int:
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(table))
    database.close()
    return count or 0


def test_the_migrations_make_the_tables_that_the_models_describe(settings: Settings) -> None:
    engine = db.make_engine(settings.sqlalchemy_url())
    with engine.begin() as connection:
        command.check(db.alembic_config(connection=connection))
    engine.dispose()


def _new_database(postgres_url: str) -> str:
    url = sa.make_url(postgres_url)
    name = f"new_{uuid4().hex}"
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name).render_as_string(False)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_migration_can_be_undone_and_done_again(
    tmp_path: Any, kind: str, request: pytest.FixtureRequest
) -> None:
    settings = Settings(var_dir=tmp_path)
    if kind == "postgresql":
        url = _new_database(request.getfixturevalue("postgres_url"))
        settings = settings.model_copy(update={"database_url": url})
    db.migrate(settings)
    engine = db.make_engine(settings.sqlalchemy_url())
    with engine.begin() as connection:
        command.downgrade(db.alembic_config(connection=connection), "base")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()

    db.migrate(settings)

    assert _rows(settings, models.User) == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_letting_accounts_have_no_password_keeps_them_and_all_they_have(
    tmp_path: Any, kind: str, request: pytest.FixtureRequest
) -> None:
    settings = Settings(var_dir=tmp_path)
    if kind == "postgresql":
        url = _new_database(request.getfixturevalue("postgres_url"))
        settings = settings.model_copy(update={"database_url": url})
    db.migrate(settings)
    database = Database(settings.sqlalchemy_url())
    with database.writes() as session:
        ada = models.User(email="ada", name="Ada", password_hash="x")
        bob = models.User(email="bob", name="Bob", password_hash=None)
        session.add_all([ada, bob])
        session.flush()
        now = models.now()
        session.add(models.UserSession(user_id=ada.id, expires_at=now, device="", address=None))

    for step in (command.downgrade, command.upgrade):
        with database.engine.execution_options(writes=True).begin() as connection:
            step(
                db.alembic_config(connection=connection),
                "0008" if step is command.downgrade else "head",
            )

    with database.reads() as session:
        hashes = session.scalars(sa.select(models.User.password_hash).order_by(models.User.email))
        assert list(hashes) == ["x", None]
        assert session.scalars(sa.select(models.UserSession.user_id)).all() == [ada.id]
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_migrate_at_once_do_not_disturb_each_other(
    tmp_path: Any, kind: str, request: pytest.FixtureRequest
) -> None:
    environment = {"LEGIBLE_VAR_DIR": str(tmp_path)}
    environment["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
    if kind == "postgresql":
        url = _new_database(request.getfixturevalue("postgres_url"))
        environment["LEGIBLE_DATABASE_URL"] = url

    script = "from legible.cli import main; raise SystemExit(main(['migrate']))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script], env=environment, cwd="/", stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]

    ended = [(process.communicate()[1], process.returncode) for process in started]
    assert [code for _, code in ended] == [0, 0, 0], ended


def test_eight_who_write_at_once_all_succeed(ada: Person) -> None:
    def send(shade: int) -> int:
        return ada.send(picture(shade)).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(100, 140)))

    assert answers == [201] * 40
    assert len(ada.get("/readings", params={"limit": 100}).json()["items"]) == 40


def test_one_who_reads_and_then_writes_is_not_thrown_out_by_another_writer(
    settings: Settings,
) -> None:
    database = Database(settings.sqlalchemy_url())

    def add_after_looking(name: str) -> None:
        with database.writes() as session:
            session.scalar(sa.select(sa.func.count()).select_from(models.User))
            session.add(models.User(email=name, name=name, password_hash="x"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_after_looking, (f"person{n}" for n in range(24))))

    database.close()
    assert _rows(settings, models.User) == 24


@pytest.fixture
def failing_commit() -> Any:
    """The database refuses to commit, as it would when its disk is full."""

    def refuse(_connection: sa.Connection) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))

    sa.event.listen(sa.Engine, "commit", refuse)
    yield
    if sa.event.contains(sa.Engine, "commit", refuse):
        sa.event.remove(sa.Engine, "commit", refuse)


def test_an_answer_of_success_leaves_only_after_the_commit(
    ada: Person, settings: Settings, failing_commit: None
) -> None:
    new = {"email": "bob@example.com", "name": "Bob", "password": PASSWORD}

    registered = ada.client.post("/api/v1/auth/register", json=new)
    sent = ada.send(picture())

    assert_problem(registered, 500, "internal_error")
    assert_problem(sent, 500, "internal_error")
    assert "disk" not in registered.text
    assert (_rows(settings, models.User), _rows(settings, models.Reading)) == (1, 0)


def test_a_reading_needs_its_user(settings: Settings) -> None:
    database = Database(settings.sqlalchemy_url())
    orphan = models.Reading(
        user_id=uuid7(),
        file_name="a",
        media_type="b",
        sha256="c",
        size_bytes=1,
        text="",
        symbols="digits",
        status="blank",
        confidence=1.0,
        issues=[],
        models={},
        alternatives=[],
        pages=[],
        timing_ms={},
    )

    with pytest.raises(sa.exc.IntegrityError), database.writes() as session:
        session.add(orphan)
    database.close()


def test_times_come_back_in_utc(settings: Settings) -> None:
    database = Database(settings.sqlalchemy_url())
    before = datetime.now(UTC)
    with database.writes() as session:
        session.add(models.User(email="ada", name="Ada", password_hash="x"))
    with database.reads() as session:
        created_at = session.scalars(sa.select(models.User.created_at)).one()
    database.close()

    assert created_at.tzinfo is UTC
    assert before <= created_at <= datetime.now(UTC)


def test_the_pages_are_not_loaded_unless_asked_for(settings: Settings, ada: Person) -> None:
    ada.read()
    database = Database(settings.sqlalchemy_url())
    with database.reads() as session:
        row = session.scalars(sa.select(models.Reading)).one()
        with pytest.raises(sa.exc.InvalidRequestError):
            _ = row.pages
    database.close()


def test_ids_sort_by_the_time_they_were_made_and_are_valid_uuid7() -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: [uuid7() for _ in range(500)], range(4)))

    for made in ids:
        assert made == sorted(made)
    everything = [one for made in ids for one in made]
    assert len(set(everything)) == 2000
    assert {one.version for one in everything} == {7}
    age_ms = datetime.now(UTC).timestamp() * 1000 - (everything[0].int >> 80)
    assert 0 <= age_ms < 60_000
