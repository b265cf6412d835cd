"""Registering, logging in, one's name and consent."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.accounts.passwords import find_weakness
from legible.app.accounts.schemas import RegisterIn, normalise_email
from legible.app.db import Database
from legible.app.errors import PROBLEMS, AppError, FieldProblem
from legible.app.security import Passwords, not_authenticated, refuse_frozen


def register(session: Session, passwords: Passwords, new: RegisterIn) -> models.User:
    """Add an account.

    Raises:
        AppError: 422 `weak_password`; 409 `email_taken`, also when two register at the same time.
    """
    password = new.password.get_secret_value()
    refuse_weak_password(password, email=new.email, name=new.name, field="password")
    user = models.User(email=new.email, name=new.name, password_hash=passwords.hash(password))
    session.add(user)
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        raise AppError(409, "email_taken", PROBLEMS["email_taken"][1]) from error
    audit.record(session, audit.Action.REGISTERED, actor_id=user.id, user_id=user.id)
    return user


def refuse_weak_password(password: str, *, email: str, name: str, field: str) -> None:
    """Refuse a new password that is too easy to guess, as the `field` of a request.

    Raises:
        AppError: 422 `weak_password`.
    """
    weakness = find_weakness(password, email=email, name=name)
    if weakness:
        problem = FieldProblem(field=field, message=weakness)
        raise AppError(422, "weak_password", weakness, [problem])


def findable(email: str) -> sa.ColumnElement[bool]:
    """Whose address this is, whatever was typed."""
    # No address has a null character, which PostgreSQL refuses, or half a character.
    email = normalise_email(email).replace("\0", "\ufffd").encode(errors="replace").decode()
    return models.User.email == email


def change(
    session: Session,
    *,
    user_id: UUID,
    name: str | None = None,
    shares_corrections: bool | None = None,
) -> models.User:
    """Give an account another name, or give or withdraw the consent to learn from it.

    None keeps what there is.

    Raises:
        AppError: 401 `not_authenticated`: it was deleted meanwhile.
    """
    user = session.get(models.User, user_id, with_for_update={"key_share": True})
    if user is None:
        raise not_authenticated()
    if name is not None:
        user.name = name
    if shares_corrections is not None and shares_corrections != user.shares_corrections:
        user.shares_corrections_since = models.now() if shares_corrections else None
        given, withdrawn = audit.Action.CONSENT_GIVEN, audit.Action.CONSENT_WITHDRAWN
        done = given if shares_corrections else withdrawn
        audit.record(session, done, actor_id=user.id, user_id=user.id)
    return user


def authenticate(db: Database, passwords: Passwords, *, email: str, password: str) -> models.User:
    """Answer who logs in.

    No transaction is open while the password is hashed. Nobody and a wrong password look the
    same from outside, in words and in time.

    Raises:
        AppError: 401 `wrong_credentials`; 403 `account_frozen`, only to who knows the password.
    """
    with db.reads() as session:
        user = session.scalar(sa.select(models.User).where(findable(email)))
    right, new_hash = passwords.check(password, user.password_hash if user else None)
    if user is None or not right:
        with db.writes() as session:  # also for nobody, which takes as long
            whose = user.id if user else None
            audit.record(session, audit.Action.LOGIN_FAILED, actor_id=None, user_id=whose)
        raise AppError(401, "wrong_credentials", PROBLEMS["wrong_credentials"][1])
    if user.frozen_at is not None:
        with db.writes() as session:
            failed = audit.Action.LOGIN_FAILED
            audit.record(session, failed, actor_id=user.id, user_id=user.id, reason="frozen")
        refuse_frozen(user.frozen_at)
    with db.writes() as session:
        audit.record(session, audit.Action.LOGIN, actor_id=user.id, user_id=user.id)
        if new_hash:
            session.execute(
                sa.update(models.User)
                .where(models.User.id == user.id, models.User.password_hash == user.password_hash)
                .values(password_hash=new_hash)
            )
    return user
