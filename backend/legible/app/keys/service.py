"""Making, listing, renaming and revoking keys."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.errors import AppError
from legible.app.keys.schemas import NewKeyIn
from legible.app.keys.secret import hash_key, key_prefix, make_key
from legible.app.models.base import now

# One for each program of a firm; more are rather a mistake in a loop.
MAX_KEYS = 20


def create_key(session: Session, *, user_id: UUID, new: NewKeyIn) -> tuple[models.ApiKey, str]:
    """Make a key and answer it with its row; nothing but its hash is kept.

    Raises:
        AppError: 409 `too_many_keys`.
    """
    # Two that are made at once are counted one after the other.
    session.scalar(sa.select(models.User.id).where(models.User.id == user_id).with_for_update())
    count = session.scalar(
        sa.select(sa.func.count()).select_from(models.ApiKey).where(*_current(user_id))
    )
    if count is not None and count >= MAX_KEYS:
        raise AppError(
            409,
            "too_many_keys",
            f"An account may have {MAX_KEYS} keys, and this one has them. Revoke one that is no "
            "longer used.",
        )
    key = make_key()
    row = models.ApiKey(
        user_id=user_id,
        name=new.name,
        prefix=key_prefix(key),
        key_hash=hash_key(key),
        scopes=list(new.scopes),
        expires_at=new.expires_at,
    )
    session.add(row)
    session.flush()
    _record(session, audit.Action.KEY_CREATED, row, scopes=" ".join(row.scopes))
    return row, key


def list_keys(session: Session, *, user_id: UUID) -> list[models.ApiKey]:
    """Answer the keys that are not revoked, newest first."""
    query = sa.select(models.ApiKey).where(*_current(user_id)).order_by(models.ApiKey.id.desc())
    return list(session.scalars(query))


def rename_key(session: Session, *, user_id: UUID, key_id: UUID, name: str) -> models.ApiKey:
    """Give a key another name.

    Raises:
        AppError: 404 `not_found`.
    """
    row = _find(session, user_id=user_id, key_id=key_id)
    row.name = name
    _record(session, audit.Action.KEY_CHANGED, row)
    return row


def revoke_key(session: Session, *, user_id: UUID, key_id: UUID) -> None:
    """Make a key good for nothing, from the commit on.

    Raises:
        AppError: 404 `not_found`, for one that is revoked already too.
    """
    row = _find(session, user_id=user_id, key_id=key_id, lock=True)
    row.revoked_at = now()
    _record(session, audit.Action.KEY_REVOKED, row)


def revoke_all_keys(session: Session, *, user_id: UUID) -> None:
    """Make all keys of an account good for nothing."""
    for row in session.scalars(
        sa.select(models.ApiKey).where(*_current(user_id)).with_for_update()
    ).all():
        row.revoked_at = now()
        _record(session, audit.Action.KEY_REVOKED, row)


def _record(session: Session, action: audit.Action, row: models.ApiKey, **details: str) -> None:
    # Only whose key it is can do anything with it.
    audit.record(
        session, action, actor_id=row.user_id, user_id=row.user_id, object_id=row.id, **details
    )


def _find(session: Session, *, user_id: UUID, key_id: UUID, lock: bool = False) -> models.ApiKey:
    query = sa.select(models.ApiKey).where(models.ApiKey.id == key_id, *_current(user_id))
    if lock:
        query = query.with_for_update()
    row = session.scalar(query)
    if row is None:
        raise AppError(404, "not_found", "There is no such key.")
    return row


def _current(user_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return models.ApiKey.user_id == user_id, models.ApiKey.revoked_at.is_(None)
