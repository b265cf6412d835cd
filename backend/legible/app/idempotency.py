"""`Idempotency-Key`: a request that is sent again is answered again, and done only once.

After draft-ietf-httpapi-idempotency-key-header, 2: a key is the caller's, names one request (its
fingerprint is compared) and is forgotten after a day. A request claims its key in a transaction of
its own before it starts; its answer is kept in the very transaction of what it does, so that there
is either both or neither. A claim ends by itself, in case the process dies. If one ends under a
request that still runs, another may start: whichever commits first is the one that counts.
"""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from legible.app import models
from legible.app.db import Database
from legible.app.deps import CurrentUser, Services, ServicesDep
from legible.app.errors import PROBLEMS, AppError
from legible.app.fingerprints import fingerprint
from legible.app.models.base import now

# What a route with an `IdempotencyDep` may answer; for its `problems`.
IDEMPOTENCY_PROBLEMS = ("in_progress", "gone", "idempotency_key_reused")

# The header that a request brings its key in.
KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=255,
        pattern=r'^"?[!#-~]+"?$',
        description="Any name of your own for this request, e.g. a UUID. Sent again with the "
        "same key, it is answered as before and done only once.",
    ),
]

_RETRY_AFTER_S = 1
_FORGET_AT_ONCE = 1000

_log = logging.getLogger(__name__)
_Row = models.IdempotencyKey


class Replayed(Exception):  # an answer, no error: it ends the request before the route is called
    """This request has been answered before."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class Claim:
    """The right of one request to be done under a key."""

    user_id: UUID
    key: str
    fingerprint: str
    id: UUID


class Idempotency:
    """One request's way to its key; without one, answers are made and not kept."""

    def __init__(self, claim: Claim | None, kept_for: timedelta) -> None:
        self._claim = claim
        self._kept_for = kept_for

    def answer(
        self,
        session: Session,
        status: int,
        body: bytes,
        *,
        headers: Mapping[str, str],
        resource_id: UUID,
    ) -> Response:
        """Make the answer to a request that created `resource_id`, and keep it with what it did.

        `body` is JSON.

        Raises:
            AppError: 409 `in_progress`: the claim had ended, and another request was faster.
        """
        if self._claim is not None:
            values = {
                "status": status,
                "headers": dict(headers),
                "body": body,
                "resource_id": resource_id,
                "expires_at": now() + self._kept_for,
            }
            _keep(session, self._claim, values)
        return Response(body, status, headers, media_type="application/json")


def _keep(session: Session, claim: Claim, values: dict[str, Any]) -> None:
    insert = _insert(session)(_Row).values(
        user_id=claim.user_id,
        key=claim.key,
        fingerprint=claim.fingerprint,
        claim_id=claim.id,
        created_at=now(),
        **values,
    )
    # Not where `claim_id` is ours: if our claim ended and a second request runs under the key, the
    # first of the two to come here is the one that was done.
    kept = session.scalar(
        insert.on_conflict_do_update(
            index_elements=[_Row.user_id, _Row.key],
            set_=values,
            where=sa.and_(_Row.status.is_(None), _Row.fingerprint == claim.fingerprint),
        ).returning(_Row.claim_id)
    )
    if kept is None:
        raise _in_progress()


def claim(db: Database, new: Claim, lease: timedelta) -> Response | None:
    """Claim a key for `lease`, in a transaction of its own.

    Returns:
        The answer that the request got before, if there is one; the key is not claimed then.

    Raises:
        AppError: 422 `idempotency_key_reused`; 409 `in_progress`; 410 `gone`.
    """
    asked_at = now()
    with db.writes() as session:
        _forget_expired(session, new.user_id, asked_at)
        claimed = session.scalar(
            _insert(session)(_Row)
            .values(
                user_id=new.user_id,
                key=new.key,
                fingerprint=new.fingerprint,
                claim_id=new.id,
                created_at=asked_at,
                expires_at=asked_at + lease,
            )
            .on_conflict_do_nothing()
            .returning(_Row.claim_id)
        )
        if claimed is not None:
            return None
        earlier = session.get(_Row, (new.user_id, new.key))
    if earlier is not None and earlier.fingerprint != new.fingerprint:
        raise AppError(422, "idempotency_key_reused", PROBLEMS["idempotency_key_reused"][1])
    if earlier is None or earlier.status is None:  # None: let go of in this very moment
        raise _in_progress()
    return _replay(earlier)


