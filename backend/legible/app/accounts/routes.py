"""`/auth` and `/users`."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from legible.app import models
from legible.app.accounts import credentials, service
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
from legible.app.sessions import service as sessions
from legible.app.sessions.answers import session_out, token_out
from legible.app.sessions.cookies import refuse_cross_site
from legible.app.sessions.devices import device_of

router = APIRouter(prefix=API_PREFIX, tags=["accounts"])

# OpenID Connect Core, 11: what a client asks for that wants a refresh token.
_OFFLINE_ACCESS = "offline_access"


@router.post(
    "/auth/register",
    status_code=201,
    response_model_exclude_none=True,
    responses=problems(
        "cross_site", "email_taken", "too_large", "weak_password", "invalid_request"
    ),
    dependencies=[Depends(limit_address), Depends(refuse_cross_site)],
)
def register(
    *,
    new: RegisterIn,
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
    after_response: BackgroundTasks,
) -> SessionOut:
    """Make an account and log in to it at once. A mail asks to confirm the address."""
    # Each counts, the successful too: nobody needs many accounts.
    services.attempts.begin("register", account=new.email, address=client_address(request))
    user = service.register(session, services.passwords, new)
    letter = credentials.ask_to_verify(session, services.mailer, user)
    after_response.add_task(services.mailer.send, letter)
    opened = sessions.start(session, services.settings, user, device_of(request))
    return session_out(services, response, opened, in_body=new.with_refresh_token)


@router.post(
    "/auth/login",
    response_model_exclude_none=True,
    responses=problems(
        "wrong_credentials", "account_frozen", "cross_site", "too_large", "invalid_request"
    ),
    dependencies=[Depends(limit_address), Depends(refuse_cross_site)],
)
def login(
    known: LoginIn,
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
) -> SessionOut:
    """Log in: an access token, and a refresh token as a cookie or in the body."""
    user = _authenticate(request, services, known.email, known.password.get_secret_value())
    opened = sessions.start(session, services.settings, user, device_of(request))
    return session_out(services, response, opened, in_body=known.with_refresh_token)


@router.post(
    "/auth/token",
    response_model_exclude_none=True,
    dependencies=[Depends(limit_address)],
    responses=problems("wrong_credentials", "account_frozen", "too_large", "invalid_request"),
)
def issue_token(
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
) -> TokenOut:
    """Get an access token with an OAuth2 password form; `username` is the e-mail address.

    With `offline_access` among the scopes a refresh token comes with it, in the body; without, the
    session ends with the access token.
    """
    user = _authenticate(request, services, form.username, form.password)
    wants_more = _OFFLINE_ACCESS in form.scopes
    opened = sessions.start(
        session, services.settings, user, device_of(request), refreshable=wants_more
    )
    return token_out(services, response, opened, in_body=wants_more)


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
