"""`/readings/{id}/feedback`."""

from uuid import UUID

from fastapi import APIRouter, Response

from legible.app.deps import API_PREFIX, CurrentUser, SessionDep, needs
from legible.app.errors import CALLER_PROBLEMS, problems
from legible.app.feedback import service
from legible.app.feedback.schemas import FeedbackIn, FeedbackOut, JudgementOut, PastJudgementOut

router = APIRouter(prefix=f"{API_PREFIX}/readings", tags=["feedback"])

_PROBLEMS = (*CALLER_PROBLEMS, "not_found", "invalid_request")


@router.post(
    "/{reading_id}/feedback",
    status_code=201,
    dependencies=[needs("write")],
    responses={
        **problems(
            *_PROBLEMS,
            "bad_feedback",
            "feedback_id_taken",
            "not_aligned",
            "nothing_to_withdraw",
            "too_much_feedback",
            "too_large",
        ),
        200: {"model": JudgementOut, "description": "It was kept before, under the same `id`."},
    },
)
def create_feedback(
    reading_id: UUID,
    new: FeedbackIn,
    response: Response,
    session: SessionDep,
    user: CurrentUser,
) -> JudgementOut:
    """Say what a reading, a line or a symbol really is.

    The newest judgement wins where two overlap. Nothing is overwritten: `withdrawn` takes the
    newest back, and what stood before it stands again.
    """
    judgement, is_new = service.judge(session, user_id=user.id, reading_id=reading_id, new=new)
    if not is_new:
        response.status_code = 200
    return JudgementOut.model_validate(judgement)


@router.get("/{reading_id}/feedback", dependencies=[needs("read")], responses=problems(*_PROBLEMS))
def get_feedback(reading_id: UUID, session: SessionDep, user: CurrentUser) -> FeedbackOut:
    """Show what was said of a reading: what holds, and everything with its state."""
    text, current, history = service.tell_feedback(session, user_id=user.id, reading_id=reading_id)
    return FeedbackOut(
        corrected_text=text,
        current=[JudgementOut.model_validate(one) for one in current],
        history=[
            PastJudgementOut(**JudgementOut.model_validate(one).model_dump(), state=state)
            for one, state in history
        ],
    )
