"""What sessions take and give over HTTP."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr

from legible.app.sessions.refresh_tokens import MAX_TOKEN_CHARS


class RefreshIn(BaseModel):
    """A refresh token, from programs that keep it themselves. Browsers send the cookie instead."""

    refresh_token: SecretStr | None = Field(default=None, max_length=MAX_TOKEN_CHARS)


class DeviceOut(BaseModel):
    """Somewhere you are logged in."""

    id: UUID
    device: str = Field(examples=["Firefox on Windows"])
    address: str | None = Field(description="Where it was last refreshed from.")
    created_at: datetime
    last_used_at: datetime = Field(description="Of the last refresh: every 15 minutes or so.")
    expires_at: datetime = Field(description="When it ends unless it is used before.")
    current: bool = Field(description="Whether this very call came from it.")


class DeviceListOut(BaseModel):
    """Everywhere you are logged in, last used first."""

    items: list[DeviceOut]
