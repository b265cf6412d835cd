"""A key of its own for a program, made with the password of an account."""

from typing import Any

import httpx2

from legible.client.api import API_PATH, normalise_url
from legible.client.errors import NoConnection, ServerFailed, error_of

_TIMEOUT_S = 30.0


def make_key(base_url: str, *, email: str, password: str, name: str) -> str:
    """Log in, make an API key that may read and write, and answer it.

    Raises:
        LegibleError: e.g. `wrong_credentials`, `too_many_keys`.
        ValueError: no address of the web.
    """
    root = f"{normalise_url(base_url)}{API_PATH}"
    known = {"email": email, "password": password}
    with httpx2.Client(base_url=root, timeout=_TIMEOUT_S) as http:
        token = _post(http, "/auth/login", known, "access_token")
        http.headers["Authorization"] = f"Bearer {token}"
        return _post(http, "/keys", {"name": name, "scopes": ["read", "write"]}, "key")


def _post(http: httpx2.Client, path: str, body: dict[str, Any], wanted: str) -> str:
    try:
        response = http.post(path, json=body)
    except httpx2.TransportError as error:
        detail = f"There is no connection to {http.base_url.host}. Check the address."
        raise NoConnection("no_connection", detail) from error
    if not response.is_success:
        raise error_of(response)
    try:
        return str(response.json()[wanted])
    except (ValueError, KeyError, TypeError) as error:
        detail = f"{http.base_url.host} answered something else than Legible does."
        raise ServerFailed("not_legible", detail, status=response.status_code) from error
