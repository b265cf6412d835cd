"""`/auth` and `/users`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import OAuth2PasswordRequestForm

from legible.app import models
from legible.app.accounts import service
from legible.app.accounts.schemas import (
    LoginIn,
    RegisterIn,
    SessionOut,
    TokenOut,
    UserOut,
    normalise_email,
)
from legible.app.deps import (
    API_PREFIX,
    CurrentUser,
    Services,
    ServicesDep,
    SessionDep,
    limit_address,
    needs,
)
from legible.app.errors import CALLER_PROBLEMS, problems
from legible.app.limiting.address import client_address

router = APIRouter(prefix=API_PREFIX, tags=["accounts"])


@router.post(
    "/auth/register",
    status_code=201,
    dependencies=[Depends(limit_address)],
    responses=problems("email_taken", "too_large", "weak_password", "invalid_request"),
)
def register(
    new: RegisterIn, request: Request, services: ServicesDep, session: SessionDep
) -> SessionOut:
    """Make an account and log in to it at once."""
    # Each counts, the successful too: nobody needs many accounts.
    services.attempts.begin("register", account=new.email, address=client_address(request))
    user = service.register(session, services.passwords, new)
    return _session_out(services, user)


@router.post(
    "/auth/login",
    dependencies=[Depends(limit_address)],
    responses=problems("wrong_credentials", "too_large", "invalid_request"),
)
def login(known: LoginIn, request: Request, services: ServicesDep) -> SessionOut:
    """Get an access token for an account."""
    user = _authenticate(request, services, known.email, known.password.get_secret_value())
    return _session_out(services, user)


@router.post(
    "/auth/token",
    dependencies=[Depends(limit_address)],
    responses=problems("wrong_credentials", "too_large", "invalid_request"),
)
def issue_token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()], request: Request, services: ServicesDep
) -> TokenOut:
    """Get an access token with an OAuth2 password form; `username` is the e-mail address."""
    user = _authenticate(request, services, form.username, form.password)
    return _session_out(services, user)


@router.get("/users/me", dependencies=[needs("read")], responses=problems(*CALLER_PROBLEMS))
def get_me(user: CurrentUser) -> UserOut:
    """Show whose token this is."""
    return UserOut.model_validate(user)


def _authenticate(request: Request, services: Services, email: str, password: str) -> models.User:
    """Answer who logs in, unless this is too soon after failures."""
    attempt = services.attempts.begin(
        "login", account=normalise_email(email), address=client_address(request)
    )
    user = service.authenticate(services.db, services.passwords, email=email, password=password)
    attempt.succeeded()
    return user


def _session_out(services: Services, user: models.User) -> SessionOut:
    return SessionOut(
        access_token=services.tokens.issue(user.id),
        expires_in=int(services.tokens.lifetime.total_seconds()),
        user=UserOut.model_validate(user),
    )
