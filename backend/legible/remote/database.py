"""Readings as rows of a table of the user's, in any database that SQLAlchemy knows."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from legible.client import ReadingSummary

_BATCH_ROWS = 500
# Both spell "insert, or change what is there" the same way.
_UPSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class DatabaseError(Exception):
    """The database cannot be used; the message says why, without its address and password."""


class ReadingTable:
    """A table with a row for each reading, made if it is missing.

    Args:
        url: SQLAlchemy's address of the database.
        name: of the table, or `schema.table`.

    Raises:
        DatabaseError: there is no such database, or the table has other columns.
    """

    def __init__(self, url: str, name: str) -> None:
        self._engine = _make_engine(url)
        self._table = _table(name)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        try:
            inspector = sa.inspect(self._engine)
            if inspector.has_table(self._table.name, self._table.schema):
                _check(inspector, self._table)
            else:
                self._table.create(self._engine)
        except sa.exc.SQLAlchemyError as error:
            raise DatabaseError(_reason(error)) from error

    @property
    def kind(self) -> str:
        """What database it is, as SQLAlchemy names it."""
        return self._engine.dialect.name

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def write(self, readings: Iterable[ReadingSummary]) -> int:
        """Insert or change a row for each reading, 500 to a transaction, and count them.

        Raises:
            DatabaseError: the database refuses; the batches before are kept.
        """
        count = 0
        upsert = _UPSERTS.get(self.kind)
        for batch in _batches(_rows(readings, zoned=self.kind == "postgresql")):
            try:
                with self._engine.begin() as connection:
                    if upsert is None:
                        write_portably(connection, self._table, batch)
                    else:
                        _write_at_once(connection, self._table, batch, upsert)
            except sa.exc.SQLAlchemyError as error:
                raise DatabaseError(_reason(error)) from error
            count += len(batch)
        return count


def write_portably(
    connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert or change rows with what every database has; for one who writes at a time."""
    ids = [row["id"] for row in rows]
    there = set(connection.scalars(sa.select(table.c.id).where(table.c.id.in_(ids))))
    if new := [row for row in rows if row["id"] not in there]:
        connection.execute(table.insert(), new)
    if changed := [{**row, "this_id": row["id"]} for row in rows if row["id"] in there]:
        values: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "id"}
        update = table.update().where(table.c.id == sa.bindparam("this_id")).values(values)
        connection.execute(update, changed)


def _write_at_once(
    connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]], upsert: Any
) -> None:
    statement = upsert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed), rows)


def _make_engine(url: str) -> sa.Engine:
    scheme, _, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        url = f"postgresql+psycopg://{rest}"
    try:
        return sa.create_engine(url)
    except sa.exc.NoSuchModuleError as error:
        raise DatabaseError(
            f"SQLAlchemy does not know {scheme!r}. Install its dialect, e.g. ibm_db_sa for db2."
        ) from error
    except ImportError as error:
        raise DatabaseError(
            f"The driver is missing. Install it: pip install {error.name}"
        ) from error
    except (sa.exc.ArgumentError, ValueError) as error:
        raise DatabaseError(
            "This is no address of a database. Expected e.g. sqlite:///readings.db or "
            "postgresql://user@host/name."
        ) from error


def _table(name: str) -> sa.Table:
    schema, _, table = name.rpartition(".")
    return sa.Table(
        table,
        sa.MetaData(),
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("issues", sa.Text, nullable=False),
        sa.Column("models", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        schema=schema or None,
    )


def _check(inspector: sa.Inspector, table: sa.Table) -> None:
    columns = {one["name"] for one in inspector.get_columns(table.name, table.schema)}
    key = inspector.get_pk_constraint(table.name, table.schema)["constrained_columns"]
    missing = [column.name for column in table.columns if column.name not in columns]
    if missing:
        raise DatabaseError(
            f"The table {table.fullname} has no {', '.join(missing)}. Add what is missing, or "
            "name another table with --table."
        )
    if key != ["id"]:
        raise DatabaseError(
            f"The primary key of the table {table.fullname} must be id, and is "
            f"{', '.join(key) or 'missing'}. Name another table with --table."
        )


def _rows(readings: Iterable[ReadingSummary], *, zoned: bool) -> Iterator[dict[str, Any]]:
    for reading in readings:
        # Not every database has times with zones; without one they are in UTC.
        made_at = reading.created_at if zoned else reading.created_at.replace(tzinfo=None)
        yield {
            "id": str(reading.id),
            "file_name": reading.file_name,
            "text": reading.text,
            "status": reading.status.value,
            "confidence": reading.confidence,
            "issues": " ".join(dict.fromkeys(issue.code for issue in reading.issues)),
            "models": ", ".join(f"{name} {version}" for name, version in reading.models.items()),
            "created_at": made_at,
        }


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, _BATCH_ROWS)):
        yield batch


def _reason(error: sa.exc.SQLAlchemyError) -> str:
    """What the database says, without the statement and its values."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"The database refuses: {said[0] if said else type(error).__name__}"
