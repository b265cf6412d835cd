"""Making, finding and deleting readings."""

import hashlib
import logging
from dataclasses import asdict, dataclass
from typing import BinaryIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer_group

from legible.app import audit, models
from legible.app.cursors import (
    cut_part,
    cut_ranked_part,
    parse_cursor,
    parse_ranked_cursor,
)
from legible.app.deps import Caller, Services
from legible.app.errors import PROBLEMS, AppError
from legible.app.idempotency import forget_answers
from legible.app.readings.filters import ReadingFilter, least_sure_first, select_readings
from legible.app.readings.pictures import content_disposition, media_type
from legible.app.security import not_authenticated
from legible.app.settings import Settings
from legible.app.storage import Storage
from legible.app.system.memory import give_memory_back
from legible.app.usage import service as usage
from legible.reader.metadata import strip_metadata
from legible.reader.types import DecodeLimits, Reading, ReadOptions, Stages

# The heap hardly grows for smaller pictures; looking through it would cost more than it gives.
_LARGE_PIXELS = 1_000_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """What became of a picture."""

    row: models.Reading
    reading: Reading  # with stages if the options asked for them; they are not kept
    standing: usage.Standing


def create_reading(
    session: Session,
    services: Services,
    *,
    caller: Caller,
    file_name: str,
    data: bytes,
    options: ReadOptions,
) -> Made:
    """Read a picture, keep both and count its pages.

    The transaction only begins when the reading is done.

    Raises:
        ReadError: the file cannot be read; nothing is kept or counted.
        AppError: 402 `quota_reached`; 403 `email_not_verified`; 503 `busy`: too many wait to be
            read; 401 `not_authenticated`: the account was deleted meanwhile.
        StorageUnavailable: the picture could not be kept; the reading is not kept either.
    """
    user = caller.user
    if services.settings.require_verified_email and not user.email_verified:
        raise AppError(403, "email_not_verified", PROBLEMS["email_not_verified"][1])
    plan = services.plans.of(user.plan)
    with services.db.reads() as before:
        usage.check_quota(usage.standing(before, user_id=user.id, plan=plan))
    with services.turns.take():
        reading = _read(services, data, options)
        picture = strip_metadata(data)
        _tidy(reading)
    services.metrics.count_reading(reading)
    row = _row(reading, options, user_id=user.id, file_name=file_name, picture=picture)
    try:
        # Before the picture is kept: a quota that is reached leaves nothing behind.
        standing = usage.count_pages(
            session,
            user_id=user.id,
            plan=plan,
            reading_id=row.id,
            key_id=caller.key_id,
            pages=len(reading.pages),
            networks=reading.models,
        )
        # The row first: inserting it takes a lock that `forget_picture` waits for, so that a
        # picture cannot be removed between its arrival here and the commit.
        session.add(row)
        session.flush()
    except sa.exc.IntegrityError as error:  # both refer to the user, and to nothing else
        raise not_authenticated() from error
    services.storage.put(row.storage_key, picture)
    return Made(row, reading, standing)


def read_picture(services: Services, data: bytes, options: ReadOptions) -> Reading:
    """Read a picture and keep nothing; who asks holds a turn.

    Raises:
        ReadError: the file cannot be read.
    """
    reading = _read(services, data, options)
    _tidy(reading)
    return reading


def _read(services: Services, data: bytes, options: ReadOptions) -> Reading:
    with services.tracing.reading() as span:
        reading = services.reader.read(data, options)
        span.update((f"legible.{step}_ms", ms) for step, ms in reading.timing_ms.items())
    return reading


def _tidy(reading: Reading) -> None:
    """After reading: give back what a large picture took."""
    if sum(page.width * page.height for page in reading.pages) > _LARGE_PIXELS:
        give_memory_back()


def _row(
    reading: Reading, options: ReadOptions, *, user_id: UUID, file_name: str, picture: bytes
) -> models.Reading:
    return models.Reading(
        id=models.uuid7(),
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
        issues=[asdict(issue) for issue in reading.issues],
        models=dict(reading.models),
        alternatives=[asdict(alternative) for alternative in reading.alternatives],
        pages=[asdict(page) for page in reading.pages],
        timing_ms=dict(reading.timing_ms),
    )


