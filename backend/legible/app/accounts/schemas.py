"""What accounts take and give over HTTP."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, SecretStr

MAX_EMAIL_CHARS = 254  # RFC 5321, 4.5.3.1.3


def normalise_email(email: str) -> str:
    """Write an e-mail address the one way it is compared in, whatever its case or encoding."""
    with suppress(EmailNotValidError):
        email = validate_email(email.strip(), check_deliverability=False).normalized
    return email.casefold()


def _new_email(email: str) -> str:
    email = normalise_email(email)
    if len(email) > MAX_EMAIL_CHARS:  # folding `ß` makes it longer
        raise ValueError(f"an e-mail address has at most {MAX_EMAIL_CHARS} characters")
    return email


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise ValueError("a name needs at least one character")
    if not name.isprintable():
        raise ValueError("a name has no control characters")
    return name


Email = Annotated[EmailStr, AfterValidator(_new_email)]
Name = Annotated[str, Field(max_length=100), AfterValidator(_clean_name)]


class _Delivery(BaseModel):
    with_refresh_token: bool = Field(
        default=False,
        description="Answer the refresh token in the body, for programs that keep it themselves. "
        "Browsers get it as a cookie that no script can read.",
    )


class RegisterIn(_Delivery):
    """A new account."""

    email: Email = Field(examples=["ada@example.com"])
    name: Name = Field(examples=["Ada"])
    password: SecretStr = Field(
        description="At least 10 characters, and none of the common passwords.",
        examples=["a lamp by the window"],
    )


class LoginIn(_Delivery):
    """Somebody who has an account."""

    email: str = Field(examples=["ada@example.com"])
    password: SecretStr = Field(examples=["a lamp by the window"])


class UserOut(BaseModel):
    """An account, as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str = Field(examples=["ada@example.com"])
    name: str = Field(examples=["Ada"])
    created_at: datetime


class TokenOut(BaseModel):
    """An access token (RFC 6749, 5.1), good for `expires_in` seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the type's name, no password
    expires_in: int = Field(examples=[900])
    refresh_token: str | None = Field(
        default=None, description="Only if asked for; see `POST /auth/refresh`."
    )


class SessionOut(TokenOut):
    """An access token and whose it is."""

    user: UserOut
