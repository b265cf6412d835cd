"""What keys take and give over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from legible.app.accounts.schemas import Name
from legible.app.dates import Moment
from legible.app.models.base import now

# A key never has `account`: whoever finds one must not become its owner.
KeyScope = Literal["read", "write"]

# Its last hours are in another year elsewhere, which no date can tell.
_LAST_YEAR = 9999


def _in_future(expires_at: datetime) -> datetime:
    if expires_at.year >= _LAST_YEAR:
        raise ValueError("a year before 9999 is expected; without one the key never expires")
    if expires_at <= now():
        raise ValueError("a key expires in the future, and this time has passed")
    return expires_at


def _each_once(scopes: list[KeyScope]) -> list[KeyScope]:
    return sorted(set(scopes))


class NewKeyIn(BaseModel):
    """A new key."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(examples=["Post room scanner"])
    scopes: Annotated[list[KeyScope], Field(min_length=1), AfterValidator(_each_once)] = Field(
        description="What it may do: `read` readings and the account's name, `write` readings.",
        examples=[["read", "write"]],
    )
    expires_at: Annotated[Moment, AfterValidator(_in_future)] | None = Field(
        default=None, description="With a zone. A key without one is good until it is revoked."
    )


class RenameKeyIn(BaseModel):
    """What can be changed of a key."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(examples=["Post room scanner"])


class KeyOut(BaseModel):
    """A key, as its owner sees it later."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(examples=["Post room scanner"])
    prefix: str = Field(description="How the key begins.", examples=["lgb_4Qm0ZtPa"])
    scopes: list[KeyScope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")


class NewKeyOut(KeyOut):
    """A key that was just made: the one time that it is shown."""

    key: str = Field(description="Keep it: it is not shown again.")


class KeyListOut(BaseModel):
    """The keys of an account that are not revoked."""

    items: list[KeyOut]
