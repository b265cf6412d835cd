"""Finding, freezing and judging accounts, and looking into the audit log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.accounts.schemas import normalise_email
from legible.app.cursors import cut_part, parse_cursor
from legible.app.errors import PROBLEMS, AppError


def list_users(
    session: Session, *, search: str | None, limit: int, cursor: str | None
) -> tuple[list[models.User], str | None]:
    """Answer accounts, newest first, whose e-mail address or name contains `search`.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    query = sa.select(models.User).order_by(models.User.id.desc()).limit(limit + 1)
    if search and "\0" in search:  # nobody's, and PostgreSQL refuses to look for it
        return [], None
    if search:
        query = query.where(
            models.User.email.icontains(search.casefold(), autoescape=True)
            | models.User.name.icontains(search, autoescape=True)
        )
    if cursor is not None:
        query = query.where(models.User.id < parse_cursor(cursor))
    return cut_part(session.scalars(query).all(), limit)


@dataclass(frozen=True)
class Holdings:
    """How much an account has, and when it was used last."""

    readings: int
    size_bytes: int
    last_reading_at: datetime | None
    last_login_at: datetime | None


def get_user(session: Session, user_id: UUID) -> models.User:
    """Find an account.

    Raises:
        AppError: 404 `not_found`.
    """
    user = session.get(models.User, user_id)
    if user is None:
        raise AppError(404, "not_found", "There is no such account.")
    return user


def holdings_of(session: Session, user_id: UUID) -> Holdings:
    """Count what an account has. Only sizes and times are read."""
    kept = models.Reading
    count, size_bytes, last_reading_at = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(kept.size_bytes), 0),
            sa.func.max(kept.created_at),
        ).where(kept.user_id == user_id)
    ).one()
    event = models.AuditEvent
    last_login_at = session.scalar(
        sa.select(event.created_at)
        .where(event.actor_id == user_id, event.action == audit.Action.LOGIN.value)
        .order_by(event.id.desc())
        .limit(1)
    )
    return Holdings(count, int(size_bytes), last_reading_at, last_login_at)


def set_frozen(
    session: Session, *, actor_id: UUID, user_id: UUID, frozen: bool, reason: str = ""
) -> models.User:
    """Freeze an account or unfreeze it. Doing it again changes and records nothing.

    Raises:
        AppError: 404 `not_found`; 409 `is_admin`.
    """
    query = sa.select(models.User).where(models.User.id == user_id).with_for_update()
    user = session.scalar(query)
    if user is None:
        raise AppError(404, "not_found", "There is no such account.")
    if frozen and user.role == "admin":
        raise AppError(409, "is_admin", PROBLEMS["is_admin"][1])
    if frozen != (user.frozen_at is not None):
        user.frozen_at = models.now() if frozen else None
        action = audit.Action.USER_FROZEN if frozen else audit.Action.USER_UNFROZEN
        details = {"reason": reason} if reason else {}
        audit.record(session, action, actor_id=actor_id, user_id=user.id, object_id=None, **details)
    return user


def set_role(session: Session, *, email: str, role: Literal["user", "admin"]) -> models.User | None:
    """Give an account a role, from the command line, and answer it; None: there is none."""
    query = sa.select(models.User).where(models.User.email == normalise_email(email))
    user = session.scalar(query.with_for_update())
    if user is not None and user.role != role:
        user.role = role
        made_admin = role == "admin"
        action = audit.Action.ADMIN_GRANTED if made_admin else audit.Action.ADMIN_REVOKED
        audit.record(session, action, actor_id=None, user_id=user.id, by="command line")
    return user


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for; None = any."""

    user_id: UUID | None = None
    action: audit.Action | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_events(
    session: Session, wanted: Wanted, *, limit: int, cursor: str | None
) -> tuple[list[models.AuditEvent], str | None]:
    """Answer events, newest first, that a user did or that were done to them.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    event = models.AuditEvent
    query = sa.select(event).order_by(event.id.desc()).limit(limit + 1)
    if wanted.user_id is not None:
        query = query.where((event.actor_id == wanted.user_id) | (event.user_id == wanted.user_id))
    if wanted.action is not None:
        query = query.where(event.action == wanted.action.value)
    if wanted.since is not None:
        query = query.where(event.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(event.created_at < wanted.until)
    if cursor is not None:
        query = query.where(event.id < parse_cursor(cursor))
    return cut_part(session.scalars(query).all(), limit)


def people_of(session: Session, events: Iterable[models.AuditEvent]) -> list[models.User]:
    """Answer who is named in events and still has an account."""
    ids = {one for event in events for one in (event.actor_id, event.user_id) if one is not None}
    query = sa.select(models.User).where(models.User.id.in_(ids)).order_by(models.User.id)
    return list(session.scalars(query))
