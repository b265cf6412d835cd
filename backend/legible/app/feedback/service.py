"""Judging readings, and telling what was said of them."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.errors import PROBLEMS, AppError
from legible.app.feedback.check import check_judgement, what_stands
from legible.app.feedback.schemas import FeedbackIn, summary_of
from legible.app.feedback.standing import (
    Kind,
    Said,
    State,
    corrected_text,
    find_standing,
    hidden_by,
)
from legible.app.feedback.target import Target
from legible.app.readings.service import get_reading

# Bounds the work of one more; a person at a screen comes nowhere near.
MAX_JUDGEMENTS = 1_000


def judge(
    session: Session, *, user_id: UUID, reading_id: UUID, new: FeedbackIn
) -> tuple[models.Judgement, bool]:
    """Keep a judgement, one after the other for each reading.

    Returns:
        The judgement, and whether it is new: a repeated request gets what the first one did.

    Raises:
        AppError: 404 `not_found`; 422 `bad_feedback`; 409 `feedback_id_taken`, `not_aligned`,
            `nothing_to_withdraw` or `too_much_feedback`.
    """
    row = get_reading(session, user_id=user_id, reading_id=reading_id, detail=True, lock=True)
    known = session.get(models.Judgement, (user_id, new.id)) if new.id else None
    if known is not None:
        return _same(known, reading_id, new), False
    history = _history(session, reading_id)
    if len(history) >= MAX_JUDGEMENTS:
        raise _conflict("too_much_feedback")
    judgement = _judgement(row, history, new)
    said = [said_of(one) for one in (*history, judgement)]
    standing = find_standing(row.pages, said)
    judgement.corrected_text = corrected_text(row.pages, row.text, standing) if standing else None
    session.add(judgement)
    try:
        session.flush()
    except sa.exc.IntegrityError as error:  # the same id for another reading, at the same time
        raise _conflict("feedback_id_taken") from error
    _show_newest(row, [*history, judgement], standing, judgement.corrected_text)
    return judgement, True


def tell_feedback(
    session: Session, *, user_id: UUID, reading_id: UUID
) -> tuple[str | None, list[models.Judgement], list[tuple[models.Judgement, State]]]:
    """Answer the corrected text, what holds, and everything with its state, oldest first.

    Raises:
        AppError: 404 `not_found`.
    """
    row = get_reading(session, user_id=user_id, reading_id=reading_id, detail=True)
    history = _history(session, reading_id)
    standing = {said.id for said in find_standing(row.pages, [said_of(one) for one in history])}
    withdrawn = {one.withdraws for one in history}

    def state(one: models.Judgement) -> State:
        if one.kind == "withdrawn":
            return "withdrawal"
        if one.id in standing:
            return "current"
        return "withdrawn" if one.id in withdrawn else "superseded"

    text = history[-1].corrected_text if history else None
    return text, [one for one in history if one.id in standing], [(o, state(o)) for o in history]


def _history(session: Session, reading_id: UUID) -> list[models.Judgement]:
    query = sa.select(models.Judgement).where(models.Judgement.reading_id == reading_id)
    return list(session.scalars(query.order_by(models.Judgement.number)))


def _same(known: models.Judgement, reading_id: UUID, new: FeedbackIn) -> models.Judgement:
    if known.reading_id != reading_id or known.kind != new.kind:
        raise _conflict("feedback_id_taken")
    if new.kind == "withdrawn":  # the rest of the row came from what it withdrew
        same = new.withdraws in (None, known.withdraws)
    else:
        boxes = _boxes(new)
        text = _text(new)
        same = _target(known) == new.target and (known.text, known.boxes) == (text, boxes)
    if not same:
        raise _conflict("feedback_id_taken")
    return known


def _judgement(
    row: models.Reading, history: Sequence[models.Judgement], new: FeedbackIn
) -> models.Judgement:
    check_judgement(row, new)
    said = [said_of(one) for one in history]
    standing = find_standing(row.pages, said)
    target, withdraws = new.target, None
    if new.kind == "withdrawn":
        withdrawn = _to_withdraw(standing, new.withdraws)
        target, withdraws = withdrawn.target, withdrawn.id
    elif hidden_by(row.pages, standing, target) is not None:
        raise _conflict("not_aligned")
    return models.Judgement(
        user_id=row.user_id,
        id=new.id or models.uuid7(),
        reading_id=row.id,
        number=len(history) + 1,
        created_at=models.now(),
        kind=new.kind,
        page=target.page,
        line=target.line,
        symbol=target.symbol,
        last_symbol=target.last_symbol,
        text=_text(new),
        boxes=_boxes(new),
        withdraws=withdraws,
        judged=what_stands(row, target),
        models=dict(row.models),
    )


def _to_withdraw(standing: Sequence[Said], wanted: UUID | None) -> Said:
    for said in reversed(standing):
        if wanted in (None, said.id):
            return said
    raise _conflict("nothing_to_withdraw")


def _show_newest(
    row: models.Reading,
    history: Sequence[models.Judgement],
    standing: Sequence[Said],
    text: str | None,
) -> None:
    by_id = {one.id: one for one in history}
    row.feedback = summary_of(by_id[standing[-1].id], text) if standing else None


def said_of(row: models.Judgement) -> Said:
    """Answer what matters of a judgement to know which ones hold."""
    kind = cast("Kind", row.kind)
    return Said(row.id, kind, _target(row), row.text, row.withdraws)


def _target(row: models.Judgement) -> Target:
    return Target(row.page, row.line, row.symbol, row.last_symbol)


def _text(new: FeedbackIn) -> str | None:
    return "".join(box.text for box in new.boxes) if new.boxes else new.text


def _boxes(new: FeedbackIn) -> list[Any] | None:
    # As JSON gives them back, so that a repeated request compares equal.
    return [box.model_dump(mode="json") for box in new.boxes] if new.boxes else None


def _conflict(code: str) -> AppError:
    return AppError(409, code, PROBLEMS[code][1])
