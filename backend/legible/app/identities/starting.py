"""Sending a browser to the provider, from the log-in page or from an account."""

from fastapi import Request

from legible.app.deps import API_PREFIX, Caller, Services
from legible.app.errors import AppError
from legible.app.identities import sign_ins
from legible.app.identities.provider import Provider

CALLBACK_PATH = f"{API_PREFIX}/auth/google/callback"


def require_provider(services: Services) -> Provider:
    """Answer the provider; without one there is nothing here, in the usual words.

    Raises:
        AppError: 404 `not_found`.
    """
    if services.provider is None:
        raise AppError(404, "not_found", "There is nothing at this address.")
    return services.provider


def begin(
    request: Request,
    services: Services,
    provider: Provider,
    *,
    browser: str,
    next_path: str,
    caller: Caller | None = None,
) -> str:
    """Answer where to send a browser. The provider is asked first: it may not answer.

    Raises:
        SignInRefused: it does not.
    """
    provider.get_ready()
    begun = sign_ins.begin(
        services.db,
        browser=browser,
        next_path=next_path,
        session_id=caller.session_id if caller else None,
    )
    return provider.authorization_url(
        redirect_uri=redirect_uri(request, services),
        state=begun.state,
        nonce=begun.nonce,
        verifier=begun.verifier,
    )


def redirect_uri(request: Request, services: Services) -> str:
    """Answer where the provider sends people back to, letter for letter as it knows it."""
    # Without the setting, which production insists on, from what the browser asked for.
    site = services.settings.public_url or str(request.base_url)
    return site.rstrip("/") + CALLBACK_PATH
