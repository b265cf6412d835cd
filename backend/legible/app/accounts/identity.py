"""Whether it is really the owner who asks for what cannot be taken back."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.accounts.tokens import lock_user
from legible.app.deps import Caller, Services
from legible.app.errors import PROBLEMS, AppError
from legible.app.security import not_authenticated

# How long after a log-in an account without a password needs no other proof.
_FRESH = timedelta(minutes=5)


def confirm_identity(
    services: Services, caller: Caller, *, password: str | None, address: str
) -> None:
    """Ask for the password once more; who has none must have logged in just now.

    An access token may have been stolen. No transaction is open while the password is hashed.

    Raises:
        AppError: 403 `wrong_password` or `login_too_old`; 429 `too_many_requests`.
    """
    if caller.user.password_hash is None:
        _refuse_old_login(services, caller)
        return
    user_id = caller.user.id
    attempt = services.attempts.begin("password", account=str(user_id), address=address)
    right, _ = services.passwords.check(password or "", caller.user.password_hash)
    if not right:
        with services.db.writes() as session:
            failed = audit.Action.LOGIN_FAILED
            audit.record(session, failed, actor_id=user_id, user_id=user_id, reason="asked again")
        raise wrong_password()
    attempt.succeeded()


def lock_confirmed(session: Session, caller: Caller) -> models.User:
    """Lock the user, who was confirmed before the transaction began.

    Raises:
        AppError: 403 `wrong_password`: it was changed meanwhile; 401: the account was deleted.
    """
    user = lock_user(session, caller.user.id)
    if user is None:
        raise not_authenticated()
    if user.password_hash != caller.user.password_hash:
        raise wrong_password()
    return user


def wrong_password() -> AppError:
    """Not 401: the token is good, and a client must not throw it away."""
    return AppError(403, "wrong_password", PROBLEMS["wrong_password"][1])


def _refuse_old_login(services: Services, caller: Caller) -> None:
    with services.db.reads() as session:
        fresh = session.scalar(
            sa.select(models.UserSession.id).where(
                models.UserSession.id == caller.session_id,
                models.UserSession.created_at > models.now() - _FRESH,
            )
        )
    if fresh is None:
        raise AppError(403, "login_too_old", PROBLEMS["login_too_old"][1])
