"""What feedback takes and gives over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from legible.app.feedback.standing import Kind, State
from legible.app.feedback.target import Target
from legible.reader.types import Box

MAX_TEXT_CHARS = 10_000  # far more digits than on any page
MAX_BOXES = 100
_Index = Annotated[int, Field(ge=0, le=1_000_000)]

_KIND = (
    "`corrected`: it says `text`; `confirmed`: it is right; `not_a_digit`: there is nothing to "
    "read; `unreadable`: nobody can tell; `withdrawn`: take a judgement back."
)


class BoxIn(BaseModel):
    """One symbol as it should have been cut out."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    box: Box = Field(
        description="`[x, y, width, height]` in pixels of the upright page.",
        examples=[[10, 20, 40, 60]],
    )
    text: str = Field(min_length=1, max_length=1, examples=["7"])


class FeedbackIn(BaseModel):
    """A judgement of a reading, of a line of it, or of symbols; indices from 0."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None = Field(
        default=None,
        description="Your own UUID for it, so that a repeated request is not applied twice.",
    )
    kind: Kind = Field(description=_KIND, examples=["corrected"])
    page: _Index | None = Field(default=None, description="Left out: the whole reading.")
    line: _Index | None = Field(default=None, examples=[0])
    symbol: _Index | None = Field(default=None, description="Left out: the whole line.")
    last_symbol: _Index | None = Field(
        default=None, description="The last of several neighbouring symbols that are really one."
    )
    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_TEXT_CHARS,
        description="What it says; lines of a whole reading are joined by line feeds.",
        examples=["04103"],
    )
    boxes: list[BoxIn] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_BOXES,
        description="Instead of `text`: one symbol redrawn or merged, or several it is split into.",
    )
    withdraws: UUID | None = Field(
        default=None, description="What is taken back; left out: the newest that stands."
    )

    @property
    def target(self) -> Target:
        """Which part it is about."""
        return Target(self.page, self.line, self.symbol, self.last_symbol)


class JudgedOut(BaseModel):
    """What stood there when it was judged."""

    text: str = Field(examples=["04703"])
    confidence: float = Field(
        description="Of the whole text or line; of several symbols the lowest.", examples=[0.72]
    )
    boxes: list[Box]


class JudgementOut(BaseModel):
    """One judgement, as it was made."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int = Field(description="Counts the reading's judgements from 1.", examples=[1])
    user_id: UUID = Field(description="Who judged.")
    created_at: datetime
    kind: Kind = Field(description=_KIND)
    page: int | None
    line: int | None
    symbol: int | None
    last_symbol: int | None
    text: str | None
    boxes: list[BoxIn] | None
    withdraws: UUID | None
    judged: JudgedOut
    models: dict[str, str] = Field(
        description="The networks that had read it.", examples=[{"digit": "1.1.0"}]
    )
    corrected_text: str | None = Field(
        description="The reading's text with all that stood after this; null if a part is "
        "unreadable.",
        examples=["04103"],
    )


class PastJudgementOut(JudgementOut):
    """A judgement in the history of a reading."""

    state: State = Field(
        description="`current`: it holds; `superseded`: a newer one says otherwise; "
        "`withdrawn`: it was taken back; `withdrawal`: it took one back."
    )


class FeedbackOut(BaseModel):
    """All that was said of a reading."""

    corrected_text: str | None = Field(
        description="As people say it is; null without feedback, or if a part is unreadable."
    )
    current: list[JudgementOut] = Field(description="What holds, at most one for each part.")
    history: list[PastJudgementOut] = Field(description="Everything, oldest first.")


def summary_of(judgement: Any, text: str | None) -> dict[str, Any]:
    """Write the newest judgement that stands, as lists of readings show it."""
    shown = JudgementOut.model_validate(judgement).model_dump(mode="json")
    fields = ("id", "kind", "created_at", "page", "line", "symbol", "last_symbol", "text")
    return {**{name: shown[name] for name in fields}, "corrected_text": text}
