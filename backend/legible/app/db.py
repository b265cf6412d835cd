"""The database: engine, sessions, migrations. SQLite and PostgreSQL behave alike from here on."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from legible.app import sqlite
from legible.app.settings import Settings, StartError

# Any number, the same for all processes that may migrate one database.
_MIGRATION_LOCK = 0x1E61B1E

_log = logging.getLogger(__name__)


class Database:
    """One engine, and the two kinds of transaction that requests need."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._write_engine = self.engine.execution_options(writes=True)
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        self._flush = None if file in {None, "", ":memory:"} else sqlite.Flush(str(file))

    @contextmanager
    def reads(self) -> Iterator[Session]:
        """Open a session that changes nothing. It starts its transaction at the first query."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writes(self) -> Iterator[Session]:
        """Open a session that commits at the end of the block, or rolls back when it raises.

        What is committed is on the disc when the block has ended.
        """
        with Session(self._write_engine, expire_on_commit=False) as session:
            yield session
            has_written = session.in_transaction()
            session.commit()
        if self._flush and has_written:
            self._flush.wait()

    def answers(self) -> bool:
        """Say whether the database can be asked right now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def make_engine(url: str) -> sa.Engine:
    """Make an engine for an SQLite or PostgreSQL address.

    Its errors, which go into the log, say the statement without the values.
    """
    if sa.make_url(url).get_backend_name() != "sqlite":
        # More than the requests that run at once, so that none waits for a connection.
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            hide_parameters=True,
            json_serializer=_write_json,
            pool_size=10,
            max_overflow=40,
            connect_args={"connect_timeout": 5},
        )
    engine = sa.create_engine(
        url, pool_size=10, max_overflow=40, hide_parameters=True, json_serializer=_write_json
    )
    sqlite.set_up(engine)
    return engine


def _write_json(value: Any) -> str:
    """Write what a JSON column holds; the reader's values as objects of their fields."""
    return json.dumps(value, default=_fields)


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema, from any directory.

    All in one transaction under one lock, so several processes may start at once: on PostgreSQL
    an advisory lock, on SQLite the write lock that BEGIN IMMEDIATE takes.

    A newer schema that only adds to the one known here is left as it is: while versions are
    exchanged, or one is taken back, this one goes on with it (docs/deploy.md).

    Raises:
        StartError: the schema is newer and has lost something that this version needs.
    """
    url = settings.sqlalchemy_url()
    database = sa.make_url(url).database
    if url.startswith("sqlite") and database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            config = alembic_config(connection=connection)
            if not _is_newer_but_fits(connection, ScriptDirectory.from_config(config)):
                command.upgrade(config, "head")
    finally:
        engine.dispose()


def schema_series(revision: str) -> int:
    """How many steps have taken something away up to a revision: 2 of `2.0014`, 0 of `0011`.

    Within one series each schema has all that those before it have.
    """
    series, dot, _ = revision.rpartition(".")
    return int(series) if dot else 0


def _is_newer_but_fits(connection: sa.Connection, scripts: ScriptDirectory) -> bool:
    """Say whether a newer version has migrated, and this one can go on with what it made."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None or found in {script.revision for script in scripts.walk_revisions()}:
        return False
    newest = scripts.get_current_head() or ""
    if schema_series(found) != schema_series(newest):
        raise StartError(
            f"The database has the schema {found}; this version of Legible knows {newest}, and "
            f"what it needs is there up to series {schema_series(newest)} only. Start the version "
            "that migrated the database, or restore the backup from before (docs/deploy.md)."
        )
    _log.warning("the database has the newer schema %s, which fits: %s is known", found, newest)
    return True


def alembic_config(**attributes: Any) -> Config:
    """Configure Alembic in code; `attributes` reach `migrations/env.py`."""
    beside_package = Path(__file__).resolve().parents[2] / "migrations"  # a checkout
    in_package = Path(__file__).resolve().parent / "migrations"  # an installed wheel
    config = Config(attributes=attributes)
    script_location = beside_package if beside_package.is_dir() else in_package
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    return config
