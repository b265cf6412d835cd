"""`/auth/providers` and `/auth/google`."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from legible.app import models
from legible.app.accounts import service as accounts
from legible.app.accounts.schemas import SessionOut
from legible.app.deps import (
    API_PREFIX,
    Caller,
    OptionalCaller,
    Services,
    ServicesDep,
    SessionDep,
    limit_address,
)
from legible.app.errors import PROBLEMS, AppError, problems
from legible.app.identities import service, sign_ins
from legible.app.identities.cookies import forget_cookie, read_cookie, set_cookie
from legible.app.identities.refusals import Reason, SignInRefused
from legible.app.identities.schemas import (
    LinkIn,
    PendingLinkOut,
    ProviderListOut,
    ProviderOut,
)
from legible.app.identities.sign_ins import Returned
from legible.app.identities.starting import begin, redirect_uri, require_provider
from legible.app.limiting.address import client_address
from legible.app.security import refuse_frozen
from legible.app.sessions import service as sessions
from legible.app.sessions.answers import session_out
from legible.app.sessions.cookies import PROOF_HEADER, refuse_cross_site
from legible.app.sessions.cookies import set_cookie as set_refresh_cookie
from legible.app.sessions.devices import device_of
from legible.app.sessions.service import Opened

router = APIRouter(prefix=API_PREFIX, tags=["identities"])

_START_PATH = f"{API_PREFIX}/auth/google/start"
# Google's codes have 80 characters or so; nothing longer goes to the provider.
_MAX_QUERY_CHARS = 2_000
_Text = Annotated[str, Query(max_length=_MAX_QUERY_CHARS)]


@router.get("/auth/providers", dependencies=[Depends(limit_address)])
def list_providers(services: ServicesDep) -> ProviderListOut:
    """List what a log-in page can offer besides the password."""
    if services.provider is None:
        return ProviderListOut(items=[])
    return ProviderListOut(items=[ProviderOut(name="google", label="Google", start=_START_PATH)])


@router.get(
    "/auth/google/start",
    status_code=303,
    response_class=RedirectResponse,
    responses=problems("not_found", "invalid_request"),
    dependencies=[Depends(limit_address)],
)
def start_google_sign_in(
    request: Request,
    services: ServicesDep,
    next_path: Annotated[
        str,
        Query(
            alias="next",
            max_length=_MAX_QUERY_CHARS,
            description="Where to go afterwards, a path of this site.",
        ),
    ] = "/",
) -> Response:
    """Send a browser to Google, to come back logged in. A link for people, not for programs."""
    provider = require_provider(services)
    browser = read_cookie(request, services.settings, "sign-in") or sign_ins.new_token()
    try:
        url = begin(request, services, provider, browser=browser, next_path=next_path)
    except SignInRefused as refused:
        return _to_login(refused.reason, sign_ins.safe_path(next_path))
    response = _redirect(url)
    set_cookie(response, services.settings, "sign-in", browser)
    return response


@router.get(
    "/auth/google/callback",
    status_code=303,
    response_class=RedirectResponse,
    responses=problems("not_found", "invalid_request"),
    dependencies=[Depends(limit_address)],
)
def finish_google_sign_in(
    *,
    request: Request,
    services: ServicesDep,
    state: _Text = "",
    code: _Text = "",
    error: _Text = "",
    iss: _Text | None = None,
) -> Response:
    """Take a browser back from Google, and send it where it wanted to go.

    With the refresh token's cookie if all went well; to `/login/link` if there is an account with
    this address already; else to `/login?problem=` and a code.
    """
    provider = require_provider(services)
    browser = read_cookie(request, services.settings, "sign-in")
    try:
        returned = sign_ins.finish(services.db, browser=browser, state=state)
    except SignInRefused as refused:
        return _to_login(refused.reason, "/")
    try:
        if error or not code:
            denied = error == "access_denied"
            raise SignInRefused(Reason.DENIED if denied else Reason.SIGN_IN_FAILED)
        claims = provider.exchange(
            code=code,
            named_issuer=iss,
            redirect_uri=redirect_uri(request, services),
            nonce=returned.nonce,
            verifier=returned.verifier,
        )
        if returned.links_to is not None:
            service.link(services.db, claims, user_id=returned.links_to)
            return _redirect(returned.next_path)
        outcome = service.log_in(
            services.db,
            services.settings,
            claims,
            device_of(request),
            next_path=returned.next_path,
        )
    except SignInRefused as refused:
        return _refused(refused.reason, returned)
    except AppError:  # the account was deleted this very moment
        return _refused(Reason.SIGN_IN_FAILED, returned)
    return _logged_in(services, outcome, returned)


@router.get(
    "/auth/google/link",
    responses=problems("cross_site", "link_expired"),
    dependencies=[Depends(limit_address), Depends(refuse_cross_site)],
)
def get_google_link(
    request: Request, response: Response, services: ServicesDep, session: SessionDep
) -> PendingLinkOut:
    """Show which account a sign-in with Google waits to be linked to."""
    response.headers["Cache-Control"] = "no-store"
    token = read_cookie(request, services.settings, "link")
    pending, user = service.find_pending(session, token)
    return PendingLinkOut(email=user.email, next=pending.next_path)


@router.post(
    "/auth/google/link",
    response_model_exclude_none=True,
    responses=problems(
        "wrong_credentials",
        "account_frozen",
        "cross_site",
        "identity_taken",
        "link_expired",
        "too_large",
        "invalid_request",
    ),
    openapi_extra={"security": [{}]},  # an access token is one way to prove it
    dependencies=[Depends(limit_address), Depends(refuse_cross_site)],
)
def link_google(
    *,
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
    caller: OptionalCaller,
    known: LinkIn,
) -> SessionOut:
    """Link the Google account that waits to yours, and log in.

    That it is yours is proved by its password, or by being logged in to it.
    """
    if not request.headers.get(PROOF_HEADER):
        raise AppError(403, "cross_site", PROBLEMS["cross_site"][1])
    token = read_cookie(request, services.settings, "link")
    with services.db.reads() as reading:
        pending, owner = service.find_pending(reading, token)
    user = _prove_owner(request, services, owner, caller, known)
    service.finish_link(session, pending)
    if caller and caller.session_id:  # the browser's cookie is replaced
        sessions.end_session_if_any(session, caller.session_id)
    opened = sessions.start(session, services.settings, user, device_of(request))
    forget_cookie(response, services.settings, "link")
    return session_out(services, response, opened, in_body=False)


def _prove_owner(
    request: Request, services: Services, owner: models.User, caller: Caller | None, known: LinkIn
) -> models.User:
    if caller and caller.session_id and caller.user.id == owner.id and known.password is None:
        refuse_frozen(owner.frozen_at)
        return owner
    attempt = services.attempts.begin("login", account=owner.email, address=client_address(request))
    password = known.password.get_secret_value() if known.password else ""
    user = accounts.authenticate(
        services.db, services.passwords, email=owner.email, password=password
    )
    attempt.succeeded()
    return user


def _logged_in(
    services: Services, outcome: Opened | service.LinkNeeded, returned: Returned
) -> Response:
    if isinstance(outcome, service.LinkNeeded):
        response = _redirect(_page("/login/link", next_path=returned.next_path))
        set_cookie(response, services.settings, "link", outcome.token)
        return response
    response = _redirect(returned.next_path)
    if outcome.refresh_token:
        # `Strict`, though another site sent the browser here: setting it is always allowed, and
        # the page it is sent to asks for its access token by a call of its own.
        set_refresh_cookie(response, services.settings, outcome.session, outcome.refresh_token)
    return response


def _refused(reason: Reason, returned: Returned) -> Response:
    if returned.links_to is None:
        return _to_login(reason, returned.next_path)
    page, _, fragment = returned.next_path.partition("#")
    page += ("&" if "?" in page else "?") + urlencode({"problem": reason.value})
    return _redirect(f"{page}#{fragment}" if fragment else page)


def _to_login(reason: Reason, next_path: str) -> Response:
    return _redirect(_page("/login", problem=reason.value, next_path=next_path))


def _page(path: str, *, problem: str | None = None, next_path: str) -> str:
    asked = {"problem": problem} if problem else {}
    asked |= {"next": next_path} if next_path != "/" else {}
    return f"{path}?{urlencode(asked)}" if asked else path


def _redirect(url: str) -> Response:
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})
