"""The API keys of an account: what `legible keys` does."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time

from legible.client import LegibleError
from legible.client.key import Account, ApiKey
from legible.remote.credentials import NoCredentials, ask, find_server, open_client


class _NotOne(Exception):
    """What was typed does not say which key."""


def list_keys(server: str | None, email: str | None) -> int:
    """Print a JSON object a line for each key that is not revoked.

    Returns:
        0 if it was done, 1 if it was refused, 2 if nothing could be started.
    """
    return _as_owner(server, email, lambda account: _print(account.keys()))


def create_key(
    server: str | None, email: str | None, name: str, scopes: Sequence[str], until: date | None
) -> int:
    """Make a key that is good through the day `until` (UTC), and print it this once."""
    ends = None if until is None else datetime.combine(until, time(23, 59, 59), UTC)

    def create(account: Account) -> None:
        _print([account.create_key(name, scopes=scopes, expires_at=ends)])

    return _as_owner(server, email, create)


def rename_key(server: str | None, email: str | None, which: str, name: str) -> int:
    """Give a key another name and print it."""
    return _as_owner(
        server, email, lambda account: _print([account.rename_key(_find(account, which).id, name)])
    )


def revoke_key(server: str | None, email: str | None, which: str) -> int:
    """Revoke a key and print it."""

    def revoke(account: Account) -> None:
        found = _find(account, which)
        account.revoke_key(found.id)
        _print([found])

    return _as_owner(server, email, revoke)


def _as_owner(server: str | None, email: str | None, act: Callable[[Account], None]) -> int:
    """Log in with the password, which is asked for, act, and log out.

    Nothing that may do this is kept: whoever finds our file of keys must not make others.
    """
    try:
        url = find_server(server)
        owner = email or _owner_of_key(server)
        password = ask(f"Password of {owner} at {url}: ")
        account = Account(url, email=owner, password=password)
    except LegibleError as error:
        return _tell(error.detail, 2)
    except NoCredentials as error:
        return _tell(str(error), 2)
    try:
        with account:
            act(account)
    except LegibleError as error:
        fields = "".join(f" {name}: {words}." for name, words in error.errors.items())
        return _tell(f"{error.detail}{fields}", 1)
    except _NotOne as error:
        return _tell(str(error), 1)
    return 0


def _owner_of_key(server: str | None) -> str:
    """Whose key is kept for the service. Raises NoCredentials, LegibleError."""
    try:
        with open_client(server) as client:
            return client.email()
    except NoCredentials as error:
        raise NoCredentials(f"{error} Or say whose keys: --email") from error


def _find(account: Account, which: str) -> ApiKey:
    """Find the key with this id, this beginning, or this name."""
    keys = account.keys()
    found = [key for key in keys if which in {str(key.id), key.prefix}]
    found = found or [key for key in keys if key.name == which]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(key.id) for key in found)
        raise _NotOne(f"There are {len(found)} keys called {which!r}. Give the id of one: {ids}")
    raise _NotOne(f"There is no key {which!r}. See: legible keys list")


def _print(keys: Sequence[ApiKey]) -> None:
    for key in keys:
        values = asdict(key)
        if key.key is None:
            del values["key"]
        sys.stdout.write(json.dumps(values, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> str:
    """Write a time with the zone's letter, and an id as it is."""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)


def _tell(reason: str, code: int) -> int:
    sys.stderr.write(f"legible keys: {reason}\n")
    return code
