"""Having other versions served, and going back."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.errors import PROBLEMS, AppError
from legible.app.networks.challengers import end_trial, running_trial
from legible.app.networks.shelf import Shelf, one_at_a_time, wanted_versions

# How far back a start looks for a version that can be served.
_MOST_CANDIDATES = 20


def candidates(session: Session, name: str, current: str) -> list[str]:
    """Answer the versions to try at a start, the wanted one first, that of `CURRENT.json` last."""
    stack = _stack(list_activations(session, name), current)
    tried = list(dict.fromkeys([*reversed(stack), current]))
    return [*tried[:_MOST_CANDIDATES], current]


def list_activations(
    session: Session, name: str | None = None, *, limit: int | None = None
) -> list[models.Activation]:
    """Answer what was activated, newest first."""
    query = sa.select(models.Activation).order_by(models.Activation.id.desc()).limit(limit)
    if name is not None:
        query = query.where(models.Activation.name == name)
    return list(session.scalars(query))


def rollback_target(session: Session, name: str, current: str) -> str | None:
    """Answer what was served before the activation that holds, or None before the first.

    What was rolled back does not hold any more: each rollback goes one further back.
    """
    stack = _stack(list_activations(session, name), current)
    return stack[-2] if len(stack) > 1 else None


def activate(
    session: Session, shelf: Shelf, *, name: str, version: str, actor_id: UUID | None
) -> models.Activation:
    """Have a version served from now on, by all processes of all replicas.

    Raises:
        AppError: 404 `not_found`; 409 `bad_bundle` or `already_served`.
    """
    shelf.check(name, version)  # takes a moment, and the transaction only begins after it
    one_at_a_time(session)
    before = wanted_versions(session, shelf.current)[name]
    if before == version:
        raise AppError(409, "already_served", PROBLEMS["already_served"][1])
    return _add(session, models.Activation(name=name, version=version, previous=before), actor_id)


def roll_back(
    session: Session, shelf: Shelf, *, name: str, actor_id: UUID | None
) -> models.Activation:
    """Have served what was served before the last activation that was not rolled back itself.

    Raises:
        AppError: 404 `not_found`: no such network; 409 `nothing_to_roll_back` or `bad_bundle`.
    """
    if name not in shelf.current:
        raise AppError(404, "not_found", "There is no such network. `GET /admin/models` lists all.")
    one_at_a_time(session)
    target = rollback_target(session, name, shelf.current[name])
    if target is None:
        raise AppError(409, "nothing_to_roll_back", PROBLEMS["nothing_to_roll_back"][1])
    shelf.check(name, target)
    before = wanted_versions(session, shelf.current)[name]
    row = models.Activation(name=name, version=target, previous=before, is_rollback=True)
    return _add(session, row, actor_id)


def _add(session: Session, row: models.Activation, actor_id: UUID | None) -> models.Activation:
    row.is_rollback = bool(row.is_rollback)
    row.actor_id = actor_id
    session.add(row)
    session.flush()
    trial = running_trial(session)
    if trial is not None and trial.name == row.name:  # what it was compared with is gone
        end_trial(session, actor_id=actor_id)
    audit.record(
        session,
        audit.Action.MODEL_ROLLED_BACK if row.is_rollback else audit.Action.MODEL_ACTIVATED,
        actor_id=actor_id,
        user_id=None,
        object_id=row.id,
        name=row.name,
        version=row.version,
        previous=row.previous,
        **audit.by_command(actor_id),
    )
    return row


def _stack(newest_first: Sequence[models.Activation], current: str) -> list[str]:
    """What a rollback can go back through; the last is served.

    It begins with what was served before the first activation, which an edited `CURRENT.json` no
    longer names.
    """
    stack = [newest_first[-1].previous] if newest_first else [current]
    for row in reversed(newest_first):
        if row.is_rollback and len(stack) > 1:
            stack.pop()
        else:
            stack.append(row.version)
    return stack
