"""Making readings: reading a picture, storing its file, keeping the reading."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.deps import Caller, Services
from legible.app.errors import PROBLEMS, AppError
from legible.app.readings.forgetting import forget_picture
from legible.app.readings.pictures import media_type
from legible.app.readings.service import read_picture
from legible.app.security import not_authenticated
from legible.app.usage import service as usage
from legible.reader.metadata import strip_metadata
from legible.reader.types import Reading, ReadOptions

_READINGS: Any = models.Reading.__table__

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """What became of a picture."""

    row: models.Reading
    reading: Reading  # with stages if the options asked for them; they are not kept
    picture: bytes  # as it is stored


def make_reading(
    services: Services, *, caller: Caller, file_name: str, data: bytes, options: ReadOptions
) -> Made:
    """Read a picture and store its file; `keeping` keeps the reading.

    Neither is in a transaction: nobody waits for the reader or the storage to write.

    Raises:
        ReadError: the file cannot be read; nothing is kept or counted.
        AppError: 402 `quota_reached`; 403 `email_not_verified`; 503 `busy`: too many wait to be
            read.
    """
    user = caller.user
    if services.settings.require_verified_email and not user.email_verified:
        raise AppError(403, "email_not_verified", PROBLEMS["email_not_verified"][1])
    plan = services.plans.of(user.plan)
    usage.check_quota(usage.Standing(plan, usage.this_month(), caller.pages))
    with services.turns.take():
        reading = read_picture(services, data, options)
        picture = strip_metadata(data)
    services.metrics.count_reading(reading)
    row = _row(reading, options, user_id=user.id, file_name=file_name, picture=picture)
    # The folder goes where the account is deleted meanwhile, which `keeping` finds out.
    with _forgetting_if_it_fails(services, row), suppress(FileNotFoundError):
        services.storage.put(row.storage_key, picture)
    return Made(row, reading, picture)


@contextmanager
def keeping(
    services: Services, made: Made, *, caller: Caller
) -> Iterator[tuple[Session, usage.Standing]]:
    """Keep a reading and count its pages, in one transaction that ends with the block.

    If it fails nothing is kept, the picture neither.

    Raises:
        AppError: 402 `quota_reached`; 401 `not_authenticated`: the account was deleted meanwhile.
    """
    with _forgetting_if_it_fails(services, made.row), services.db.writes() as session:
        standing = _keep(session, services, made, caller)
        yield session, standing


def _keep(session: Session, services: Services, made: Made, caller: Caller) -> usage.Standing:
    row = made.row
    try:
        standing = usage.count_pages(
            session,
            user_id=row.user_id,
            plan=services.plans.of(caller.user.plan),
            reading_id=row.id,
            key_id=caller.key_id,
            pages=len(made.reading.pages),
            networks=made.reading.models,
        )
        # As it is; the ORM would first have to find out that it is new.
        values = {column.key: getattr(row, column.key) for column in _READINGS.columns}
        session.connection().execute(sa.insert(_READINGS), values)
    except sa.exc.IntegrityError as error:  # both refer to the user, and to nothing else
        raise not_authenticated() from error
    # Another reading of the same picture may have been deleted since it was stored. From here on it
    # cannot: inserting the row took a lock that `forget_picture` waits for.
    if not services.storage.exists(row.storage_key):
        services.storage.put(row.storage_key, made.picture)
    return standing


@contextmanager
def _forgetting_if_it_fails(services: Services, row: models.Reading) -> Iterator[None]:
    try:
        yield
    except BaseException:
        try:
            forget_picture(services.db, services.storage, row)
        except (OSError, sa.exc.SQLAlchemyError):  # what failed first is the answer
            _log.exception("a picture that belongs to no reading could not be removed")
        raise


def _row(
    reading: Reading, options: ReadOptions, *, user_id: UUID, file_name: str, picture: bytes
) -> models.Reading:
    # The reader's values become JSON as they are, see `legible.app.db`.
    return models.Reading(
        id=models.uuid7(),
        created_at=models.now(),
        user_id=user_id,
        file_name=file_name,
        media_type=media_type(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        size_bytes=len(picture),
        text=reading.text,
        status=reading.status.value,
        confidence=reading.confidence,
        symbols=options.symbols,
        pattern=options.pattern,
        issues=list(reading.issues),
        models=dict(reading.models),
        alternatives=list(reading.alternatives),
        pages=list(reading.pages),
        timing_ms=dict(reading.timing_ms),
        feedback=None,
    )
