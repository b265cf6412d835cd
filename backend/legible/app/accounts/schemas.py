"""What accounts take and give over HTTP."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    SecretStr,
    StrictBool,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema

MAX_TOKEN_CHARS = 200  # a token has 43; nothing longer is worth a hash
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
NewPassword = Annotated[
    SecretStr,
    Field(
        description="At least 10 characters, and none of the common passwords.",
        examples=["a lamp by the window"],
    ),
]


class _Delivery(BaseModel):
    with_refresh_token: StrictBool = Field(
        default=False,
        description="Answer the refresh token in the body, for programs that keep it themselves. "
        "Browsers get it as a cookie that no script can read.",
    )


class RegisterIn(_Delivery):
    """A new account."""

    email: Email = Field(examples=["ada@example.com"])
    name: Name = Field(examples=["Ada"])
    password: NewPassword


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
    email_verified: bool = Field(description="Whether the link in a mail to it was followed.")
    has_password: bool = Field(description="False: they log in some other way only.")
    role: Literal["user", "admin"] = Field(description="What the account may do here.")
    shares_corrections: bool = Field(
        description="Whether the networks that read for everyone may learn from pictures of what "
        "was corrected or confirmed here."
    )


def _without_default(schema: dict[str, Any]) -> None:
    """Left out and null are not the same: null is refused."""
    schema.pop("default")


class MeIn(BaseModel):
    """What changes of an account; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"minProperties": 1, "examples": [{"name": "Ada"}]}
    )

    name: Name | SkipJsonSchema[None] = Field(default=None, json_schema_extra=_without_default)
    shares_corrections: StrictBool | SkipJsonSchema[None] = Field(
        default=None,
        description="Whether the networks may learn from this account's corrected pictures. False "
        "takes it back: no later training set has any of them.",
        json_schema_extra=_without_default,
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("say what changes: `name`, `shares_corrections` or both")
        for field in sorted(self.model_fields_set):
            if getattr(self, field) is None:
                raise ValueError(f"`{field}` is null; leave it out to keep it as it is")
        return self


class TokenIn(BaseModel):
    """What stands behind `#token=` in the link of a mail."""

    token: SecretStr = Field(max_length=MAX_TOKEN_CHARS)


class ForgotPasswordIn(BaseModel):
    """Somebody who may have an account."""

    email: str = Field(examples=["ada@example.com"])


class ResetPasswordIn(TokenIn):
    """The token of the mail, and a new password."""

    new_password: NewPassword


class ChangePasswordIn(BaseModel):
    """The password there is, and another."""

    current_password: SecretStr = Field(examples=["a lamp by the window"])
    new_password: NewPassword


class ConfirmIn(BaseModel):
    """The password once more; not needed for an account without one, right after logging in."""

    password: SecretStr | None = Field(default=None, examples=["a lamp by the window"])


class ChangeEmailIn(ConfirmIn):
    """Another address."""

    email: Email = Field(examples=["ada@example.org"])


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


class AccountDataOut(UserOut):
    """An account, as its owner takes it away."""

    email_verified_at: datetime | None
    shares_corrections_since: datetime | None
    plan: str | None


class _DataOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SessionDataOut(_DataOut):
    """Where somebody is logged in."""

    id: UUID
    device: str
    address: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class ShadowDataOut(_DataOut):
    """What a version of a network on trial read in a picture, which nobody was shown."""

    reading_id: UUID
    created_at: datetime
    network: str
    version: str
    text: str
    status: str
    confidence: float
    challenger_ms: float


class EventDataOut(_DataOut):
    """What happened to an account."""

    id: UUID
    created_at: datetime
    action: str
    object_id: UUID | None
    address: str | None
    details: dict[str, Any]
