"""Databases of a test's own on the PostgreSQL that all tests share."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import sqlalchemy as sa


@contextmanager
def new_database(postgres_url: str) -> Iterator[str]:
    """Make an empty database, answer its address as a setting has it, and drop it again."""
    url = sa.make_url(postgres_url)
    name = f"new_{uuid4().hex}"
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield url.set(database=name).render_as_string(False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