def _forget_expired(session: Session, user_id: UUID, asked_at: datetime) -> None:
    # Without waiting for rows that others remove or answer right now: no two ever block each other.
    # One's own first, since the key asked for may be among them; then those of people who left.
    expired = (
        sa.select(_Row.user_id, _Row.key)
        .where(_Row.expires_at <= asked_at)
        .order_by(_Row.user_id != user_id)
        .limit(_FORGET_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        sa.delete(_Row)
        .where(sa.tuple_(_Row.user_id, _Row.key).in_(expired))
        .execution_options(synchronize_session=False)
    )


def _replay(row: models.IdempotencyKey) -> Response:
    headers = {"Idempotent-Replayed": "true"}
    if row.body is None:
        raise AppError(410, "gone", PROBLEMS["gone"][1], headers=headers)
    headers = {**(row.headers or {}), **headers}
    return Response(row.body, row.status or 200, headers, media_type="application/json")


def let_go(db: Database, claim: Claim) -> None:
    """Free the key of a request that failed, so that the next may succeed."""
    with db.writes() as session:
        session.execute(
            sa.delete(_Row).where(
                _Row.user_id == claim.user_id,
                _Row.key == claim.key,
                _Row.claim_id == claim.id,
                _Row.status.is_(None),
            )
        )


def forget_answers(session: Session, *, user_id: UUID, resource_id: UUID) -> None:
    """Take the content out of the answer that told of something which is now deleted.

    The key stays: sending the request again must not make it anew.
    """
    session.execute(
        sa.update(_Row)
        .where(_Row.resource_id == resource_id, _Row.user_id == user_id)
        .values(body=None)
    )


def _in_progress() -> AppError:
    headers = {"Retry-After": str(_RETRY_AFTER_S)}
    return AppError(409, "in_progress", PROBLEMS["in_progress"][1], headers=headers)


def _insert(session: Session) -> Any:
    """The INSERT that knows ON CONFLICT; SQLite and PostgreSQL have the same, under two names."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert if on_postgresql else sqlite.insert


@contextmanager
def claiming(services: Services, new: Claim | None) -> Iterator[Idempotency]:
    """Claim a key for the block, if there is one, and free it again if the block fails.

    Raises:
        Replayed: it has been answered before.
        AppError: as `claim`.
    """
    settings = services.settings
    kept_for = timedelta(hours=settings.idempotency_hours)
    if new is None:
        yield Idempotency(None, kept_for)
        return
    answered = claim(services.db, new, timedelta(seconds=settings.idempotency_lease_s))
    if answered is not None:
        raise Replayed(answered)
    try:
        yield Idempotency(new, kept_for)
    except BaseException:
        try:
            let_go(services.db, new)
        except sa.exc.SQLAlchemyError:  # the claim ends by itself; what failed first is the answer
            _log.exception("the idempotency key of a failed request could not be freed")
        raise


async def _content(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(alias="Idempotency-Key", include_in_schema=False)
    ] = None,
) -> FormData | bytes:
    """The body as FastAPI has read it. A form is taken apart: its boundary differs each time."""
    if idempotency_key is None:
        return b""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return await request.form()
    return await request.body()


async def get_idempotency(
    request: Request,
    services: ServicesDep,
    user: CurrentUser,
    content: Annotated[FormData | bytes, Depends(_content)],
    idempotency_key: KeyHeader = None,
) -> AsyncIterator[Idempotency]:
    """Claim the key of a request, if it has one, and free it again if the request fails.

    A route names it before its session, which then is committed or rolled back before this ends.
    """
    if idempotency_key is None:  # without a thread: most requests have none
        with claiming(services, None) as idempotency:
            yield idempotency
        return
    path = f"{request.url.path}?{request.url.query}"
    # The draft writes it as a string in quotes, most clients without.
    key = idempotency_key.strip('"')
    new = Claim(user.id, key, fingerprint(request.method, path, content), uuid4())
    async with contextmanager_in_threadpool(claiming(services, new)) as idempotency:
        yield idempotency


# "function": it ends when the route has, and the session with it.
IdempotencyDep = Annotated[Idempotency, Depends(get_idempotency, scope="function")]


def add_handler(app: FastAPI) -> None:
    """Answer a request that has been answered before."""

    @app.exception_handler(Replayed)
    def _replayed(_request: Request, replayed: Replayed) -> Response:
        return replayed.response
