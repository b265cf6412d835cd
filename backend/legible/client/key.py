"""The keys of an account, for its owner: with the password, since no key may make another."""

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import httpx2

from legible.client.address import API_PATH, normalise_url
from legible.client.answers import decode, parse
from legible.client.errors import LegibleError, error_of, no_connection

_TIMEOUT_S = 30.0


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key as its owner sees it; `key` itself only when it was just made."""

    id: UUID
    name: str
    prefix: str
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    key: str | None = None


@dataclass(frozen=True)
class _Keys:
    items: Sequence[ApiKey]


class Account:
    """A log-in for as long as the block lasts; then its session is ended, and nothing is kept.

    Raises:
        LegibleError: e.g. `wrong_credentials`.
        ValueError: no address of the web.
    """

    def __init__(self, base_url: str, *, email: str, password: str) -> None:
        root = f"{normalise_url(base_url)}{API_PATH}"
        headers = {"User-Agent": "legible-client", "X-Requested-With": "legible-client"}
        self._http = httpx2.Client(base_url=root, timeout=_TIMEOUT_S, headers=headers)
        try:
            known = {"email": email, "password": password}
            response = self._ask("POST", "/auth/login", json=known)
            token = decode(response, lambda: str(response.json()["access_token"]))
        except BaseException:
            self._http.close()
            raise
        self._http.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with closing(self._http), suppress(LegibleError):  # what was asked for is done
            self._ask("POST", "/auth/logout")

    def keys(self) -> Sequence[ApiKey]:
        """Answer the keys that are not revoked, newest first."""
        return parse(self._ask("GET", "/keys"), _Keys).items

    def create_key(
        self, name: str, *, scopes: Sequence[str], expires_at: datetime | None = None
    ) -> ApiKey:
        """Make a key. Raises LegibleError, e.g. `too_many_keys`."""
        new: dict[str, Any] = {"name": name, "scopes": list(scopes)}
        if expires_at is not None:
            new["expires_at"] = expires_at.isoformat()
        made = self._ask("POST", "/keys", json=new)
        # What answers without a key is something else.
        decode(made, lambda: made.json()["key"])
        return parse(made, ApiKey)

    def rename_key(self, key_id: UUID, name: str) -> ApiKey:
        """Give a key another name."""
        return parse(self._ask("PATCH", f"/keys/{key_id}", json={"name": name}), ApiKey)

    def revoke_key(self, key_id: UUID) -> None:
        """Revoke a key."""
        self._ask("DELETE", f"/keys/{key_id}")

    def _ask(
        self, method: str, path: str, json: Mapping[str, Any] | None = None
    ) -> httpx2.Response:
        try:
            response = self._http.request(method, path, json=json)
        except httpx2.TransportError as error:
            raise no_connection(self._http.base_url.host, error) from error
        if not response.is_success:
            raise error_of(response)
        return response


def make_key(base_url: str, *, email: str, password: str, name: str) -> str:
    """Make an API key that may read and write, and answer it.

    Raises:
        LegibleError: e.g. `wrong_credentials`, `too_many_keys`.
        ValueError: no address of the web.
    """
    with Account(base_url, email=email, password=password) as account:
        return str(account.create_key(name, scopes=["read", "write"]).key)
