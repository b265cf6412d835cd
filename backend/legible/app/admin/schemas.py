"""What admins see of accounts. Never a picture, nor what was read in it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from legible.app import models
from legible.app.usage.plans import Plan


def _clean_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason.isprintable():
        raise ValueError("a reason has no control characters")
    return reason


class FreezingIn(BaseModel):
    """Why an account is frozen, or opened again."""

    reason: Annotated[str, Field(max_length=200), AfterValidator(_clean_reason)] = Field(
        default="",
        description="Kept in the audit log, which its owner takes away with their data: nothing "
        "secret, and no addresses of people.",
        examples=["Sends the same page without end."],
    )


class AdminUserOut(BaseModel):
    """An account, as admins see it."""

    id: UUID
    email: str = Field(examples=["ada@example.com"])
    name: str = Field(examples=["Ada"])
    role: Literal["user", "admin"]
    created_at: datetime
    frozen_at: datetime | None = Field(description="Null: not frozen.")
    email_verified: bool
    plan: str = Field(examples=["free"])
    pages_this_month: int = Field(description="Read since its first day (UTC).", examples=[14])
    included_pages: int = Field(description="Of the plan, in a month.", examples=[1000])

    @classmethod
    def of(cls, user: models.User, plan: Plan, pages: int) -> "AdminUserOut":
        """Show an account."""
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            role="admin" if user.role == "admin" else "user",
            created_at=user.created_at,
            frozen_at=user.frozen_at,
            email_verified=user.email_verified,
            plan=plan.name,
            pages_this_month=pages,
            included_pages=plan.included_pages,
        )


class AdminUserDetailOut(AdminUserOut):
    """An account and how much lies there."""

    readings: int = Field(description="How many are kept.", examples=[12])
    size_bytes: int = Field(description="Of their pictures.", examples=[4_200_000])
    last_reading_at: datetime | None
    last_login_at: datetime | None


class AdminUserListOut(BaseModel):
    """One part of the accounts, newest first."""

    items: list[AdminUserOut]
    next_cursor: str | None = Field(description="Ask with it for what follows; null at the end.")


class AuditEventOut(BaseModel):
    """Somebody did something."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    action: str = Field(examples=["login_failed"])
    actor_id: UUID | None = Field(description="Who; null: the command line, or not known.")
    user_id: UUID | None = Field(description="To whose account; null: to none that there is.")
    object_id: UUID | None = Field(description="The reading, key or session, if it was one.")
    address: str | None = Field(description="Where the request came from.")
    request_id: str | None
    details: dict[str, Any]


class PersonOut(BaseModel):
    """Whose id it is."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str = Field(examples=["ada@example.com"])
    name: str = Field(examples=["Ada"])


class AuditListOut(BaseModel):
    """One part of the audit log, newest first."""

    items: list[AuditEventOut]
    people: list[PersonOut] = Field(
        description="Those that are named in it and still have an account."
    )
    next_cursor: str | None = Field(description="Ask with it for what follows; null at the end.")
