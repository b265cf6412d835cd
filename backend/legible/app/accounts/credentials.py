"""Proving, changing and recovering what somebody logs in with."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.accounts.identity import confirm_identity, lock_confirmed
from legible.app.accounts.service import findable, refuse_weak_password
from legible.app.accounts.tokens import (
    find_owner,
    forget_tokens,
    lock_user,
    new_token,
    use_token,
)
from legible.app.deps import Caller, Services
from legible.app.errors import PROBLEMS, AppError
from legible.app.identities import service as identities
from legible.app.keys import service as keys
from legible.app.mail import letters
from legible.app.mail.letters import Letter
from legible.app.mail.mailer import Mailer
from legible.app.security import not_authenticated, refuse_frozen
from legible.app.sessions import service as sessions

# The pages that links lead to.
_FORGOT_PAGE = "forgot-password"


def ask_to_verify(session: Session, mailer: Mailer, user: models.User) -> Letter:
    """Write to somebody who has just registered."""
    token = new_token(session, user_id=user.id, purpose="verify_email", email=user.email)
    return letters.verify_email(user.email, mailer.link("verify-email", token))


def ask_again_to_verify(session: Session, mailer: Mailer, caller: Caller) -> Letter | None:
    """Write once more, unless the address is verified."""
    user = lock_user(session, caller.user.id)
    if user is None:
        raise not_authenticated()
    return None if user.email_verified else ask_to_verify(session, mailer, user)


def verify_email(session: Session, token: str) -> None:
    """Take the token as the proof that the account's address is its owner's.

    Raises:
        AppError: 422 `bad_token`.
    """
    user, _ = use_token(session, token, "verify_email")
    _set_verified(session, user)


def write_reset(services: Services, email: str) -> Letter | None:
    """Write to the owner of an account; None where there is none, or it is frozen.

    It goes to the address that is kept, never to the one that was typed.
    """
    with services.db.writes() as session:
        user_id = session.scalar(sa.select(models.User.id).where(findable(email)))
        user = lock_user(session, user_id) if user_id else None
        if user is None or user.frozen_at is not None:
            return None
        token = new_token(session, user_id=user.id, purpose="reset_password", email=user.email)
        return letters.reset_password(user.email, services.mailer.link("reset-password", token))


def reset_password(session: Session, services: Services, *, token: str, password: str) -> Letter:
    """Set a new password with a mailed token, and log all devices out.

    Where nobody had proved the address before, nothing that was made for the account lets in.

    No transaction is open while the password is hashed. A weak one does not use the token up.

    Raises:
        AppError: 422 `bad_token` or `weak_password`; 403 `account_frozen`.
    """
    with services.db.reads() as before:
        owner = find_owner(before, token, "reset_password")
    refuse_frozen(owner.frozen_at)
    refuse_weak_password(password, email=owner.email, name=owner.name, field="new_password")
    new_hash = services.passwords.hash(password)
    user, _ = use_token(session, token, "reset_password")
    refuse_frozen(user.frozen_at)
    user.password_hash = new_hash
    if not user.email_verified:  # the mail came to the owner of the address
        _set_verified(session, user)
        # Whoever made the account may be somebody else, who waits for them to use it.
        keys.revoke_all_keys(session, user_id=user.id)
        identities.unlink_all(session, user_id=user.id)
    forget_tokens(session, user.id)
    # Whoever waits to be linked may be who knew the old password.
    session.execute(sa.delete(models.PendingLink).where(models.PendingLink.user_id == user.id))
    sessions.end_all_sessions(session, user_id=user.id)
    audit.record(session, audit.Action.PASSWORD_RESET, actor_id=user.id, user_id=user.id)
    return letters.password_changed(user.email, services.mailer.link(_FORGOT_PAGE))


def change_password(
    session: Session,
    services: Services,
    caller: Caller,
    *,
    current: str,
    new: str,
    address: str,
) -> Letter:
    """Change the password and log all other devices out.

    Raises:
        AppError: 403 `wrong_password`; 409 `no_password`; 422 `weak_password`; 429.
    """
    user = caller.user
    if user.password_hash is None:
        raise AppError(409, "no_password", PROBLEMS["no_password"][1])
    confirm_identity(services, caller, password=current, address=address)
    refuse_weak_password(new, email=user.email, name=user.name, field="new_password")
    new_hash = services.passwords.hash(new)
    user = lock_confirmed(session, caller)
    user.password_hash = new_hash
    forget_tokens(session, user.id)
    sessions.end_other_sessions(session, user_id=user.id, kept=caller.session_id)
    audit.record(session, audit.Action.PASSWORD_CHANGED, actor_id=user.id, user_id=user.id)
    return letters.password_changed(user.email, services.mailer.link(_FORGOT_PAGE))


def ask_for_email(
    session: Session, services: Services, caller: Caller, *, new_email: str
) -> tuple[Letter, Letter]:
    """Write to a new address, and to the one there is. The owner was confirmed before.

    Raises:
        AppError: 409 `email_taken`; 403 `wrong_password`.
    """
    user = lock_confirmed(session, caller)
    if session.scalar(sa.select(models.User.id).where(models.User.email == new_email)):
        raise _email_taken()
    token = new_token(session, user_id=user.id, purpose="change_email", email=new_email)
    link = services.mailer.link("change-email", token)
    page = services.mailer.link(_FORGOT_PAGE)
    return letters.change_email(new_email, link), letters.email_changes(user.email, page)


def change_email(session: Session, token: str) -> None:
    """Use the address from now on that the token was mailed to.

    Raises:
        AppError: 422 `bad_token`; 403 `account_frozen`; 409 `email_taken`: somebody was faster.
    """
    user, email = use_token(session, token, "change_email")
    refuse_frozen(user.frozen_at)
    user.email, user.email_verified_at = email, models.now()
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        raise _email_taken() from error
    forget_tokens(session, user.id)
    audit.record(session, audit.Action.EMAIL_CHANGED, actor_id=user.id, user_id=user.id)


def _set_verified(session: Session, user: models.User) -> None:
    user.email_verified_at = models.now()
    audit.record(session, audit.Action.EMAIL_VERIFIED, actor_id=user.id, user_id=user.id)


def _email_taken() -> AppError:
    return AppError(409, "email_taken", PROBLEMS["email_taken"][1])
