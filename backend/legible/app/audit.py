"""The audit log: who did what to whom, written in the transaction that does it.

There is nothing here to change or delete an event, and the database refuses both.
"""

from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from legible.app import models
from legible.app.context import current_request


class Action(StrEnum):
    """What is recorded."""

    REGISTERED = "registered"
    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  no password
    PASSWORD_RESET = "password_reset"  # noqa: S105  no password
    EMAIL_CHANGED = "email_changed"
    EMAIL_VERIFIED = "email_verified"
    GOOGLE_LINKED = "google_linked"
    GOOGLE_UNLINKED = "google_unlinked"
    KEY_CREATED = "key_created"
    KEY_CHANGED = "key_changed"
    KEY_REVOKED = "key_revoked"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CORRECTION_DECIDED = "correction_decided"
    DATA_DOWNLOADED = "data_downloaded"
    READING_DELETED = "reading_deleted"
    ACCOUNT_DELETED = "account_deleted"
    PLAN_CHANGED = "plan_changed"
    ADMIN_GRANTED = "admin_granted"
    ADMIN_REVOKED = "admin_revoked"
    USER_FROZEN = "user_frozen"
    USER_UNFROZEN = "user_unfrozen"
    MODEL_ACTIVATED = "model_activated"
    MODEL_ROLLED_BACK = "model_rolled_back"
    CHALLENGER_STARTED = "challenger_started"
    CHALLENGER_ENDED = "challenger_ended"


# Names of details that could only hold what must not be kept.
_SECRET_NAMES = ("password", "token", "secret", "hash", "email")


def record(
    session: Session,
    action: Action,
    *,
    actor_id: UUID | None,
    user_id: UUID | None,
    object_id: UUID | None = None,
    **details: str | int | bool | None,
) -> None:
    """Record what is done in this transaction; both are kept, or neither.

    Args:
        session: of the transaction.
        action: what is done.
        actor_id: who does it; None if not known, or from the command line.
        user_id: whose account it is about.
        object_id: the reading, key or session, if it is about one.
        details: more about it, without secrets, addresses of people, texts or pictures.

    Raises:
        ValueError: a detail is named like a secret.
    """
    for name in details:
        if any(secret in name for secret in _SECRET_NAMES):
            raise ValueError(f"expected details without secrets, got one named {name!r}")
    request = current_request.get()
    session.add(
        models.AuditEvent(
            action=action.value,
            actor_id=actor_id,
            user_id=user_id,
            object_id=object_id,
            address=request.address[:64] if request else None,
            request_id=request.id if request else None,
            details=details,
        )
    )


def by_command(actor_id: UUID | None) -> dict[str, str]:
    """Answer the detail that tells the command line from somebody who is not known."""
    return {"by": "command line"} if actor_id is None else {}
