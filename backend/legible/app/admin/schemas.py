"""What admins see. Never a picture, nor what was read in it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class AdminUserOut(BaseModel):
    """An account, as admins see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str = Field(examples=["ada@example.com"])
    name: str = Field(examples=["Ada"])
    role: Literal["user", "admin"]
    created_at: datetime
    frozen_at: datetime | None = Field(description="Null: not frozen.")


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


class AuditListOut(BaseModel):
    """One part of the audit log, newest first."""

    items: list[AuditEventOut]
    next_cursor: str | None = Field(description="Ask with it for what follows; null at the end.")
