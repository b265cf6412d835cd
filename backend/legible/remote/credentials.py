"""Which keys this person has for which services: a file that only they may read."""

import getpass
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from legible.client import Client, LegibleError
from legible.client.address import normalise_url
from legible.client.key import make_key
from legible.client.retry import Retries

_MAX_NAME_CHARS = 100  # of a key


class NoCredentials(Exception):
    """The command cannot ask a service; the message says what to do."""


@dataclass(frozen=True)
class Credentials:
    """Where to ask, and with which key."""

    server: str
    api_key: str


@dataclass(frozen=True)
class _Kept:
    last: str = ""  # the service that was logged in to last
    keys: Mapping[str, str] = field(default_factory=dict)


def config_file() -> Path:
    """Where the keys lie: in the folder for settings that the system has for each person."""
    if sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    elif os.name == "nt":
        folder = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        # The XDG Base Directory Specification: a path that is not absolute is to be ignored.
        given = Path(os.environ.get("XDG_CONFIG_HOME") or "")
        folder = given if given.is_absolute() else Path.home() / ".config"
    return folder / "legible" / "credentials.json"


def find_credentials(server: str | None) -> Credentials:
    """Find the key of a service, or of the one that was logged in to last.

    `LEGIBLE_SERVER` and `LEGIBLE_API_KEY` go before the file, for machines without a person.

    Raises:
        NoCredentials: there are none, or what there is cannot be used.
    """
    url = find_server(server)
    api_key = os.environ.get("LEGIBLE_API_KEY") or _load().keys.get(url)
    if not api_key:
        raise NoCredentials(f"There is no key for {url}. Log in: legible login --server {url}")
    return Credentials(url, api_key)


def find_server(server: str | None) -> str:
    """Find the address of a service, or of the one that was logged in to last.

    Raises:
        NoCredentials: none is known, or this is none.
    """
    address = server or os.environ.get("LEGIBLE_SERVER") or _load().last
    if not address:
        raise NoCredentials("No service is known. Log in: legible login --server URL")
    try:
        return normalise_url(address)
    except ValueError as error:
        raise NoCredentials(f"{address!r} is no address of a service: {error}.") from error


def open_client(server: str | None) -> Client:
    """Open a client for a service that is there and knows our key.

    Raises:
        NoCredentials: it is not, or does not.
    """
    found = find_credentials(server)
    try:
        _try(found)
    except ValueError as error:
        raise NoCredentials(f"The key for {found.server} cannot be used: {error}.") from error
    except LegibleError as error:
        raise NoCredentials(f"{found.server}: {error.detail}") from error
    return Client(found.server, api_key=found.api_key)


def _try(credentials: Credentials) -> None:
    """Ask once and soon again: who mistyped an address is not to wait for many attempts."""
    once = Retries(count=1)
    with Client(credentials.server, api_key=credentials.api_key, retries=once) as client:
        client.check()


def login(server: str, email: str | None) -> int:
    """Ask for an API key, or for the password of an account to make one; try it and keep it.

    Returns:
        0, or 2 if it is no good; nothing is kept then.
    """
    try:
        url = normalise_url(server)
        if not _is_safe(url):
            sys.stderr.write(
                "Whoever is on the way sees a key that goes to http://; use https:// if there is.\n"
            )
        if email is None:
            api_key = ask(f"API key for {url} (with --email one is made): ")
        else:
            password = ask(f"Password of {email} at {url}: ")
            name = f"legible on {platform.node()}"[:_MAX_NAME_CHARS]
            api_key = make_key(url, email=email, password=password, name=name)
        _try(Credentials(url, api_key))
        _save(url, api_key.strip())
    except (LegibleError, ValueError, NoCredentials, OSError) as error:
        detail = error.detail if isinstance(error, LegibleError) else str(error)
        sys.stderr.write(f"legible login: {detail}\n")
        return 2
    sys.stderr.write(f"The key for {url} is kept in {config_file()}\n")
    return 0


def _is_safe(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return url.startswith("https:") or host in {"localhost", "127.0.0.1", "::1"}


def ask(question: str) -> str:
    """Ask for a secret without showing it, or take it from the standard input."""
    if not sys.stdin.isatty():  # e.g. a secret that is piped in
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(question)


def _load() -> _Kept:
    try:
        kept = json.loads(config_file().read_text("utf-8"))
        return _Kept(str(kept["last"]), dict(kept["keys"]))
    except FileNotFoundError:
        return _Kept()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoCredentials(
            f"{config_file()} cannot be used. Delete it and log in again."
        ) from error


def _save(url: str, api_key: str) -> None:
    kept = _Kept(last=url, keys={**_load().keys, url: api_key})
    path = config_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".credentials-")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(kept), file, indent=1)
    Path(draft).replace(path)
