"""Logging in with an identity, making accounts from one, linking and unlinking."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.accounts.schemas import Email
from legible.app.audit import Action
from legible.app.db import Database
from legible.app.errors import PROBLEMS, AppError
from legible.app.identities.id_token import Claims
from legible.app.identities.refusals import Reason, SignInRefused
from legible.app.identities.sign_ins import LIFETIME, new_token, sha256
from legible.app.sessions import service as sessions
from legible.app.sessions.devices import Device
from legible.app.sessions.service import Opened
from legible.app.settings import Settings

_email = TypeAdapter[str](Email)
_MAX_NAME_CHARS = 100
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class LinkNeeded:
    """Somebody has an account with this address already, and must say that it is theirs."""

    token: str


def log_in(
    db: Database, settings: Settings, claims: Claims, device: Device, *, next_path: str
) -> Opened | LinkNeeded:
    """Log in who the provider has vouched for, with a new account if they have none.

    Raises:
        SignInRefused: `account_frozen`, `email_unverified`.
    """

    def decide(session: Session) -> Opened | LinkNeeded | Reason:
        identity, user = _find_identity(session, claims)
        if identity is not None and user is not None:
            if user.frozen_at is not None:
                return _refuse(session, Reason.ACCOUNT_FROZEN, user.id)
            _note_use(identity, claims)
            _record(session, Action.LOGIN, user.id)
            return sessions.start(session, settings, user, device)
        email = _verified_email(claims)
        if email is None:
            return _refuse(session, Reason.EMAIL_UNVERIFIED, None)
        owner = session.scalar(sa.select(models.User).where(models.User.email == email))
        if owner is not None:
            return LinkNeeded(_wait_for_link(session, owner, claims, email, next_path))
        return _register(session, settings, claims, email, device)

    outcome = _decide(db, decide)
    if isinstance(outcome, Reason):
        raise SignInRefused(outcome)
    return outcome


def link(db: Database, claims: Claims, *, user_id: UUID) -> None:
    """Let an identity in to the account of somebody who is logged in to it.

    Raises:
        SignInRefused: `identity_taken`, `account_frozen`.
    """

    def decide(session: Session) -> Reason | None:
        user = session.get(models.User, user_id)
        if user is None:
            return Reason.EXPIRED
        if user.frozen_at is not None:
            return _refuse(session, Reason.ACCOUNT_FROZEN, user_id)
        identity, _ = _find_identity(session, claims)
        if identity is None:
            _add_identity(session, user_id, claims, _address(claims))
            return None
        return Reason.IDENTITY_TAKEN if identity.user_id != user_id else None

    reason = _decide(db, decide)
    if reason is not None:
        raise SignInRefused(reason)


def find_pending(session: Session, token: str | None) -> tuple[models.PendingLink, models.User]:
    """Answer a link that waits, and for whose account.

    Raises:
        AppError: 410 `link_expired`.
    """
    found = None
    if token is not None:
        found = session.execute(
            sa.select(models.PendingLink, models.User)
            .join(models.User, models.User.id == models.PendingLink.user_id)
            .where(
                models.PendingLink.token_sha256 == sha256(token),
                models.PendingLink.expires_at > models.now(),
            )
        ).one_or_none()
    if found is None:
        raise _link_expired()
    return found[0], found[1]


def finish_link(session: Session, pending: models.PendingLink) -> None:
    """Link an identity whose account's owner has agreed, once.

    Raises:
        AppError: 410 `link_expired`; 409 `identity_taken`.
    """
    used = session.execute(
        sa.delete(models.PendingLink).where(models.PendingLink.token_sha256 == pending.token_sha256)
    )
    if not used.rowcount:  # type: ignore[attr-defined]
        raise _link_expired()
    claims = Claims(pending.issuer, pending.subject, pending.email, True, None)
    identity, _ = _find_identity(session, claims)
    if identity is not None and identity.user_id != pending.user_id:
        raise AppError(409, "identity_taken", PROBLEMS["identity_taken"][1])
    if identity is None:
        try:
            _add_identity(session, pending.user_id, claims, pending.email)
        except sa.exc.IntegrityError as error:
            raise AppError(409, "identity_taken", PROBLEMS["identity_taken"][1]) from error


def list_identities(session: Session, *, user_id: UUID) -> list[models.Identity]:
    """Answer what lets in to an account besides its password, newest first."""
    return list(
        session.scalars(
            sa.select(models.Identity)
            .where(models.Identity.user_id == user_id)
            .order_by(models.Identity.id.desc())
        )
    )


def unlink(session: Session, *, user_id: UUID, identity_id: UUID) -> None:
    """Take an identity off an account.

    Raises:
        AppError: 404 `not_found`; 409 `only_way_in`.
    """
    # Locked, so that of two who take the last two away at once only one can.
    user = session.scalar(
        sa.select(models.User)
        .where(models.User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    identities = list_identities(session, user_id=user_id)
    found = next((one for one in identities if one.id == identity_id), None)
    if found is None or user is None:
        raise AppError(404, "not_found", "There is no such linked account. It may be gone already.")
    if user.password_hash is None and len(identities) == 1:
        raise AppError(409, "only_way_in", PROBLEMS["only_way_in"][1])
    session.delete(found)
    _record(session, Action.GOOGLE_UNLINKED, user_id, object_id=identity_id)


def unlink_all(session: Session, *, user_id: UUID) -> None:
    """Take all identities off an account, which must have a password."""
    for identity in list_identities(session, user_id=user_id):
        session.delete(identity)
        _record(session, Action.GOOGLE_UNLINKED, user_id, object_id=identity.id)


def _decide(db: Database, decide: Callable[[Session], _Outcome]) -> _Outcome:
    """Decide in a transaction that is kept also if the answer is no."""
    try:
        with db.writes() as session:
            return decide(session)
    except sa.exc.IntegrityError:
        # Another tab made the same account or link in between; now it is there.
        with db.writes() as session:
            return decide(session)


def _find_identity(
    session: Session, claims: Claims
) -> tuple[models.Identity, models.User] | tuple[None, None]:
    found = session.execute(
        sa.select(models.Identity, models.User)
        .join(models.User, models.User.id == models.Identity.user_id)
        .where(models.Identity.issuer == claims.issuer, models.Identity.subject == claims.subject)
    ).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def _note_use(identity: models.Identity, claims: Claims) -> None:
    identity.last_used_at = models.now()
    # The account's own address stays: it is changed by its owner alone.
    identity.email = _address(claims) or identity.email


def _register(
    session: Session, settings: Settings, claims: Claims, email: str, device: Device
) -> Opened:
    user = models.User(
        email=email,
        email_verified_at=models.now(),  # by the provider
        name=_name(claims, email),
        password_hash=None,
    )
    session.add(user)
    session.flush()
    _record(session, Action.REGISTERED, user.id)
    _add_identity(session, user.id, claims, email)
    return sessions.start(session, settings, user, device)


def _add_identity(session: Session, user_id: UUID, claims: Claims, email: str | None) -> None:
    identity = models.Identity(
        user_id=user_id, issuer=claims.issuer, subject=claims.subject, email=email
    )
    session.add(identity)
    session.flush()
    _record(session, Action.GOOGLE_LINKED, user_id, object_id=identity.id)


def _wait_for_link(
    session: Session, owner: models.User, claims: Claims, email: str, next_path: str
) -> str:
    token = new_token()
    session.add(
        models.PendingLink(
            token_sha256=sha256(token),
            user_id=owner.id,
            issuer=claims.issuer,
            subject=claims.subject,
            email=email,
            next_path=next_path,
            expires_at=models.now() + LIFETIME,
        )
    )
    return token


def _refuse(session: Session, reason: Reason, user_id: UUID | None) -> Reason:
    audit.record(
        session,
        Action.LOGIN_FAILED,
        actor_id=user_id,
        user_id=user_id,
        method="google",
        reason=reason.value,
    )
    return reason


def _record(
    session: Session, action: Action, user_id: UUID, *, object_id: UUID | None = None
) -> None:
    audit.record(
        session, action, actor_id=user_id, user_id=user_id, object_id=object_id, method="google"
    )


def _verified_email(claims: Claims) -> str | None:
    return _address(claims) if claims.email_verified else None


def _address(claims: Claims) -> str | None:
    """The e-mail address as we write it, if it is one."""
    try:
        return _email.validate_python(claims.email)
    except ValidationError:
        return None


def _name(claims: Claims, email: str) -> str:
    """What to call somebody: their name without what a name cannot have, or their address's."""
    printable = "".join(char if char.isprintable() else " " for char in claims.name or "")
    name = " ".join(printable.split()) or email.partition("@")[0]
    return name[:_MAX_NAME_CHARS].strip()


def _link_expired() -> AppError:
    return AppError(410, "link_expired", PROBLEMS["link_expired"][1])
