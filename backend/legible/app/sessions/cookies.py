"""The refresh token's cookie, and how another site is kept from using it.

After OWASP's Cross-Site Request Forgery Prevention Cheat Sheet: the cookie is `SameSite=Strict` and
read by two calls only. These want a header that no form can send, and that a script of another
site can only send where the service allows it by CORS, which it does for nobody. Where the browser
says who asks (`Sec-Fetch-Site`), other sites and neighbouring subdomains are refused besides, also
from the calls that set the cookie, so that nobody is logged in to a stranger's account.
"""

from fastapi import Request, Response

from legible.app import models
from legible.app.deps import API_PREFIX
from legible.app.errors import PROBLEMS, AppError
from legible.app.settings import Settings

PROOF_HEADER = "X-Requested-With"
_PATH = f"{API_PREFIX}/auth"


def cookie_name(settings: Settings) -> str:
    """`__Secure-`: only HTTPS can set it. `__Host-` would want the path `/`, i.e. every request."""
    return f"{'__Secure-' if _is_secure(settings) else ''}legible-refresh"


def set_cookie(
    response: Response, settings: Settings, session: models.UserSession, token: str
) -> None:
    """Give a browser its refresh token until the session ends."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=max(0, int((session.expires_at - models.now()).total_seconds())),
        path=_PATH,
        secure=_is_secure(settings),
        httponly=True,
        samesite="strict",
    )


def forget_cookie(response: Response, settings: Settings) -> None:
    """Take a browser's refresh token away."""
    response.delete_cookie(
        cookie_name(settings),
        path=_PATH,
        secure=_is_secure(settings),
        httponly=True,
        samesite="strict",
    )


def read_cookie(request: Request, settings: Settings) -> str | None:
    """Answer a browser's refresh token.

    Raises:
        AppError: 403 `cross_site`: there is one, but not the header that proves who asks.
    """
    token = request.cookies.get(cookie_name(settings))
    if token and not request.headers.get(PROOF_HEADER):
        raise _cross_site()
    return token


def refuse_cross_site(request: Request) -> None:
    """Refuse what a browser says to come from another origin. Other programs do not say."""
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise _cross_site()


def _is_secure(settings: Settings) -> bool:
    return settings.env == "production"


def _cross_site() -> AppError:
    return AppError(403, "cross_site", PROBLEMS["cross_site"][1])
