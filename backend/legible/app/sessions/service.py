"""Starting, refreshing, listing and ending sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.audit import Action
from legible.app.db import Database
from legible.app.errors import PROBLEMS, AppError
from legible.app.security import refuse_frozen
from legible.app.sessions.devices import Device
from legible.app.sessions.refresh_tokens import find_successor, hash_token, new_token, rotate
from legible.app.settings import Settings

# A script that logs in for every call must not fill the table: the least used make room.
MAX_SESSIONS = 100
# Expired sessions of anybody that one log-in clears away.
_CLEARED_AT_ONCE = 100


@dataclass(frozen=True)
class Opened:
    """A session that goes on: the row, whose it is, and the refresh token that is good now."""

    session: models.UserSession
    user: models.User
    refresh_token: str | None


def start(
    session: Session,
    settings: Settings,
    user: models.User,
    device: Device,
    *,
    refreshable: bool = True,
) -> Opened:
    """Log a user in on a device. What cannot be refreshed ends with its first access token.

    Raises:
        AppError: 401 `wrong_credentials`: the account was deleted meanwhile.
    """
    if not _lock_user(session, user.id):
        raise AppError(401, "wrong_credentials", PROBLEMS["wrong_credentials"][1])
    _clear_expired(session)
    _make_room(session, user.id)
    now = models.now()
    row = models.UserSession(
        user_id=user.id,
        created_at=now,
        last_used_at=now,
        expires_at=_expiry(settings, now, now)
        if refreshable
        else now + timedelta(minutes=settings.access_token_minutes + 1),
        device=device.name,
        address=device.address,
    )
    session.add(row)
    session.flush()
    return Opened(row, user, new_token(session, row.id) if refreshable else None)


def refresh(db: Database, settings: Settings, token: str, address: str | None) -> Opened:
    """Exchange a refresh token for the next one.

    One that was used before ends the session, since two hold it and one of them is a thief; but
    for the time of the grace it answers the very token that took its place.

    Raises:
        AppError: 401 `session_ended`, 403 `account_frozen`.
    """
    # Not the request's transaction: a session that a thief has ended must stay so after the 401.
    with db.writes() as session:
        opened = _refresh(session, settings, token, address)
    if opened is None:
        raise session_ended()
    return opened


def _refresh(
    session: Session, settings: Settings, token: str, address: str | None
) -> Opened | None:
    found = _lock_session_of(session, token)
    if found is None:
        return None
    row, user = found
    refuse_frozen(user.frozen_at)
    # Only now: another refresh may have used the token while we waited for the lock.
    link = session.get(models.RefreshToken, hash_token(token), populate_existing=True)
    now = models.now()
    if link is None or row.expires_at <= now:
        return None
    grace = timedelta(seconds=settings.refresh_grace_s)
    if link.rotated_at is None:
        row.last_used_at = now
        row.expires_at = _expiry(settings, row.created_at, now)
        row.address = address
        return Opened(row, user, rotate(session, link, token, grace=grace))
    in_grace = now - link.rotated_at <= grace
    successor = find_successor(session, link, token) if in_grace else None
    if successor is None:
        audit.record(
            session,
            Action.SESSIONS_ENDED,
            actor_id=None,
            user_id=user.id,
            object_id=row.id,
            reason="used twice",
        )
        session.delete(row)
        return None
    return Opened(row, user, successor)


def _lock_session_of(session: Session, token: str) -> tuple[models.UserSession, models.User] | None:
    session_id = session.scalar(
        sa.select(models.RefreshToken.session_id).where(
            models.RefreshToken.sha256 == hash_token(token)
        )
    )
    found = session.execute(
        sa.select(models.UserSession, models.User)
        .join(models.User, models.User.id == models.UserSession.user_id)
        .where(models.UserSession.id == session_id)
        .with_for_update(of=models.UserSession)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def list_sessions(session: Session, *, user_id: UUID) -> list[models.UserSession]:
    """Answer where a user is logged in, last used first."""
    return list(
        session.scalars(
            sa.select(models.UserSession)
            .where(
                models.UserSession.user_id == user_id,
                models.UserSession.expires_at > models.now(),
            )
            .order_by(models.UserSession.last_used_at.desc(), models.UserSession.id.desc())
        )
    )


def end_session(session: Session, *, user_id: UUID, session_id: UUID) -> None:
    """Log one device out.

    Raises:
        AppError: 404 `not_found`, also for somebody else's session and for one that has ended.
    """
    ended = session.scalar(
        sa.delete(models.UserSession)
        .where(
            models.UserSession.id == session_id,
            models.UserSession.user_id == user_id,
            models.UserSession.expires_at > models.now(),
        )
        .returning(models.UserSession.id)
    )
    if ended is None:
        raise AppError(404, "not_found", "There is no such session. It may have ended already.")
    _record_end(session, Action.SESSIONS_ENDED, user_id, session_id)


def end_session_of(session: Session, token: str) -> None:
    """Log out the device that holds a refresh token, whether it is good, was used or is none."""
    of_token = sa.select(models.RefreshToken.session_id).where(
        models.RefreshToken.sha256 == hash_token(token)
    )
    _log_out(session, models.UserSession.id.in_(of_token))


def end_session_if_any(session: Session, session_id: UUID) -> None:
    """Log one device out that may be logged out already."""
    _log_out(session, models.UserSession.id == session_id)


def _log_out(session: Session, which: sa.ColumnElement[bool]) -> None:
    ended = session.execute(
        sa.delete(models.UserSession)
        .where(which)
        .returning(models.UserSession.id, models.UserSession.user_id)
    ).all()
    for session_id, user_id in ended:
        _record_end(session, Action.LOGOUT, user_id, session_id)


def _record_end(session: Session, action: Action, user_id: UUID, session_id: UUID | None) -> None:
    audit.record(session, action, actor_id=user_id, user_id=user_id, object_id=session_id)


def end_all_sessions(session: Session, *, user_id: UUID) -> None:
    """Log all devices of a user out."""
    _lock_user(session, user_id)
    session.execute(sa.delete(models.UserSession).where(models.UserSession.user_id == user_id))
    _record_end(session, Action.SESSIONS_ENDED, user_id, None)


def end_other_sessions(session: Session, *, user_id: UUID, kept: UUID | None) -> None:
    """Log all devices of a user out but one."""
    _lock_user(session, user_id)
    session.execute(
        sa.delete(models.UserSession).where(
            models.UserSession.user_id == user_id, models.UserSession.id != kept
        )
    )
    _record_end(session, Action.SESSIONS_ENDED, user_id, None)


def session_ended() -> AppError:
    """The answer to a refresh token that is not good any more, or never was."""
    return AppError(401, "session_ended", PROBLEMS["session_ended"][1])


def _expiry(settings: Settings, created_at: datetime, now: datetime) -> datetime:
    idle = now + timedelta(days=settings.session_idle_days)
    return min(idle, created_at + timedelta(days=settings.session_max_days))


def _lock_user(session: Session, user_id: UUID) -> bool:
    """Let one at a time start or end several sessions of a user, which else could lock each other.

    `FOR NO KEY UPDATE`: rows that refer to the user can be added meanwhile.
    """
    query = sa.select(models.User.id).where(models.User.id == user_id)
    return session.scalar(query.with_for_update(key_share=True)) is not None


def _clear_expired(session: Session) -> None:
    """Delete what has ended by itself. Two at once take different rows, and none waits."""
    expired = session.scalars(
        sa.select(models.UserSession.id)
        .where(models.UserSession.expires_at <= models.now())
        .order_by(models.UserSession.expires_at)
        .limit(_CLEARED_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    if expired:
        session.execute(sa.delete(models.UserSession).where(models.UserSession.id.in_(expired)))


def _make_room(session: Session, user_id: UUID) -> None:
    too_many = session.scalars(
        sa.select(models.UserSession.id)
        .where(models.UserSession.user_id == user_id)
        .order_by(models.UserSession.last_used_at.desc(), models.UserSession.id.desc())
        .offset(MAX_SESSIONS - 1)
        .with_for_update(skip_locked=True)
    ).all()
    if too_many:
        session.execute(sa.delete(models.UserSession).where(models.UserSession.id.in_(too_many)))
