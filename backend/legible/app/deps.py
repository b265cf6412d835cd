"""What a route asks for in its signature."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol, get_args

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.db import Database
from legible.app.security import Passwords, Tokens, not_authenticated
from legible.app.settings import Settings
from legible.app.storage import Storage
from legible.app.system.metrics import Metrics
from legible.app.turns import Turns
from legible.reader.types import Reading, ReadOptions

# Each router has it in its own prefix, so that a route knows its whole template for the counters.
API_PREFIX = "/api/v1"

# What a token may do: `account` is everything that is about the account itself.
Scope = Literal["read", "write", "account"]


class ReaderLike(Protocol):
    """What the service needs of a reader. `read` is called from several threads at once."""

    @property
    def models(self) -> Mapping[str, str]:
        """The loaded networks and their versions."""

    def read(self, data: bytes, options: ReadOptions) -> Reading:
        """Read one file. Raises ReadError."""


@dataclass(frozen=True)
class Services:
    """All that lives as long as the process, made in the lifespan."""

    settings: Settings
    db: Database
    storage: Storage
    reader: ReaderLike
    passwords: Passwords
    tokens: Tokens
    metrics: Metrics
    turns: Turns


def get_services(request: Request) -> Services:
    """Answer what the lifespan made."""
    services: Services = request.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]


def get_session(request: Request, services: ServicesDep) -> Iterator[Session]:
    """One request, one transaction: committed when the route returns, rolled back if it raises."""
    changes = request.method not in {"GET", "HEAD"}
    with services.db.writes() if changes else services.db.reads() as session:
        yield session


# "function": the commit comes before the response, so that a failing one is no 201 (FastAPI's
# default would send first and commit after).
SessionDep = Annotated[Session, Depends(get_session, scope="function")]

_bearer = OAuth2PasswordBearer(tokenUrl=f"{API_PREFIX}/auth/token", auto_error=False)


@dataclass(frozen=True)
class Caller:
    """Who asks, and what the token they showed allows."""

    user: models.User
    scopes: frozenset[Scope]


def get_caller(services: ServicesDep, token: Annotated[str | None, Depends(_bearer)]) -> Caller:
    """Answer who asks.

    In a session of its own, so that no transaction is open while a picture is being read.
    """
    if not token:
        raise not_authenticated()
    user_id = services.tokens.user_id(token)
    with services.db.reads() as session:
        user = session.get(models.User, user_id)
    if user is None:
        raise not_authenticated()
    return Caller(user, frozenset(get_args(Scope)))


CallerDep = Annotated[Caller, Depends(get_caller)]


def get_current_user(caller: CallerDep) -> models.User:
    """Answer whose data is asked for."""
    return caller.user


CurrentUser = Annotated[models.User, Depends(get_current_user)]
