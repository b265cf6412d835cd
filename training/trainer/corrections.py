"""Corrected readings in a service's database: those of accounts that share them, one at a time.

The tables are the service's own (`legible.app.models`), not described once more: types, column
names and ids are then the same by construction, and mypy sees a change of them. Nothing is written.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, cast
from uuid import UUID

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session, undefer

from legible.app import models
from legible.app.db import Database, alembic_config
from legible.app.feedback.standing import Kind, Said, find_standing
from legible.app.feedback.target import Target
from legible.app.settings import Settings, StartError
from legible.app.storage import FileStorage, Storage, StorageUnavailable, storage_at
from trainer.data import DataError


@dataclass(frozen=True)
class Corrected:
    """A reading of which something was said that stands.

    `recut` are the judgements that drew boxes anew; `decisions` what admins said of doubtful
    ones, `use` or `leave_out`.
    """

    account: UUID
    reading: UUID
    sha256: str
    storage_key: str
    symbols: Literal["digits", "number"]
    pattern: str | None
    models: Mapping[str, str]
    pages: Sequence[Mapping[str, Any]]
    standing: Sequence[Said]
    recut: Set[UUID]
    decisions: Mapping[UUID, str]


class Corrections:
    """A database that can be asked for them."""

    def __init__(self, url: str) -> None:
        """Connect, and check that the database has the tables that this code knows.

        Args:
            url: SQLAlchemy's, of SQLite or PostgreSQL; `postgresql://` is taken as well.

        Raises:
            DataError: there is no such database, or it has another schema.
        """
        try:
            known = sa.make_url(Settings.model_construct(database_url=url).sqlalchemy_url())
        except sa.exc.ArgumentError as error:
            # The address is not repeated: it may hold a password.
            raise DataError(
                "--db: expected an address such as sqlite:////var/lib/legible/legible.sqlite3 or "
                "postgresql://user@host/legible, got something else."
            ) from error
        if known.get_backend_name() == "sqlite":
            _refuse_missing(known.database)
        self._database = Database(known.render_as_string(hide_password=False))
        try:
            self.revision = self._check_revision()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def accounts(self) -> list[UUID]:
        """The accounts that share their corrections and are not frozen, oldest first."""
        with self._database.reads() as session:
            return list(session.scalars(sa.select(models.User.id).where(*_SHARES).order_by("id")))

    def served(self) -> dict[str, str]:
        """The versions that were activated last, by network; of others CURRENT.json tells."""
        query = sa.select(models.Activation.name, models.Activation.version)
        with self._database.reads() as session:
            rows = session.execute(query.order_by(models.Activation.id))
            return dict(rows.all())

    def judged_readings(self, account: UUID) -> list[UUID]:
        """The readings of an account of which somebody said something."""
        judged = sa.select(models.Judgement.reading_id).where(models.Judgement.user_id == account)
        with self._database.reads() as session:
            return list(session.scalars(judged.distinct()))

    def load(self, account: UUID, reading: UUID) -> Corrected | None:
        """A reading, and what stands of what was said of it.

        Each in a transaction of its own: a long one would keep PostgreSQL from clearing up.

        Returns:
            None where nothing stands, or the account has stopped sharing meanwhile.
        """
        with self._database.reads() as session:
            return _load(session, account, reading)

    def _check_revision(self) -> str:
        expected = ScriptDirectory.from_config(alembic_config()).get_current_head()
        try:
            with self._database.reads() as session:
                found = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
        except sa.exc.OperationalError as error:
            told = str(error.orig).partition("\n")[0]
            if "no such table" not in told:
                raise DataError(
                    f"--db: expected a database that answers, got: {told}. Check the address, and "
                    "that it can be reached from here."
                ) from error
            found = None
        except sa.exc.ProgrammingError:  # PostgreSQL's word for a table that is not there
            found = None
        if found != expected:
            raise DataError(
                f"--db: expected Legible's tables of revision {expected}, got {found or 'none'}. "
                "Start the service of this version once, which migrates them, or collect with the "
                "trainer of the service's version."
            )
        return str(found)


def open_pictures(pictures: str | Path) -> Storage:
    """Open the store that a service keeps its pictures in, to read from it.

    Args:
        pictures: its folder, or the address in its LEGIBLE_STORAGE_URL.

    Raises:
        DataError: there is no such store, or it does not answer.
    """
    if "://" not in str(pictures):
        folder = Path(pictures)
        if not folder.is_dir():
            raise DataError(
                "--pictures: expected the folder that the service keeps pictures in, found none "
                f"at {folder}. It is `pictures` in the service's folder (LEGIBLE_VAR_DIR), or "
                "write the address in its LEGIBLE_STORAGE_URL."
            )
        return FileStorage(folder)
    try:
        store = storage_at(str(pictures), setting="--pictures")
        next(store.entries(), None)
    except StartError as error:
        raise DataError(str(error)) from error
    except StorageUnavailable as error:
        raise DataError(
            f"--pictures: expected a store that answers, got: {error}. Check the address, "
            "AWS_ENDPOINT_URL_S3, and that the credentials may list and read."
        ) from error
    return store


_SHARES = (models.User.shares_corrections_since.is_not(None), models.User.frozen_at.is_(None))


def _refuse_missing(path: str | None) -> None:
    # SQLite would make an empty one.
    if not path or not Path(path).is_file():
        raise DataError(
            f"--db: expected the SQLite file of a service, found none at {path or 'no path'}. "
            "It is legible.sqlite3 in the service's folder (LEGIBLE_VAR_DIR)."
        )


def _load(session: Session, account: UUID, reading: UUID) -> Corrected | None:
    query = sa.select(models.Reading).join(models.User, models.User.id == models.Reading.user_id)
    query = query.where(models.Reading.id == reading, models.Reading.user_id == account, *_SHARES)
    row = session.scalar(query.options(undefer(models.Reading.pages)))
    if row is None:
        return None
    history = session.scalars(
        sa.select(models.Judgement)
        .where(models.Judgement.reading_id == reading)
        .order_by(models.Judgement.number)
    ).all()
    standing = find_standing(row.pages, [_said(one) for one in history])
    if not standing:
        return None
    decision = models.CorrectionDecision
    decided = sa.select(decision.judgement_id, decision.verdict).where(
        decision.user_id == account, decision.judgement_id.in_([said.id for said in standing])
    )
    return Corrected(
        account=account,
        reading=reading,
        sha256=row.sha256,
        storage_key=row.storage_key,
        symbols=row.symbols,
        pattern=row.pattern,
        models=dict(row.models),
        pages=row.pages,
        standing=standing,
        recut={one.id for one in history if one.boxes},
        decisions=dict(session.execute(decided).all()),
    )


def _said(row: models.Judgement) -> Said:
    target = Target(row.page, row.line, row.symbol, row.last_symbol)
    return Said(row.id, cast("Kind", row.kind), target, row.text, row.withdraws)
