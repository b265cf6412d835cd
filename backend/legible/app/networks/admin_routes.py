"""`/admin/models`: which versions are served, tried and corrected. For admins alone."""

from datetime import date
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, BackgroundTasks, Path, Query
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.admin.access import ADMIN_PROBLEMS, Admin
from legible.app.deps import API_PREFIX, Services, ServicesDep, SessionDep
from legible.app.errors import PROBLEMS, AppError, problems
from legible.app.networks import activations, challengers
from legible.app.networks.admin_schemas import (
    ActivationIn,
    ActivationOut,
    AdminNetworkListOut,
    AdminNetworkOut,
    ChallengerIn,
    ChallengerOut,
    ComparisonOut,
    LiveOut,
    LiveVersionOut,
)
from legible.app.networks.live import By, count_live
from legible.app.networks.service import versions_of
from legible.app.networks.shelf import wanted_versions

router = APIRouter(prefix=f"{API_PREFIX}/admin/models", tags=["admin"])

Name = Annotated[str, Path(max_length=20)]

_MOST_ACTIVATIONS = 50
_BODY_PROBLEMS = (*ADMIN_PROBLEMS, "too_large")


@router.get("", responses=problems(*ADMIN_PROBLEMS))
def list_admin_models(
    _admin: Admin, services: ServicesDep, session: SessionDep
) -> AdminNetworkListOut:
    """List the networks with all versions that lie here, and what was done with them."""
    rows = activations.list_activations(session, limit=_MOST_ACTIVATIONS)
    trial = challengers.newest_trial(session)
    return AdminNetworkListOut(
        items=_show_networks(session, services),
        activations=_show_activations(session, rows),
        challenger=None if trial is None else ChallengerOut.model_validate(trial),
        challenger_refused=services.watcher.refused.get("challenger"),
    )


@router.post(
    "/{name}/activate", responses=problems(*_BODY_PROBLEMS, "bad_bundle", "already_served")
)
def activate_model(
    *,
    name: Name,
    new: ActivationIn,
    admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    after_response: BackgroundTasks,
) -> AdminNetworkOut:
    """Have a version served from now on.

    It is opened with all checks first; one that fails is refused and nothing changes. All processes
    of all replicas follow within seconds, and no request waits for it.
    """
    activations.activate(
        session, services.watcher.shelf, name=name, version=new.version, actor_id=admin.id
    )
    after_response.add_task(services.watcher.wake)
    return _show_network(session, services, name)


@router.post(
    "/{name}/rollback", responses=problems(*ADMIN_PROBLEMS, "bad_bundle", "nothing_to_roll_back")
)
def roll_back_model(
    *,
    name: Name,
    admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    after_response: BackgroundTasks,
) -> AdminNetworkOut:
    """Have served what was served before the last activation that still holds."""
    activations.roll_back(session, services.watcher.shelf, name=name, actor_id=admin.id)
    after_response.add_task(services.watcher.wake)
    return _show_network(session, services, name)


@router.post(
    "/challenger",
    status_code=201,
    responses=problems(*_BODY_PROBLEMS, "bad_bundle", "already_served", "challenger_running"),
)
def start_challenger(
    *,
    new: ChallengerIn,
    admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    after_response: BackgroundTasks,
) -> ChallengerOut:
    """Have a version read along, after the answers, without being shown to anybody.

    It ends when the version that it is compared with is exchanged.
    """
    trial = challengers.start_trial(
        session,
        services.watcher.shelf,
        name=new.name,
        version=new.version,
        share=new.share,
        actor_id=admin.id,
    )
    after_response.add_task(services.watcher.wake)
    return ChallengerOut.model_validate(trial)


@router.delete("/challenger", status_code=204, responses=problems(*ADMIN_PROBLEMS, "no_challenger"))
def end_challenger(
    admin: Admin, services: ServicesDep, session: SessionDep, after_response: BackgroundTasks
) -> None:
    """Let the challenger read along no more. What it read stays, to be compared."""
    if challengers.end_trial(session, actor_id=admin.id) is None:
        raise AppError(409, "no_challenger", PROBLEMS["no_challenger"][1])
    after_response.add_task(services.watcher.wake)


@router.get("/challenger", responses=problems(*ADMIN_PROBLEMS))
def compare_challenger(_admin: Admin, session: SessionDep) -> ComparisonOut:
    """Compare what the challenger read with what was served: of this trial, or of the last."""
    trial = challengers.newest_trial(session)
    if trial is None:
        raise AppError(404, "not_found", "No challenger has read along yet. Start one first.")
    return ComparisonOut.of(trial, challengers.compare(session, trial))


@router.get("/live", responses=problems(*ADMIN_PROBLEMS))
def get_live_error_rate(
    *,
    _admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    by: Annotated[By, Query(description="Of the figures over time.")] = "month",
    since: Annotated[date | None, Query(description="From this day on (UTC).")] = None,
) -> LiveOut:
    """Tell how often people correct what each version reads, and what is taken for what."""
    names = sorted(services.watcher.shelf.current)
    found = count_live(session, names, by=by, since=since)
    return LiveOut(by=by, items=[LiveVersionOut.of_live(live) for live in found])


def _show_network(session: Session, services: Services, name: str) -> AdminNetworkOut:
    [shown] = (one for one in _show_networks(session, services) if one.name == name)
    return shown


def _show_networks(session: Session, services: Services) -> list[AdminNetworkOut]:
    shelf, refused = services.watcher.shelf, services.watcher.refused
    served = services.reader.models
    return [
        AdminNetworkOut(
            name=name,
            served=served[name],
            wanted=wanted,
            refused=refused.get(name),
            previous=activations.rollback_target(session, name, shelf.current[name]),
            versions=versions_of(shelf.models_dir / name),
        )
        for name, wanted in sorted(wanted_versions(session, shelf.current).items())
    ]


def _show_activations(session: Session, rows: list[models.Activation]) -> list[ActivationOut]:
    actors = {row.actor_id for row in rows if row.actor_id is not None}
    people = sa.select(models.User.id, models.User.email).where(models.User.id.in_(actors))
    emails = {row.id: row.email for row in session.execute(people)}
    return [
        ActivationOut.model_validate(row).model_copy(
            update={"by": emails.get(row.actor_id) if row.actor_id else None}
        )
        for row in rows
    ]
