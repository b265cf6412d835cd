"""Refresh tokens: opaque, kept as hashes, each good for one use."""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from legible.app import models

MAX_TOKEN_CHARS = 200  # a token has 43; nothing longer is worth a hash
_TOKEN_BYTES = 32


def new_token(session: Session, session_id: UUID) -> str:
    """Make a token, keep its hash."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(models.RefreshToken(sha256=hash_token(token), session_id=session_id))
    return token


def hash_token(token: str) -> bytes:
    """The name a token is kept under."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def rotate(session: Session, row: models.RefreshToken, token: str, *, grace: timedelta) -> str:
    """Answer the token that takes the place of this one."""
    now = models.now()
    # Whoever reads an old token and the database must not get from the one to the last.
    session.execute(
        sa.update(models.RefreshToken)
        .where(
            models.RefreshToken.session_id == row.session_id,
            models.RefreshToken.rotated_at < now - grace,
            models.RefreshToken.sealed_successor.is_not(None),
        )
        .values(sealed_successor=None)
    )
    successor = new_token(session, row.session_id)
    row.rotated_at = now
    row.sealed_successor = _lock(token).encrypt(successor.encode()).decode()
    return successor


def find_successor(session: Session, row: models.RefreshToken, token: str) -> str | None:
    """Follow the chain from a token that was just rotated to the one that is good now.

    Two tabs that refresh at once so end with one and the same token, and so does a page that was
    reloaded before the answer came.
    """
    while row.rotated_at is not None:
        if row.sealed_successor is None:
            return None
        token = _lock(token).decrypt(row.sealed_successor.encode()).decode()
        successor = session.get(models.RefreshToken, hash_token(token))
        if successor is None:
            return None
        row = successor
    return token


def _lock(token: str) -> Fernet:
    """The lock that only the holder of a token opens; its hash, which is kept, does not."""
    key = hmac.digest(token.encode(), b"the successor of a refresh token", "sha256")
    return Fernet(base64.urlsafe_b64encode(key))
