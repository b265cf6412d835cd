"""What admins see of corrections that may be wrong."""

from datetime import datetime
from typing import Self, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from legible.app.admin.corrections import Correction, Verdict
from legible.app.admin.cut_out import mark_of
from legible.app.feedback.doubt import Doubt

# More than anybody looks at; a judgement of a whole page can contradict hundreds of symbols.
_MOST_OTHERS = 19


class DoubtOut(BaseModel):
    """Symbols that the networks were sure of, and what a person says of them; indices from 0."""

    page: int
    line: int
    symbol: int
    last_symbol: int = Field(description="As `symbol`, unless several are contradicted at once.")
    read: str = Field(examples=["7"])
    confidence: float = Field(description="Of the surest of them.", examples=[0.997])
    said: str | None = Field(description="Null: that there is nothing to read.", examples=["1"])
    mark: tuple[float, float, float, float] = Field(
        description="`[x, y, width, height]` of the symbols in their cut-out, as shares of its "
        "width and height.",
        examples=[[0.4, 0.2, 0.1, 0.6]],
    )


class CorrectionOut(DoubtOut):
    """A correction that contradicts networks which were sure, by what is surest of it."""

    user_id: UUID = Field(description="Whose reading it is, and who judged.")
    judgement_id: UUID
    reading_id: UUID
    created_at: datetime
    models: dict[str, str] = Field(
        description="The networks that had read it.", examples=[{"digit": "1.1.0"}]
    )
    others: list[DoubtOut] = Field(
        description=f"What else it contradicts, the surest first, {_MOST_OTHERS} at most; the "
        "verdict is of all of it."
    )
    doubts: int = Field(description="How much it contradicts, all together.", examples=[1])
    verdict: Verdict | None = Field(description="Null: nobody has decided.")
    decided_at: datetime | None

    @classmethod
    def of(cls, found: Correction) -> Self:
        """Show a correction."""
        judgement, decision = found.judgement, found.decision
        first, *others = (_show(found, doubt) for doubt in found.doubts[: 1 + _MOST_OTHERS])
        return cls(
            **first.model_dump(),
            user_id=judgement.user_id,
            judgement_id=judgement.id,
            reading_id=judgement.reading_id,
            created_at=judgement.created_at,
            models=judgement.models,
            others=others,
            doubts=len(found.doubts),
            verdict=cast("Verdict", decision.verdict) if decision else None,
            decided_at=decision.decided_at if decision else None,
        )


def _show(found: Correction, doubt: Doubt) -> DoubtOut:
    return DoubtOut(
        page=doubt.page,
        line=doubt.line,
        symbol=doubt.symbol,
        last_symbol=doubt.last_symbol,
        read=doubt.read,
        confidence=doubt.confidence,
        said=doubt.said,
        mark=mark_of(found.pages, doubt),
    )


class CorrectionListOut(BaseModel):
    """One part of the corrections, newest first."""

    items: list[CorrectionOut] = Field(
        description="Fewer than `limit` does not mean that nothing follows."
    )
    next_cursor: str | None = Field(description="Ask with it for what follows; null at the end.")


class DecisionIn(BaseModel):
    """What becomes of a doubtful correction; it can be changed later."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict = Field(
        description="`use`: learn from it; `leave_out`: never do.", examples=["use"]
    )
