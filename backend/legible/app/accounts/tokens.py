"""Tokens that are mailed: good once, for one purpose, until they expire or a newer one comes."""

import hashlib
import secrets
from datetime import timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.errors import PROBLEMS, AppError

Purpose = Literal["verify_email", "change_email", "reset_password"]

_TOKEN_BYTES = 32
# The shorter the more it opens. The letters say the same.
_LIFETIMES = {
    "verify_email": timedelta(days=3),
    "change_email": timedelta(days=3),
    "reset_password": timedelta(hours=1),
}


def new_token(session: Session, *, user_id: UUID, purpose: Purpose, email: str) -> str:
    """Make a token that proves to read what comes to `email`; the one before it is good no more.

    Only its hash is kept. The user must be locked, or new in this transaction.
    """
    session.execute(
        sa.delete(models.AccountToken).where(
            models.AccountToken.user_id == user_id, models.AccountToken.purpose == purpose
        )
    )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        models.AccountToken(
            sha256=_hash(token),
            user_id=user_id,
            purpose=purpose,
            email=email,
            expires_at=models.now() + _LIFETIMES[purpose],
        )
    )
    return token


def find_owner(session: Session, token: str, purpose: Purpose) -> models.User:
    """Answer whose token this is, without using it up.

    Raises:
        AppError: 422 `bad_token`.
    """
    user = session.scalar(
        sa.select(models.User)
        .join(models.AccountToken, models.AccountToken.user_id == models.User.id)
        .where(*_good(token, purpose))
    )
    if user is None:
        raise _bad_token()
    return user


def use_token(session: Session, token: str, purpose: Purpose) -> tuple[models.User, str]:
    """Use a token up; answer whose it is, locked until the commit, and the address it proves.

    Raises:
        AppError: 422 `bad_token`, for all but one of several who come with it at once.
    """
    # The user first, as everywhere: two that lock in different orders would wait for each other.
    owner = find_owner(session, token, purpose)
    user = lock_user(session, owner.id)
    email = session.scalar(
        sa.delete(models.AccountToken)
        .where(*_good(token, purpose))
        .returning(models.AccountToken.email)
    )
    if user is None or email is None:
        raise _bad_token()
    return user, email


def forget_tokens(session: Session, user_id: UUID) -> None:
    """Make all tokens of a user good for nothing, as after a change of address or password."""
    session.execute(sa.delete(models.AccountToken).where(models.AccountToken.user_id == user_id))


def lock_user(session: Session, user_id: UUID) -> models.User | None:
    """Read a user as of now and let nobody else change them until the commit."""
    return session.scalar(
        sa.select(models.User)
        .where(models.User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _good(token: str, purpose: Purpose) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        models.AccountToken.sha256 == _hash(token),
        models.AccountToken.purpose == purpose,
        models.AccountToken.expires_at > models.now(),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _bad_token() -> AppError:
    return AppError(422, "bad_token", PROBLEMS["bad_token"][1])
