"""`/keys`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from legible.app.deps import API_PREFIX, Caller, SessionDep, needs
from legible.app.errors import CALLER_PROBLEMS, problems
from legible.app.keys import service
from legible.app.keys.schemas import KeyListOut, KeyOut, NewKeyIn, NewKeyOut, RenameKeyIn

router = APIRouter(prefix=f"{API_PREFIX}/keys", tags=["keys"])

# Never a key itself: one that was found must not make others or see the account.
OwnerDep = Annotated[Caller, needs("account")]


@router.post(
    "",
    status_code=201,
    responses=problems(*CALLER_PROBLEMS, "too_many_keys", "too_large", "invalid_request"),
)
def create_key(
    new: NewKeyIn, response: Response, session: SessionDep, caller: OwnerDep
) -> NewKeyOut:
    """Make a key for a program. It is shown in this answer and never again."""
    row, key = service.create_key(session, user_id=caller.user.id, new=new)
    response.headers["Cache-Control"] = "no-store"
    return NewKeyOut(**KeyOut.model_validate(row).model_dump(), key=key)


@router.get("", responses=problems(*CALLER_PROBLEMS))
def list_keys(session: SessionDep, caller: OwnerDep) -> KeyListOut:
    """List the keys that are not revoked, newest first."""
    rows = service.list_keys(session, user_id=caller.user.id)
    return KeyListOut(items=[KeyOut.model_validate(row) for row in rows])


@router.patch(
    "/{key_id}", responses=problems(*CALLER_PROBLEMS, "not_found", "too_large", "invalid_request")
)
def rename_key(key_id: UUID, new: RenameKeyIn, session: SessionDep, caller: OwnerDep) -> KeyOut:
    """Give a key another name. Its scopes and its expiry stay: make another key for others."""
    row = service.rename_key(session, user_id=caller.user.id, key_id=key_id, name=new.name)
    return KeyOut.model_validate(row)


@router.delete(
    "/{key_id}",
    status_code=204,
    responses=problems(*CALLER_PROBLEMS, "not_found", "invalid_request"),
)
def revoke_key(key_id: UUID, session: SessionDep, caller: OwnerDep) -> None:
    """Revoke a key. Whatever still calls with it is told so (401 `key_revoked`)."""
    service.revoke_key(session, user_id=caller.user.id, key_id=key_id)