def decode_limits(settings: Settings) -> DecodeLimits:
    """How large a file may be, as the operator says."""
    return DecodeLimits(
        max_bytes=settings.max_upload_bytes,
        max_pixels=settings.max_pixels,
        max_pages=settings.max_pages,
    )


def list_readings(
    session: Session,
    *,
    user_id: UUID,
    limit: int,
    cursor: str | None,
    only: ReadingFilter,
    by_confidence: bool = False,
) -> tuple[list[models.Reading], str | None]:
    """Answer up to `limit` readings and the cursor of what follows.

    They come newest first, or if `by_confidence` the least sure first.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    # One more than `limit` tells whether anything follows.
    if by_confidence:
        after = None if cursor is None else parse_ranked_cursor(cursor)
        query = least_sure_first(select_readings(user_id, only), after=after)
        return cut_ranked_part(session.scalars(query.limit(limit + 1)).all(), limit)
    before = None if cursor is None else parse_cursor(cursor)
    query = select_readings(user_id, only, before=before)
    return cut_part(session.scalars(query.limit(limit + 1)).all(), limit)


def get_reading(
    session: Session, *, user_id: UUID, reading_id: UUID, detail: bool = False, lock: bool = False
) -> models.Reading:
    """Find a reading of this user, with its pages if `detail`; `lock`: others wait to change it.

    Raises:
        AppError: 404 `not_found`, for another's reading too.
    """
    query = sa.select(models.Reading).where(
        models.Reading.id == reading_id, models.Reading.user_id == user_id
    )
    if detail:
        query = query.options(undefer_group("detail"))
    if lock:
        query = query.with_for_update()
    row = session.scalar(query)
    if row is None:
        raise AppError(404, "not_found", PROBLEMS["not_found"][1])
    return row


def open_picture(storage: Storage, row: models.Reading) -> BinaryIO:
    """Open the stored picture of a reading.

    Raises:
        AppError: 404 `not_found` when the store has lost it.
        StorageUnavailable: it cannot be asked.
    """
    try:
        return storage.open(row.storage_key)
    except FileNotFoundError as error:
        raise _picture_is_gone(row) from error


def link_picture(storage: Storage, row: models.Reading) -> str | None:
    """Answer where the store itself gives the picture of a reading, if it does.

    On the store's own address nothing of ours says what a browser may do with it: it is saved.

    Raises:
        AppError: 404 `not_found` when the store has lost it.
        StorageUnavailable: it cannot be asked.
    """
    disposition = content_disposition(row.file_name, kind="attachment")
    link = storage.link(row.storage_key, media_type=row.media_type, disposition=disposition)
    if link is not None and not storage.exists(row.storage_key):
        raise _picture_is_gone(row)
    return link


def _picture_is_gone(row: models.Reading) -> AppError:
    _log.error("the picture of reading %s is not in the storage", row.id)
    return AppError(404, "not_found", "The picture of this reading is gone.")


def look_again(services: Services, row: models.Reading, limits: DecodeLimits) -> Stages | None:
    """Read the stored picture of a reading as it was read, for what the networks see of it.

    Raises:
        ReadError: the networks of today cannot do what was asked for.
        AppError: 404 `not_found` when the store has lost the picture; 503 `busy`.
        StorageUnavailable: it cannot be asked.
    """
    options = ReadOptions(symbols=row.symbols, pattern=row.pattern, stages=True, limits=limits)
    with open_picture(services.storage, row) as file, services.turns.take():
        return read_picture(services, file.read(), options).stages


def delete_reading(session: Session, *, caller: Caller, reading_id: UUID) -> models.Reading:
    """Delete a reading and answer what it was.

    Its picture goes with `forgetting.forget_picture`, which is noted here.
    """
    user_id = caller.user.id
    row = get_reading(session, user_id=user_id, reading_id=reading_id, lock=True)
    session.delete(row)
    session.add(models.PictureDeletion(reading_id=row.id, user_id=user_id, sha256=row.sha256))
    forget_answers(session, user_id=user_id, resource_id=reading_id)
    audit.record(
        session,
        audit.Action.READING_DELETED,
        actor_id=user_id,
        user_id=user_id,
        object_id=row.id,
        **({} if caller.key_id is None else {"by_key": str(caller.key_id)}),
    )
    return row
