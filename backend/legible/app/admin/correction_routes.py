"""`/admin/corrections`. The only pictures that admins see, of accounts that consent to it."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from legible.app import models
from legible.app.admin import corrections
from legible.app.admin.access import ADMIN_PROBLEMS, Admin
from legible.app.admin.correction_schemas import CorrectionListOut, CorrectionOut, DecisionIn
from legible.app.admin.cut_out import cut_out_of
from legible.app.admin.routes import Cursor, Limit
from legible.app.deps import API_PREFIX, ServicesDep, SessionDep
from legible.app.errors import AppError, problems
from legible.app.feedback.doubt import Doubt
from legible.app.readings.pictures import cut_out_png
from legible.app.readings.service import decode_limits, open_picture
from legible.app.system.memory import give_memory_back

router = APIRouter(prefix=f"{API_PREFIX}/admin/corrections", tags=["admin"])

_ONE = "/{user_id}/{judgement_id}"
# Consent may be withdrawn at any time, so no copy is kept.
_PICTURE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_Index = Annotated[int | None, Query(ge=0, le=1_000_000)]


@router.get("", responses=problems(*ADMIN_PROBLEMS, "bad_cursor"))
def list_corrections(
    *,
    _admin: Admin,
    session: SessionDep,
    state: Annotated[
        Literal["open", "decided"], Query(description="`decided`: those with a verdict.")
    ] = "open",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> CorrectionListOut:
    """List corrections that contradict networks which were sure, newest first.

    Of accounts that consent to be learned from. Open ones are not learned from.
    """
    found, next_cursor = corrections.list_corrections(
        session, decided=state == "decided", limit=limit, cursor=cursor
    )
    return CorrectionListOut(
        items=[CorrectionOut.of(one) for one in found], next_cursor=next_cursor
    )


@router.get(
    f"{_ONE}/picture",
    response_class=Response,
    responses={
        **problems(*ADMIN_PROBLEMS, "busy", "storage_unavailable"),
        200: {
            "description": "The cut-out as a PNG.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
def get_correction_picture(
    *,
    user_id: UUID,
    judgement_id: UUID,
    _admin: Admin,
    services: ServicesDep,
    session: SessionDep,
    page: _Index = None,
    line: _Index = None,
    symbol: _Index = None,
) -> Response:
    """Fetch a small cut-out of the line around what is contradicted.

    Of the surest, or of the one that begins at this page, line and symbol.
    """
    found = corrections.find_correction(session, user_id=user_id, judgement_id=judgement_id)
    doubt = _chosen(found.doubts, (page, line, symbol))
    reading = session.get(models.Reading, found.judgement.reading_id)
    if doubt is None or reading is None:
        raise AppError(404, "not_found", "There is no such part in this correction.")
    with open_picture(services.storage, reading) as file, services.turns.take():
        png = cut_out_png(
            file.read(),
            found.pages[doubt.page],
            doubt.page + 1,
            cut_out_of(found.pages, doubt),
            decode_limits(services.settings),
        )
        give_memory_back()
    return Response(png, media_type="image/png", headers=_PICTURE_HEADERS)


def _chosen(doubts: Sequence[Doubt], place: tuple[int | None, ...]) -> Doubt | None:
    """Answer the first that is at this place, as far as it is given; the surest comes first."""
    for doubt in doubts:
        at = (doubt.page, doubt.line, doubt.symbol)
        if all(wanted in (None, have) for wanted, have in zip(place, at, strict=True)):
            return doubt
    return None


@router.post(f"{_ONE}/decision", responses=problems(*ADMIN_PROBLEMS, "too_large"))
def decide_correction(
    user_id: UUID, judgement_id: UUID, new: DecisionIn, admin: Admin, session: SessionDep
) -> CorrectionOut:
    """Say whether a doubtful correction is learned from. It can be changed later."""
    found = corrections.decide(
        session,
        admin_id=admin.id,
        user_id=user_id,
        judgement_id=judgement_id,
        verdict=new.verdict,
    )
    return CorrectionOut.of(found)
