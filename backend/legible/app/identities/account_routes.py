"""`/users/me/identities`: what lets in to an account besides its password."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from legible.app.accounts.identity import confirm_identity
from legible.app.deps import API_PREFIX, CallerDep, CurrentUser, ServicesDep, SessionDep, needs
from legible.app.errors import CALLER_PROBLEMS, PROBLEMS, AppError, problems
from legible.app.identities import service, sign_ins
from legible.app.identities.cookies import read_cookie, set_cookie
from legible.app.identities.refusals import SignInRefused
from legible.app.identities.schemas import (
    IdentityListOut,
    IdentityOut,
    IdentityStartIn,
    IdentityStartOut,
)
from legible.app.identities.starting import begin, require_provider
from legible.app.limiting.address import client_address

router = APIRouter(prefix=API_PREFIX, tags=["identities"])


@router.get(
    "/users/me/identities", dependencies=[needs("account")], responses=problems(*CALLER_PROBLEMS)
)
def list_identities(session: SessionDep, user: CurrentUser) -> IdentityListOut:
    """List the accounts elsewhere that let you in, newest first."""
    rows = service.list_identities(session, user_id=user.id)
    return IdentityListOut(items=[IdentityOut.model_validate(row) for row in rows])


@router.post(
    "/users/me/identities/google",
    dependencies=[needs("account")],
    responses=problems(
        *CALLER_PROBLEMS,
        "wrong_password",
        "login_too_old",
        "not_found",
        "too_large",
        "invalid_request",
        "provider_unavailable",
    ),
)
def start_google_link(
    *,
    request: Request,
    response: Response,
    services: ServicesDep,
    caller: CallerDep,
    asked: IdentityStartIn,
) -> IdentityStartOut:
    """Begin to link a Google account to yours: send the browser to the `url` of the answer.

    It comes back to `next`, with `?problem=` and a code if it did not work.
    """
    provider = require_provider(services)
    password = asked.password.get_secret_value() if asked.password else None
    confirm_identity(services, caller, password=password, address=client_address(request))
    browser = read_cookie(request, services.settings, "sign-in") or sign_ins.new_token()
    try:
        url = begin(
            request, services, provider, browser=browser, next_path=asked.next, caller=caller
        )
    except SignInRefused as refused:
        code = refused.reason.value
        raise AppError(503, code, PROBLEMS[code][1]) from refused
    response.headers["Cache-Control"] = "no-store"
    set_cookie(response, services.settings, "sign-in", browser)
    return IdentityStartOut(url=url)


@router.delete(
    "/users/me/identities/{identity_id}",
    status_code=204,
    dependencies=[needs("account")],
    responses=problems(*CALLER_PROBLEMS, "not_found", "only_way_in", "invalid_request"),
)
def unlink_identity(identity_id: UUID, session: SessionDep, user: CurrentUser) -> None:
    """Take an account elsewhere off yours: it lets nobody in any more."""
    service.unlink(session, user_id=user.id, identity_id=identity_id)
