"""Whose key it is; asked at each request, so apart from the rest that only owners use."""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa

from legible.app import models
from legible.app.db import Database
from legible.app.errors import PROBLEMS, AppError
from legible.app.keys.secret import hash_key, is_well_formed
from legible.app.models.base import now
from legible.app.security import not_authenticated
from legible.app.usage.service import month_of_user, this_month

# A write for each request would make all requests of a key wait for one another.
_NOTE_USE_EVERY = timedelta(minutes=1)

_log = logging.getLogger(__name__)


_BY_HASH = (
    sa.select(models.ApiKey, models.User, models.UsageMonth.pages)
    .join(models.User, models.User.id == models.ApiKey.user_id)
    .outerjoin(models.UsageMonth, month_of_user(models.User.id))
    .where(models.ApiKey.key_hash == sa.bindparam("hash"))
)


def find_key(db: Database, key: str) -> tuple[models.ApiKey, models.User, int]:
    """Find a key that is good now, whose it is, and how many pages they have read this month.

    It is found by its hash. What the time of a search tells about hashes is of no use to somebody
    who cannot choose them, and that a key was revoked only its holder is told.

    Raises:
        AppError: 401 `not_authenticated`, `key_expired` or `key_revoked`.
    """
    if not is_well_formed(key):
        raise not_authenticated()
    with db.reads() as session:
        about = {"hash": hash_key(key), "month": this_month()}
        row = session.execute(_BY_HASH, about).one_or_none()
    if row is None:
        raise not_authenticated()
    found, user, pages = row
    refuse_bad_key(found)
    asked_at = now()
    if found.last_used_at is None or found.last_used_at <= asked_at - _NOTE_USE_EVERY:
        _note_use(db, found, asked_at)
    return found, user, pages or 0


def refuse_bad_key(key: models.ApiKey) -> None:
    """Refuse a key that was good once.

    Raises:
        AppError: 401 `key_expired` or `key_revoked`.
    """
    if key.revoked_at is not None:
        raise AppError(401, "key_revoked", PROBLEMS["key_revoked"][1])
    if key.expires_at is not None and key.expires_at <= now():
        raise AppError(401, "key_expired", PROBLEMS["key_expired"][1])


def _note_use(db: Database, found: models.ApiKey, used_at: datetime) -> None:
    try:
        with db.writes() as session:
            session.execute(
                sa.update(models.ApiKey)
                .where(
                    models.ApiKey.id == found.id,
                    # Of many requests at once one writes.
                    sa.or_(
                        models.ApiKey.last_used_at.is_(None),
                        models.ApiKey.last_used_at <= used_at - _NOTE_USE_EVERY,
                    ),
                )
                .values(last_used_at=used_at)
            )
    except sa.exc.OperationalError:  # a note; whoever asked is answered all the same
        _log.warning("the use of key %s could not be noted", found.id, exc_info=True)
