"""A version on trial: it reads along in the shadow of the served one, and the two are compared."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import audit, models
from legible.app.errors import PROBLEMS, AppError
from legible.app.networks.intervals import wilson
from legible.app.networks.shelf import Shelf, one_at_a_time, wanted_versions


@dataclass(frozen=True)
class Side:
    """How one of the two did."""

    mean_confidence: float
    median_ms: float
    p95_ms: float
    right: int  # among those that were judged


@dataclass(frozen=True)
class Comparison:
    """What a challenger and the served networks read in the same pictures."""

    n: int
    same: int
    same_interval: tuple[float, float]
    judged: int
    served: Side | None  # None: of nothing
    challenger: Side | None


def running_trial(session: Session) -> models.Challenger | None:
    """Answer the trial that runs."""
    query = sa.select(models.Challenger).where(models.Challenger.ended_at.is_(None))
    return session.scalar(query.order_by(models.Challenger.id.desc()).limit(1))


def newest_trial(session: Session) -> models.Challenger | None:
    """Answer the trial that runs, else the one that ended last."""
    query = sa.select(models.Challenger).order_by(models.Challenger.id.desc())
    return session.scalar(query.limit(1))


def start_trial(
    session: Session, shelf: Shelf, *, name: str, version: str, share: float, actor_id: UUID | None
) -> models.Challenger:
    """Have a version read along.

    Raises:
        AppError: 404 `not_found`; 409 `bad_bundle`, `already_served` or `challenger_running`.
    """
    shelf.check(name, version)  # takes a moment, and the transaction only begins after it
    one_at_a_time(session)
    if running_trial(session) is not None:
        raise AppError(409, "challenger_running", PROBLEMS["challenger_running"][1])
    if wanted_versions(session, shelf.current)[name] == version:
        raise AppError(409, "already_served", PROBLEMS["already_served"][1])
    trial = models.Challenger(name=name, version=version, share=share, actor_id=actor_id)
    session.add(trial)
    session.flush()
    _record(session, audit.Action.CHALLENGER_STARTED, trial, actor_id)
    return trial


def end_trial(session: Session, *, actor_id: UUID | None) -> models.Challenger | None:
    """End the trial that runs, and answer it; what it read stays. None: there is none."""
    one_at_a_time(session)
    trial = running_trial(session)
    if trial is not None:
        trial.ended_at = models.now()
        _record(session, audit.Action.CHALLENGER_ENDED, trial, actor_id)
    return trial


def compare(session: Session, trial: models.Challenger) -> Comparison:
    """Compare what the two read so far.

    The database does the counting and sorting, so that of many readings no text travels but of
    those that were judged.
    """
    shadow, served = models.ShadowReading, models.Reading
    pairs = sa.select().join_from(shadow, served).where(shadow.challenger_id == trial.id)
    n, same, confidence, others = session.execute(
        pairs.add_columns(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((shadow.text == served.text, 1), else_=0)), 0),
            sa.func.avg(served.confidence),
            sa.func.avg(shadow.confidence),
        )
    ).one()
    if not n:
        return Comparison(0, 0, wilson(0, 0), 0, None, None)
    truth = served.feedback["corrected_text"].as_string().label("truth")
    judged = session.execute(
        pairs.add_columns(served.text.label("ours"), shadow.text.label("theirs"), truth)
        # Nobody can tell what is written in what was judged unreadable.
        .where(truth.is_not(None))
    ).all()
    return Comparison(
        n=n,
        same=int(same),
        same_interval=wilson(int(same), n),
        judged=len(judged),
        served=Side(
            confidence,
            *_times(session, trial, shadow.served_ms, n),
            sum(one.ours == one.truth for one in judged),
        ),
        challenger=Side(
            others,
            *_times(session, trial, shadow.challenger_ms, n),
            sum(one.theirs == one.truth for one in judged),
        ),
    )


def _times(
    session: Session, trial: models.Challenger, column: sa.SQLColumnExpression[float], n: int
) -> tuple[float, float]:
    """The median, and below what 95% lie; SQLite has no functions for them."""
    query = sa.select(column).where(models.ShadowReading.challenger_id == trial.id)
    ordered = query.order_by(column).limit(1)
    median, p95 = (
        session.scalars(ordered.offset(round(share * (n - 1)))).one() for share in (0.5, 0.95)
    )
    return median, p95


def _record(
    session: Session, action: audit.Action, trial: models.Challenger, actor_id: UUID | None
) -> None:
    audit.record(
        session,
        action,
        actor_id=actor_id,
        user_id=None,
        object_id=trial.id,
        name=trial.name,
        version=trial.version,
        **audit.by_command(actor_id),
    )
