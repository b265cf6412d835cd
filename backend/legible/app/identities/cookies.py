"""Two short-lived cookies: which browser a sign-in was begun in, and the link that it waits for.

`__Host-` in production: no neighbouring subdomain can set them, and with them log somebody in to
an account that is not theirs. The first is `Lax`, since its owner comes back from another site;
the second is only ever sent by our own page.
"""

from typing import Literal

from fastapi import Request, Response

from legible.app.identities.sign_ins import LIFETIME, known_token
from legible.app.settings import Settings

Kind = Literal["sign-in", "link"]


def set_cookie(response: Response, settings: Settings, kind: Kind, token: str) -> None:
    """Give a browser a token that no script reads."""
    response.set_cookie(
        _name(settings, kind),
        token,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="lax" if kind == "sign-in" else "strict",
    )


def forget_cookie(response: Response, settings: Settings, kind: Kind) -> None:
    """Take it away again."""
    response.delete_cookie(
        _name(settings, kind),
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="lax" if kind == "sign-in" else "strict",
    )


def read_cookie(request: Request, settings: Settings, kind: Kind) -> str | None:
    """Answer a browser's token, if it has one that can be ours."""
    return known_token(request.cookies.get(_name(settings, kind)))


def _name(settings: Settings, kind: Kind) -> str:
    return f"{'__Host-' if _is_secure(settings) else ''}legible-{kind}"


def _is_secure(settings: Settings) -> bool:
    return settings.env == "production"
