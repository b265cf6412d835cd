"""Corrections that contradict networks which were sure, and what an admin decides about them.

Only of accounts that consent to be learned from, and only while they do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, load_only

from legible.app import audit, models
from legible.app.cursors import parse_moment_cursor, write_moment_cursor
from legible.app.errors import AppError
from legible.app.feedback.doubt import SURE, Doubt, find_doubts
from legible.app.feedback.service import said_of
from legible.app.feedback.standing import find_standing

Verdict = Literal["use", "leave_out"]
# Of readings: their pages, and all that is doubtful in them.
_Known = dict[UUID, tuple[Sequence[Mapping[str, Any]], list[Doubt]]]

# Most corrections are of what the networks were unsure of. To know of one that it is no more than
# that, its reading is loaded: so many at once, and at most so many in a request.
_CHUNK = 50
_MOST_EXAMINED = 500


@dataclass(frozen=True)
class Correction:
    """A judgement that stands, what is doubtful in it, and what was decided."""

    judgement: models.Judgement
    pages: Sequence[Mapping[str, Any]]
    doubts: Sequence[Doubt]  # the surest first
    decision: models.CorrectionDecision | None


def list_corrections(
    session: Session, *, decided: bool, limit: int, cursor: str | None
) -> tuple[list[Correction], str | None]:
    """Answer doubtful corrections, newest first, and the cursor of what may follow.

    There can be fewer than `limit` in a part that is not the last.

    Raises:
        AppError: 422 `bad_cursor`.
    """
    place = None if cursor is None else parse_moment_cursor(cursor)
    found: list[Correction] = []
    known: _Known = {}
    for _ in range(_MOST_EXAMINED // _CHUNK):
        rows = session.execute(_candidates(decided, place).limit(_CHUNK)).all()
        _look_at(session, {judgement.reading_id for judgement, _ in rows} - known.keys(), known)
        for judgement, decision in rows:
            pages, all_doubts = known.get(judgement.reading_id, ((), []))
            if doubts := _doubts_of(judgement, all_doubts):
                if len(found) == limit:
                    return found, _cursor(found[-1].judgement)
                found.append(Correction(judgement, pages, doubts, decision))
        if len(rows) < _CHUNK:
            return found, None
        last = rows[-1][0]
        place = last.created_at, last.user_id, last.id
    return found, write_moment_cursor(*place) if place else None


def find_correction(
    session: Session, *, user_id: UUID, judgement_id: UUID, lock: bool = False
) -> Correction:
    """Find a doubtful correction; `lock`: nobody judges the reading or decides meanwhile.

    Raises:
        AppError: 404 `not_found`, also when its account does not consent, and when it does not
            hold any more.
    """
    judgement = session.scalar(
        sa.select(models.Judgement).where(
            models.Judgement.user_id == user_id,
            models.Judgement.id == judgement_id,
            _is_consented(),
        )
    )
    if judgement is not None:
        known: _Known = {}
        _look_at(session, {judgement.reading_id}, known, lock=lock)
        pages, all_doubts = known.get(judgement.reading_id, ((), []))
        if doubts := _doubts_of(judgement, all_doubts):
            decision = session.get(models.CorrectionDecision, (user_id, judgement_id))
            return Correction(judgement, pages, doubts, decision)
    raise AppError(404, "not_found", "There is no such correction to decide about.")


def decide(
    session: Session, *, admin_id: UUID, user_id: UUID, judgement_id: UUID, verdict: Verdict
) -> Correction:
    """Say whether a doubtful correction is learned from. Saying it again changes nothing.

    Raises:
        AppError: 404 `not_found`.
    """
    found = find_correction(session, user_id=user_id, judgement_id=judgement_id, lock=True)
    decision = found.decision
    if decision is None:
        decision = models.CorrectionDecision(
            user_id=user_id, judgement_id=judgement_id, verdict="", decided_by=admin_id
        )
        session.add(decision)
    if decision.verdict != verdict:
        decision.verdict = verdict
        decision.decided_by = admin_id
        decision.decided_at = models.now()
        audit.record(
            session,
            audit.Action.CORRECTION_DECIDED,
            actor_id=admin_id,
            user_id=user_id,
            object_id=found.judgement.reading_id,
            judgement_id=str(judgement_id),
            verdict=verdict,
        )
    return Correction(found.judgement, found.pages, found.doubts, decision)


def _is_consented() -> sa.ColumnElement[bool]:
    user = models.User
    is_theirs = user.id == models.Judgement.user_id
    return sa.exists().where(is_theirs, user.shares_corrections_since.is_not(None))


def _candidates(
    decided: bool, place: tuple[datetime, UUID, UUID] | None
) -> sa.Select[models.Judgement, models.CorrectionDecision | None]:
    """Select what may be doubtful, newest first, and the decision on it or None.

    Ids come from clients, so time sorts first. Written so that databases go along the index by
    time and stop: they take consent and decisions to be met by most rows, and look each one up.
    """
    judgement, decision = models.Judgement, models.CorrectionDecision
    is_its_own = sa.and_(
        decision.user_id == judgement.user_id, decision.judgement_id == judgement.id
    )
    is_of_one_symbol = judgement.symbol.is_not(None) & (
        judgement.last_symbol.is_(None) | (judgement.last_symbol == judgement.symbol)
    )
    if decided:
        query: Any = sa.select(judgement, decision).join(decision, is_its_own)
    else:
        query = sa.select(judgement, sa.null()).where(~sa.exists().where(is_its_own))
    query = query.where(
        _is_consented(),
        judgement.kind.in_(("corrected", "not_a_digit")),
        # What was judged keeps how sure the networks were of one symbol.
        ~is_of_one_symbol | (judgement.judged["confidence"].as_float() >= SURE),
    ).order_by(judgement.created_at.desc(), judgement.user_id.desc(), judgement.id.desc())
    if place is not None:
        moment, user_id, judgement_id = place
        same = judgement.created_at == moment
        query = query.where(
            (judgement.created_at < moment)
            | (same & (judgement.user_id < user_id))
            | (same & (judgement.user_id == user_id) & (judgement.id < judgement_id))
        )
    return cast("sa.Select[models.Judgement, models.CorrectionDecision | None]", query)


def _look_at(
    session: Session,
    reading_ids: Iterable[UUID],
    known: _Known,
    *,
    lock: bool = False,
) -> None:
    """Add the pages of these readings and all that is doubtful in them."""
    ids = list(reading_ids)
    reading, judgement = models.Reading, models.Judgement
    readings = (
        sa.select(reading)
        .where(reading.id.in_(ids))
        .options(load_only(reading.pages, reading.user_id, reading.sha256))
    )
    if lock:
        readings = readings.with_for_update()
    pages = {row.id: row.pages for row in session.scalars(readings)}
    query = sa.select(judgement).where(judgement.reading_id.in_(ids)).order_by(judgement.number)
    histories: dict[UUID, list[models.Judgement]] = {}
    for row in session.scalars(query):
        histories.setdefault(row.reading_id, []).append(row)
    for reading_id, its_pages in pages.items():
        said = [said_of(one) for one in histories.get(reading_id, ())]
        known[reading_id] = (its_pages, find_doubts(its_pages, find_standing(its_pages, said)))


def _doubts_of(judgement: models.Judgement, doubts: Iterable[Doubt]) -> list[Doubt]:
    its = (doubt for doubt in doubts if doubt.judgement_id == judgement.id)
    return sorted(its, key=lambda doubt: -doubt.confidence)


def _cursor(last: models.Judgement) -> str:
    return write_moment_cursor(last.created_at, last.user_id, last.id)
