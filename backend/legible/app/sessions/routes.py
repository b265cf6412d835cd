"""`/auth/refresh`, `/auth/logout` and `/sessions`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response

from legible.app import models
from legible.app.accounts.schemas import SessionOut
from legible.app.deps import (
    API_PREFIX,
    CallerDep,
    CurrentUser,
    OptionalCaller,
    ServicesDep,
    SessionDep,
    limit_address,
    needs,
)
from legible.app.errors import CALLER_PROBLEMS, problems
from legible.app.sessions import service
from legible.app.sessions.answers import session_out
from legible.app.sessions.cookies import (
    PROOF_HEADER,
    forget_cookie,
    read_cookie,
    refuse_cross_site,
)
from legible.app.sessions.devices import device_of
from legible.app.sessions.schemas import DeviceListOut, DeviceOut, RefreshIn

router = APIRouter(prefix=API_PREFIX, tags=["sessions"])

_SAME_ORIGIN = [Depends(refuse_cross_site)]


def _declare_proof(
    _proof: Annotated[
        str | None,
        Header(
            alias=PROOF_HEADER,
            description="Any value. Needed with the cookie: no form of another site can send it.",
        ),
    ] = None,
) -> None:
    """Show the header in the document; `read_cookie` looks at it."""


@router.post(
    "/auth/refresh",
    response_model_exclude_none=True,
    responses=problems(
        "session_ended", "account_frozen", "cross_site", "too_large", "invalid_request"
    ),
    dependencies=[Depends(limit_address), *_SAME_ORIGIN, Depends(_declare_proof)],
)
def refresh(
    request: Request, response: Response, services: ServicesDep, known: RefreshIn | None = None
) -> SessionOut:
    """Exchange a refresh token for a new access token and the next refresh token.

    The token comes from the cookie, or from the body, and its successor goes back the same way.
    Each is good for one use. Using one again ends the session, except within seconds of the first
    use, when it answers the same successor: so two tabs may refresh at once.
    """
    given = known.refresh_token.get_secret_value() if known and known.refresh_token else None
    token = given or read_cookie(request, services.settings)
    if not token:
        raise service.session_ended()
    address = device_of(request).address
    opened = service.refresh(services.db, services.settings, token, address)
    return session_out(services, response, opened, in_body=given is not None)


@router.post(
    "/auth/logout",
    status_code=204,
    responses=problems("cross_site", "too_large", "invalid_request"),
    openapi_extra={"security": [{}]},  # an access token is one way to say which session
    dependencies=[Depends(limit_address), *_SAME_ORIGIN, Depends(_declare_proof)],
)
def logout(
    *,
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
    caller: OptionalCaller,
    known: RefreshIn | None = None,
) -> None:
    """End this session: its refresh token and its access tokens are refused from now on.

    The session is that of the access token, of the refresh token in the body, or of the cookie.
    Whoever is logged out already gets the same answer.
    """
    given = known.refresh_token.get_secret_value() if known and known.refresh_token else None
    token = given or read_cookie(request, services.settings)
    if token:
        service.end_session_of(session, token)
    if caller and caller.session_id:
        service.end_session_if_any(session, caller.session_id)
    forget_cookie(response, services.settings)


@router.post(
    "/auth/logout-everywhere",
    status_code=204,
    dependencies=[needs("account")],
    responses=problems(*CALLER_PROBLEMS),
)
def logout_everywhere(
    response: Response, services: ServicesDep, session: SessionDep, user: CurrentUser
) -> None:
    """End all your sessions, this one too."""
    service.end_all_sessions(session, user_id=user.id)
    forget_cookie(response, services.settings)


@router.get("/sessions", dependencies=[needs("account")], responses=problems(*CALLER_PROBLEMS))
def list_sessions(session: SessionDep, caller: CallerDep) -> DeviceListOut:
    """List where you are logged in, last used first."""
    rows = service.list_sessions(session, user_id=caller.user.id)
    return DeviceListOut(items=[_device_out(row, caller.session_id) for row in rows])


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    dependencies=[needs("account")],
    responses=problems(*CALLER_PROBLEMS, "not_found", "invalid_request"),
)
def delete_session(session_id: UUID, session: SessionDep, user: CurrentUser) -> None:
    """Log one of your devices out."""
    service.end_session(session, user_id=user.id, session_id=session_id)


def _device_out(row: models.UserSession, current: UUID | None) -> DeviceOut:
    return DeviceOut(
        id=row.id,
        device=row.device,
        address=row.address,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        current=row.id == current,
    )
