"""`/auth` and `/users`."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import OAuth2PasswordRequestForm

from legible.app import models
from legible.app.accounts import service
from legible.app.accounts.schemas import LoginIn, RegisterIn, SessionOut, TokenOut, UserOut
from legible.app.deps import API_PREFIX, CurrentUser, Services, ServicesDep, SessionDep
from legible.app.errors import problems

router = APIRouter(prefix=API_PREFIX, tags=["accounts"])


@router.post(
    "/auth/register",
    status_code=201,
    responses=problems("email_taken", "too_large", "weak_password", "invalid_request"),
)
def register(new: RegisterIn, services: ServicesDep, session: SessionDep) -> SessionOut:
    """Make an account and log in to it at once."""
    user = service.register(session, services.passwords, new)
    return _session_out(services, user)


@router.post(
    "/auth/login",
    responses=problems("wrong_credentials", "too_large", "invalid_request"),
)
def login(known: LoginIn, services: ServicesDep) -> SessionOut:
    """Get an access token for an account."""
    user = service.authenticate(
        services.db,
        services.passwords,
        email=known.email,
        password=known.password.get_secret_value(),
    )
    return _session_out(services, user)


@router.post(
    "/auth/token",
    responses=problems("wrong_credentials", "too_large", "invalid_request"),
)
def issue_token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], services: ServicesDep
) -> TokenOut:
    """Get an access token with an OAuth2 password form; `username` is the e-mail address."""
    user = service.authenticate(
        services.db, services.passwords, email=form.username, password=form.password
    )
    return _session_out(services, user)


@router.get("/users/me", responses=problems("not_authenticated", "token_expired"))
def get_me(user: CurrentUser) -> UserOut:
    """Show whose token this is."""
    return UserOut.model_validate(user)


def _session_out(services: Services, user: models.User) -> SessionOut:
    return SessionOut(
        access_token=services.tokens.issue(user.id),
        expires_in=int(services.tokens.lifetime.total_seconds()),
        user=UserOut.model_validate(user),
    )
