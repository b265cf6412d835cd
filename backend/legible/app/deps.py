"""What a route asks for in its signature."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, cast, get_args
from uuid import UUID

import sqlalchemy as sa
from anyio import CapacityLimiter
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.db import Database
from legible.app.errands import Errands
from legible.app.errors import PROBLEMS, AppError
from legible.app.identities.provider import Provider
from legible.app.keys.lookup import find_key, refuse_bad_key
from legible.app.keys.secret import is_key
from legible.app.limiting.address import client_address
from legible.app.limiting.attempts import Attempts
from legible.app.limiting.counters import Counters, Standing
from legible.app.limiting.requests import RequestLimits, header_fields, refuse_if_spent
from legible.app.mail.mailer import Mailer
from legible.app.networks.serving import ServedReader
from legible.app.networks.shadow import Shadow
from legible.app.networks.watcher import Watcher
from legible.app.security import Passwords, Tokens, not_authenticated, refuse_frozen
from legible.app.settings import Settings
from legible.app.stopping import Stopping
from legible.app.storage import Storage
from legible.app.system.metrics import Metrics
from legible.app.system.tracing import Tracing
from legible.app.turns import Turns
from legible.app.usage.plans import Plans
from legible.app.usage.service import month_of_user, this_month

# Each router has it in its own prefix, so that a route knows its whole template for the counters.
API_PREFIX = "/api/v1"

# Whoever was let in is not asked for again so soon: most uploads are there in a few milliseconds.
_LET_IN_S = 1.0

# What a token may do: `account` is everything that is about the account itself.
Scope = Literal["read", "write", "account"]


@dataclass(frozen=True)
class Services:
    """All that lives as long as the process, made in the lifespan."""

    settings: Settings
    db: Database
    storage: Storage
    reader: ServedReader
    watcher: Watcher
    shadow: Shadow
    passwords: Passwords
    tokens: Tokens
    metrics: Metrics
    turns: Turns
    visitors: Turns  # before they take one of the turns
    batches: CapacityLimiter  # how many of them read at a time, so that others have their turns too
    counters: Counters
    limits: RequestLimits
    attempts: Attempts
    plans: Plans
    tracing: Tracing
    errands: Errands
    mailer: Mailer
    provider: Provider | None  # of signing in; None where none is configured
    stopping: Stopping


async def get_services(request: Request) -> Services:
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
    pages: int  # read this month, when they were looked up
    key_id: UUID | None = None  # of a program
    session_id: UUID | None = None
    found_at: float = field(default_factory=time.monotonic)


# Made once, so that SQLAlchemy need not look through it at each request.
_LOGGED_IN = (
    sa.select(models.User, models.UsageMonth.pages)
    .join(models.UserSession, models.UserSession.user_id == models.User.id)
    .outerjoin(models.UsageMonth, month_of_user(models.User.id))
    .where(
        models.User.id == sa.bindparam("user"),
        models.UserSession.id == sa.bindparam("session"),
        models.UserSession.expires_at > sa.bindparam("now"),
    )
)


async def get_caller(
    request: Request, services: ServicesDep, token: Annotated[str | None, Depends(_bearer)]
) -> Caller:
    """Answer who asks, and count the request for them.

    Raises:
        AppError: 401 for nobody, whose address is counted instead; 429 `too_many_requests`.
    """
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        return await run_in_threadpool(count_caller, request, services, token)
    # Counted by the gate before the upload came. If that took its time: are they still let in?
    if time.monotonic() < caller.found_at + _LET_IN_S:
        return caller
    return await run_in_threadpool(_find_caller, services, token)


def count_caller(request: Request, services: Services, token: str | None) -> Caller:
    """Do as `get_caller` at the beginning of a request, in a thread that may wait.

    Raises:
        AppError: as `get_caller`.
    """
    try:
        caller = _find_caller(services, token)
    except AppError:
        limit_address(request, services)
        raise
    allow(request, services.limits.count_caller(caller.user.id, caller.key_id))
    request.state.caller = caller
    return caller


def _find_caller(services: Services, token: str | None, *, even_frozen: bool = False) -> Caller:
    """Answer whose token or key it is.

    In a session of its own, so that no transaction is open while a picture is being read. One
    query finds the user, whether they are still logged in, and how much they have read.
    """
    if not token:
        raise not_authenticated()
    if is_key(token):
        key, owner, pages = find_key(services.db, token)
        if not even_frozen:
            refuse_frozen(owner.frozen_at)
        return Caller(owner, frozenset(cast("list[Scope]", key.scopes)), pages, key_id=key.id)
    claims = services.tokens.read(token)
    about = {
        "user": claims.user_id,
        "session": claims.session_id,
        "now": models.now(),
        "month": this_month(),
    }
    with services.db.reads() as session:
        found = session.execute(_LOGGED_IN, about).one_or_none()
    if found is None:
        raise not_authenticated()
    user, pages = found
    if not even_frozen:
        refuse_frozen(user.frozen_at)
    return Caller(user, frozenset(get_args(Scope)), pages or 0, session_id=claims.session_id)


def look_up_again(services: Services, caller: Caller) -> Caller:
    """Answer who asks as they are now, in the middle of a request that takes long.

    An access token may run out meanwhile; a session that was ended, a key that is no longer good
    and an account that was frozen end it.

    Raises:
        AppError: 401 `session_ended`, `key_revoked`, `key_expired`; 403 `account_frozen`.
    """
    with services.db.reads() as session:
        user = session.get(models.User, caller.user.id)
        key = session.get(models.ApiKey, caller.key_id) if caller.key_id else None
        login = session.get(models.UserSession, caller.session_id) if caller.session_id else None
        month = session.get(models.UsageMonth, (caller.user.id, this_month()))
    if user is None:
        raise not_authenticated()
    if caller.session_id is not None and login is None:
        raise AppError(401, "session_ended", PROBLEMS["session_ended"][1])
    if key is not None:
        refuse_bad_key(key)
    refuse_frozen(user.frozen_at)
    return replace(caller, user=user, pages=month.pages if month else 0)


def get_optional_caller(
    services: ServicesDep, token: Annotated[str | None, Depends(_bearer)]
) -> Caller | None:
    """Answer who asks, if anybody that we know; whose account is frozen may still log out."""
    try:
        return _find_caller(services, token, even_frozen=True)
    except AppError:
        return None


CallerDep = Annotated[Caller, Depends(get_caller)]
OptionalCaller = Annotated[Caller | None, Depends(get_optional_caller)]


def limit_address(request: Request, services: ServicesDep) -> None:
    """Count a request that needs no account. Each route without a caller depends on it.

    Raises:
        AppError: 429 `too_many_requests`.
    """
    # A visitor's upload was counted by the gate.
    if not getattr(request.state, "is_counted", False):
        allow(request, services.limits.count_address(client_address(request)))


def allow(request: Request, standings: list[Standing]) -> None:
    """Say how who asks stands, and refuse them if their quota is spent."""
    request.state.answer_headers = header_fields(standings)
    request.state.is_counted = True
    refuse_if_spent(standings)


def require_scope(caller: Caller, scope: Scope) -> None:
    """Refuse who may not do this.

    Raises:
        AppError: 403 `not_allowed`.
    """
    if scope in caller.scopes:
        return
    if scope == "account":
        detail = "An API key cannot do this. Log in and send the access token."
    else:
        has = " and ".join(f"`{one}`" for one in sorted(caller.scopes))
        detail = f"This needs the scope `{scope}`, and the API key has {has}. Use another key."
    raise AppError(403, "not_allowed", detail)


def needs(scope: Scope) -> Any:
    """What a route states in `dependencies=[needs("write")]`, or beside the caller it takes."""

    async def get_allowed_caller(caller: CallerDep) -> Caller:
        require_scope(caller, scope)
        return caller

    return Depends(get_allowed_caller)


async def get_current_user(caller: CallerDep) -> models.User:
    """Answer whose data is asked for."""
    return caller.user


CurrentUser = Annotated[models.User, Depends(get_current_user)]
