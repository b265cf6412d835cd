"""`/admin`. For everybody else there is nothing at these addresses."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.admin import service
from legible.app.admin.access import ADMIN_PROBLEMS, Admin
from legible.app.admin.schemas import (
    AdminUserDetailOut,
    AdminUserListOut,
    AdminUserOut,
    AuditEventOut,
    AuditListOut,
    FreezingIn,
    PersonOut,
)
from legible.app.audit import Action
from legible.app.dates import Moment
from legible.app.deps import API_PREFIX, Services, ServicesDep, SessionDep
from legible.app.errors import problems
from legible.app.usage.service import pages_this_month

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[
    str | None, Query(max_length=100, description="`next_cursor` of the part before.")
]


def _within_calendar(moment: datetime) -> datetime:
    if not 1970 <= moment.year < 9999:  # others cannot be told in every zone
        raise ValueError("a year from 1970 to 9998 is expected")
    return moment


MomentOfLog = Annotated[Moment, AfterValidator(_within_calendar)]

router = APIRouter(prefix=f"{API_PREFIX}/admin", tags=["admin"])


def _show(services: Services, session: Session, users: list[models.User]) -> list[AdminUserOut]:
    pages = pages_this_month(session, [user.id for user in users])
    return [
        AdminUserOut.of(user, services.plans.of(user.plan), pages.get(user.id, 0)) for user in users
    ]


@router.get("/users", responses=problems(*ADMIN_PROBLEMS, "bad_cursor"))
def list_users(
    *,
    _admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    search: Annotated[
        str | None, Query(max_length=254, description="Part of an e-mail address or a name.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> AdminUserListOut:
    """List accounts, newest first."""
    users, next_cursor = service.list_users(session, search=search, limit=limit, cursor=cursor)
    return AdminUserListOut(items=_show(services, session, users), next_cursor=next_cursor)


@router.get("/users/{user_id}", responses=problems(*ADMIN_PROBLEMS))
def get_user(
    user_id: UUID, _admin: Admin, services: ServicesDep, session: SessionDep
) -> AdminUserDetailOut:
    """Show an account and how much lies there, but nothing of what."""
    [user] = _show(services, session, [service.get_user(session, user_id)])
    return AdminUserDetailOut(**user.model_dump(), **asdict(service.holdings_of(session, user_id)))


@router.post(
    "/users/{user_id}/freeze", responses=problems(*ADMIN_PROBLEMS, "too_large", "is_admin")
)
def freeze_user(
    user_id: UUID,
    admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    why: FreezingIn | None = None,
) -> AdminUserOut:
    """Freeze an account: it cannot log in and its tokens stop at once. Nothing is deleted."""
    reason = why.reason if why else ""
    user = service.set_frozen(
        session, actor_id=admin.id, user_id=user_id, frozen=True, reason=reason
    )
    [shown] = _show(services, session, [user])
    return shown


@router.post("/users/{user_id}/unfreeze", responses=problems(*ADMIN_PROBLEMS, "too_large"))
def unfreeze_user(
    user_id: UUID,
    admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    why: FreezingIn | None = None,
) -> AdminUserOut:
    """Let a frozen account be used again."""
    reason = why.reason if why else ""
    user = service.set_frozen(
        session, actor_id=admin.id, user_id=user_id, frozen=False, reason=reason
    )
    [shown] = _show(services, session, [user])
    return shown


@router.get("/audit", responses=problems(*ADMIN_PROBLEMS, "bad_cursor"))
def list_audit_events(
    *,
    _admin: Admin,
    session: SessionDep,
    user_id: Annotated[UUID | None, Query(description="Who did it, or whose it is.")] = None,
    action: Annotated[Action | None, Query()] = None,
    since: Annotated[MomentOfLog | None, Query(description="From then on, with a zone.")] = None,
    until: Annotated[MomentOfLog | None, Query(description="Before then, with a zone.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> AuditListOut:
    """List what happened to accounts and keys, newest first."""
    wanted = service.Wanted(user_id, action, since, until)
    events, next_cursor = service.list_events(session, wanted, limit=limit, cursor=cursor)
    people = service.people_of(session, events)
    return AuditListOut(
        items=[AuditEventOut.model_validate(event) for event in events],
        people=[PersonOut.model_validate(person) for person in people],
        next_cursor=next_cursor,
    )
