"""A session as the calls that open one answer it."""

from fastapi import Response

from legible.app.accounts.schemas import SessionOut, TokenOut, UserOut
from legible.app.deps import Services
from legible.app.sessions.cookies import set_cookie
from legible.app.sessions.service import Opened


def session_out(
    services: Services, response: Response, opened: Opened, *, in_body: bool
) -> SessionOut:
    """Answer an access token, and the refresh token in the body or in the cookie."""
    if opened.refresh_token and not in_body:
        set_cookie(response, services.settings, opened.session, opened.refresh_token)
    token = token_out(services, response, opened, in_body=in_body)
    return SessionOut(**token.model_dump(), user=UserOut.model_validate(opened.user))


def token_out(services: Services, response: Response, opened: Opened, *, in_body: bool) -> TokenOut:
    """Answer an access token, and the refresh token in the body if asked for."""
    response.headers["Cache-Control"] = "no-store"  # RFC 6749, 5.1
    access_token, lifetime = services.tokens.issue(
        opened.user.id, opened.session.id, ends_at=opened.session.expires_at
    )
    return TokenOut(
        access_token=access_token,
        expires_in=int(lifetime.total_seconds()),
        refresh_token=opened.refresh_token if in_body else None,
    )
