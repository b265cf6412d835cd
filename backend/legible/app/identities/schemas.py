"""What signing in with an account elsewhere takes and gives over HTTP."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from legible.app.accounts.schemas import ConfirmIn


class ProviderOut(BaseModel):
    """Something that a log-in page can offer besides the password."""

    name: Literal["google"]
    label: str = Field(examples=["Google"])
    start: str = Field(
        description="Where to send the browser, with `?next=` a path of this site.",
        examples=["/api/v1/auth/google/start"],
    )


class ProviderListOut(BaseModel):
    """What a log-in page can offer besides the password; nothing where nothing is configured."""

    items: list[ProviderOut]


class PendingLinkOut(BaseModel):
    """An account that Google's could be linked to, if its owner agrees."""

    email: str = Field(examples=["ada@example.com"])
    next: str = Field(description="Where to go afterwards.", examples=["/read"])


class LinkIn(BaseModel):
    """The proof that the account is yours."""

    password: SecretStr | None = Field(
        default=None, description="Not needed with an access token of that account."
    )


class IdentityStartIn(ConfirmIn):
    """Linking a Google account to the one you are logged in to."""

    next: str = Field(default="/", description="Where to go afterwards.", examples=["/account"])


class IdentityStartOut(BaseModel):
    """Where to send the browser."""

    url: str


class IdentityOut(BaseModel):
    """An account elsewhere that lets you in."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    provider: Literal["google"] = "google"
    email: str | None = Field(examples=["ada@example.com"])
    created_at: datetime
    last_used_at: datetime


class IdentityListOut(BaseModel):
    """All accounts elsewhere that let you in, newest first."""

    items: list[IdentityOut]
