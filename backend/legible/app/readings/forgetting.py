"""Removing pictures whose readings were deleted, after the commit and however often it takes."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.db import Database
from legible.app.storage import Storage, StorageUnavailable

# Younger ones are still somebody's task.
_LEFT_BEHIND = timedelta(minutes=1)

_log = logging.getLogger(__name__)


def forget_picture(db: Database, storage: Storage, deleted: models.Reading) -> None:
    """After the commit: remove the picture of a deleted reading unless another shows it too.

    Where the store fails it stays noted, for the next deletion or start.
    """
    try:
        with db.writes() as session:
            remove_unshown(session, storage, deleted.user_id, deleted.sha256)
            _strike_off(session, deleted.id)
        forget_noted(db, storage, before=models.now() - _LEFT_BEHIND)
    except StorageUnavailable as error:
        _log.error("the picture of a deleted reading is not removed yet: %s", error)


def forget_noted(db: Database, storage: Storage, *, before: datetime | None = None) -> None:
    """Remove what a process that died, or a store that failed, has left.

    Raises:
        StorageUnavailable: the others stay noted.
    """
    noted = models.PictureDeletion
    query = sa.select(noted).where(noted.created_at < (before or models.now()))
    while True:
        with db.reads() as session:
            rows = session.scalars(query.order_by(noted.created_at).limit(100)).all()
        for row in rows:
            with db.writes() as session:
                remove_unshown(session, storage, row.user_id, row.sha256)
                _strike_off(session, row.reading_id)
        if not rows:
            return


def remove_unshown(session: Session, storage: Storage, user_id: UUID, sha256: str) -> bool:
    """Remove a picture unless a reading shows it; answer whether none does."""
    # Inserting a reading needs this user's row as well, so nobody comes to share the picture
    # between the question and the removal.
    session.scalar(sa.select(models.User.id).where(models.User.id == user_id).with_for_update())
    reading = models.Reading
    shown = sa.select(reading.id).where(reading.user_id == user_id, reading.sha256 == sha256)
    if session.scalar(shown.limit(1)) is not None:
        return False
    storage.delete(models.picture_key(user_id, sha256))
    return True


def _strike_off(session: Session, reading_id: UUID) -> None:
    noted = models.PictureDeletion
    session.execute(sa.delete(noted).where(noted.reading_id == reading_id))
