"""Deleting an account, and its pictures after the commit."""

import logging
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.accounts.identity import lock_confirmed
from legible.app.db import Database
from legible.app.deps import Caller
from legible.app.errors import PROBLEMS, AppError
from legible.app.mail import letters
from legible.app.mail.letters import Letter
from legible.app.storage import Storage
from legible.app.usage.service import month_of

_log = logging.getLogger(__name__)


def delete_account(session: Session, caller: Caller) -> Letter:
    """Delete an account and all rows that are its own. The owner was confirmed before.

    The pictures go with `remove_pictures`, which is noted here.

    Raises:
        AppError: 409 `last_admin`; 403 `wrong_password`.
    """
    if caller.user.role == "admin":
        _refuse_last_admin(session)
    user = lock_confirmed(session, caller)
    session.add(models.PictureRemoval(user_id=user.id))
    audit.record(
        session,
        audit.Action.ACCOUNT_DELETED,
        actor_id=user.id,
        user_id=user.id,
        **_last_months(session, user),
    )
    # Whoever adds something to the account now waits for the commit, and then finds no user.
    session.execute(sa.delete(models.User).where(models.User.id == user.id))
    return letters.account_deleted(user.email)


def remove_pictures(db: Database, storage: Storage) -> None:
    """Remove the pictures of deleted accounts, also of those where a process died before it did.

    Nobody can add one meanwhile: a picture is only kept with its row, which needs the user.
    """
    with db.reads() as session:
        user_ids = session.scalars(sa.select(models.PictureRemoval.user_id)).all()
    for user_id in user_ids:
        try:
            storage.delete_all(str(user_id))
        except OSError:  # it stays noted, and those of others are not held up
            _log.exception("pictures of the deleted account %s could not be removed", user_id)
            continue
        with db.writes() as session:
            session.execute(
                sa.delete(models.PictureRemoval).where(models.PictureRemoval.user_id == user_id)
            )


def _refuse_last_admin(session: Session) -> None:
    """All admins are locked, so that of the last two only one can go."""
    admins = session.scalars(
        sa.select(models.User.id)
        .where(models.User.role == "admin", models.User.frozen_at.is_(None))
        .order_by(models.User.id)
        .with_for_update()
    ).all()
    if len(admins) < 2:
        raise AppError(409, "last_admin", PROBLEMS["last_admin"][1])


def _last_months(session: Session, user: models.User) -> dict[str, Any]:
    """What may not have been billed yet: plan and pages of this month and of the one before."""
    this_month = month_of(models.now().date())
    months = {
        "pages_of_month": this_month,
        "pages_of_month_before": month_of(this_month - timedelta(days=1)),
    }
    counted = models.UsageMonth
    rows = session.execute(
        sa.select(counted.month, counted.pages).where(
            counted.user_id == user.id, counted.month.in_(months.values())
        )
    )
    pages = {row.month: row.pages for row in rows}
    return {
        "month": f"{this_month:%Y-%m}",
        "plan": user.plan or "default",
        **{name: pages.get(month, 0) for name, month in months.items()},
    }
