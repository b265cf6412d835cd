"""From sending somebody to the provider until they come back, in the same browser, once.

The browser keeps a random cookie, the provider hands `state` through. Both together make `nonce`
and PKCE's verifier, so the database, which knows neither, can give nothing away.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.db import Database
from legible.app.identities.refusals import Reason, SignInRefused

LIFETIME = timedelta(minutes=10)
# Until then who comes too late is told so, and not that nothing was begun.
_REMEMBERED = timedelta(hours=1)
_CLEARED_AT_ONCE = 100
_MAX_NEXT_CHARS = 500
_HOME = "/"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
# A path of this site: no authority, no backslash, which browsers take for a slash, and no white
# space, which they drop.
_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*")


@dataclass(frozen=True)
class Begun:
    """What goes to the provider."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Returned:
    """What was begun, when somebody comes back."""

    nonce: str
    verifier: str
    next_path: str
    links_to: UUID | None  # the account that the identity is for, if its owner asked for that


def new_token() -> str:
    """256 random bits, as a browser keeps them in a cookie."""
    return secrets.token_urlsafe(32)


def known_token(token: str | None) -> str | None:
    """Answer a cookie that can be ours."""
    return token if token and _TOKEN.fullmatch(token) else None


def safe_path(path: str) -> str:
    """Answer where to go afterwards: a page of this site, whatever was asked for."""
    page = path.partition("?")[0].partition("#")[0]
    is_safe = (
        len(path) <= _MAX_NEXT_CHARS
        and _PATH.fullmatch(path)
        and "//" not in page
        and not page.startswith("/api")
    )
    return path if is_safe else _HOME


def begin(db: Database, *, browser: str, next_path: str, session_id: UUID | None = None) -> Begun:
    """Note that somebody is sent away; with a session, to link what they come back with."""
    state = new_token()
    with db.writes() as session:
        _clear_expired(session)
        session.add(
            models.SignIn(
                state_sha256=sha256(state),
                browser_sha256=sha256(browser),
                next_path=safe_path(next_path),
                session_id=session_id,
                expires_at=models.now() + LIFETIME,
            )
        )
    return Begun(state, *_derive(browser, state))


def finish(db: Database, *, browser: str | None, state: str) -> Returned:
    """Take somebody back, once, whatever comes of it.

    Raises:
        SignInRefused: not begun in this browser, finished already, or too late.
    """
    if browser is None:
        raise SignInRefused(Reason.STATE_MISMATCH)
    which = sa.and_(
        models.SignIn.state_sha256 == sha256(state),
        models.SignIn.browser_sha256 == sha256(browser),
    )
    with db.writes() as session:
        links_to = session.scalar(
            sa.select(models.UserSession.user_id)
            .join(models.SignIn, models.SignIn.session_id == models.UserSession.id)
            .where(which, models.UserSession.expires_at > models.now())
        )
        # Deleting it is what makes it good for one use, also for two who come at once.
        row = session.execute(
            sa.delete(models.SignIn)
            .where(which)
            .returning(models.SignIn.next_path, models.SignIn.session_id, models.SignIn.expires_at)
        ).one_or_none()
    if row is None:
        raise SignInRefused(Reason.STATE_MISMATCH)
    if row.expires_at <= models.now() or (row.session_id and links_to is None):
        raise SignInRefused(Reason.EXPIRED)
    nonce, verifier = _derive(browser, state)
    return Returned(nonce, verifier, row.next_path, links_to)


def sha256(token: str) -> bytes:
    """The name that a token is kept under."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _derive(browser: str, state: str) -> tuple[str, str]:
    """Make `nonce` and verifier: 43 characters each, as RFC 7636, 4.1 wants it."""
    nonce, verifier = (
        hmac.digest(browser.encode(), f"{use} {state}".encode(), "sha256")
        for use in ("the nonce of", "the verifier of")
    )
    return _text(nonce), _text(verifier)


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _clear_expired(session: Session) -> None:
    """Delete what nobody came back from. Two at once take different rows, and none waits."""
    for table, key in (
        (models.SignIn, models.SignIn.state_sha256),
        (models.PendingLink, models.PendingLink.token_sha256),
    ):
        expired = session.scalars(
            sa.select(key)
            .where(table.expires_at <= models.now() - _REMEMBERED)
            .limit(_CLEARED_AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        if expired:
            session.execute(sa.delete(table).where(key.in_(expired)))
