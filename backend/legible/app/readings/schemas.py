"""What readings give over HTTP. The rows and the reader's values have the same field names."""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from legible.app import models
from legible.reader.types import Box, IssueCode, Stages, Status

Detail = Annotated[
    Literal["stages"] | None,
    Query(description="`stages`: also show what the networks saw; it is drawn anew each time."),
]

_BOX = "`[x, y, width, height]` in pixels of the upright page."


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class StyleOut(_Out):
    """How a symbol or a line is written; a positive slant leans to the right."""

    slant_deg: float | None = Field(examples=[8.1])
    stroke_width_px: float = Field(examples=[3.2])
    height_px: int = Field(examples=[41])
    aspect: float | None = Field(
        description="Width over height; null in readings made before it was told.",
        examples=[0.62],
        default=None,
    )
    loops: float | None = Field(
        description="Closed loops; on average over the symbols of a line.",
        examples=[1],
        default=None,
    )


class SymbolOut(_Out):
    """One written symbol and how probable each of the ten digits is."""

    text: str = Field(examples=["0"])
    confidence: float = Field(examples=[0.9])
    box: Box = Field(description=_BOX, examples=[[10, 20, 40, 60]])
    probabilities: list[float] = Field(
        description="Calibrated probabilities of the digits 0 to 9; they sum to 1.",
        examples=[[0.9, 0, 0, 0, 0, 0, 0.1, 0, 0, 0]],
    )
    issue: IssueCode | None = Field(
        description="What is odd about it; `issues` says it in words.", examples=[None]
    )
    style: StyleOut


class LineOut(_Out):
    """Symbols on one base line, left to right."""

    text: str = Field(examples=["04103"])
    confidence: float = Field(examples=[0.987])
    box: Box = Field(description=_BOX, examples=[[10, 20, 300, 60]])
    symbols: list[SymbolOut]
    style: StyleOut | None = Field(description="Medians of the symbols'.", default=None)
    alternatives: list["AlternativeOut"] = Field(
        description="Other texts that the line may have, the likeliest first.", default=[]
    )
    issue: IssueCode | None = Field(
        description="What is odd about it as a whole: `cut_off` or `disagreement`.", default=None
    )


class PageOut(_Out):
    """One upright page, its lines in reading order."""

    width: int = Field(examples=[1200])
    height: int = Field(examples=[800])
    lines: list[LineOut]
    unread: list[Box] = Field(
        description=f"Writing that could not be read as a number, each {_BOX}", default=[]
    )
    turned_deg: Literal[0, 90, 180, 270] = Field(
        description="How far the page was turned clockwise to be upright, beyond what the file "
        "itself says. Sizes, boxes and the page's image are those of the turned page.",
        default=0,
    )


class IssueOut(_Out):
    """Something a person should know; the indices from 0 say where."""

    code: IssueCode = Field(examples=["low_confidence"])
    message: str = Field(examples=["This digit could also be a 7."])
    page: int | None = Field(examples=[0])
    line: int | None = Field(examples=[0])
    symbol: int | None = Field(examples=[3])


class AlternativeOut(_Out):
    """Another text that the picture may show."""

    text: str = Field(examples=["04703"])
    confidence: float = Field(examples=[0.008])


class ReadingFeedbackOut(_Out):
    """What a person said of a reading last, and the text that comes of all that was said."""

    id: UUID
    kind: Literal["corrected", "confirmed", "not_a_digit", "unreadable"]
    created_at: datetime
    page: int | None = Field(description="Null: the whole reading.")
    line: int | None
    symbol: int | None
    last_symbol: int | None
    text: str | None = Field(description="What the part says, if corrected.", examples=["1"])
    corrected_text: str | None = Field(
        description="The whole text as people say it is; null if a part is unreadable.",
        examples=["04103"],
    )


class StagePictureOut(_Out):
    """A small grey picture; `width` and `height` in its pixels."""

    png: Annotated[bytes, PlainSerializer(lambda png: b64encode(png).decode(), return_type=str)] = (
        Field(
            description="The PNG file in Base64.",
            json_schema_extra={"contentEncoding": "base64", "contentMediaType": "image/png"},
        )
    )
    width: int = Field(examples=[28])
    height: int = Field(examples=[28])


class RunStageOut(_Out):
    """Symbols that stand close together as the line network saw them, 32 pixels high."""

    line: int | None = Field(
        description="Its line on the page, from 0; null where nothing was read.", examples=[0]
    )
    picture: StagePictureOut


class DigitStageOut(_Out):
    """A digit as the digit network saw it, 28 pixels wide and high."""

    line: int = Field(examples=[0])
    symbol: int = Field(examples=[3])
    text: str = Field(description="What was read.", examples=["0"])
    picture: StagePictureOut


class PageStagesOut(_Out):
    """What was seen of a page; in all but the page itself ink is white."""

    page: StagePictureOut = Field(description="Upright, the long side at most 800 pixels.")
    ink: StagePictureOut = Field(description="What was taken for ink.")
    runs: list[RunStageOut]
    digits: list[DigitStageOut]


class LeftOutOut(_Out):
    """How many there was no room for."""

    pages: int = Field(description="Pages behind those shown.", examples=[0])
    runs: int = Field(examples=[0])
    digits: int = Field(examples=[0])


class StagesOut(_Out):
    """What the networks saw: at most 100 runs, 400 digits and 4 MiB of PNG."""

    pages: list[PageStagesOut]
    left_out: LeftOutOut
    models: dict[str, str] = Field(
        description="The networks that saw it; a reading may have been made by earlier ones.",
        examples=[{"digit": "1.1.0", "line": "1.0.0"}],
    )


class _KeptOut(_Out):
    """What a reading is known by."""

    id: UUID
    file_name: str = Field(examples=["card.jpg"])


class ReadOut(_Out):
    """What was read in a picture, in short."""

    text: str = Field(description="Lines are joined by line feeds.", examples=["04103"])
    status: Status = Field(
        description="`read`; `review`: not sure enough, look at it; `unreadable`; `blank`."
    )
    confidence: float = Field(
        description="Calibrated probability that the whole text is right.", examples=[0.987]
    )
    issues: list[IssueOut]
    models: dict[str, str] = Field(examples=[{"digit": "1.1.0", "line": "1.0.0"}])
    symbols: Literal["digits", "number"] = Field(description="What was asked for.")


class ReadDetailOut(_Out):
    """What was read in a picture, in full."""

    pattern: str | None = Field(
        description="What the text was to look like; null if it was not said.", examples=["date"]
    )
    alternatives: list[AlternativeOut]
    pages: list[PageOut]
    timing_ms: dict[str, float] = Field(examples=[{"decode": 3.1, "total": 9.8}])
    stages: StagesOut | None = Field(
        description="What the networks saw; only with `detail=stages`.",
        default=None,
        exclude_if=lambda stages: stages is None,
    )


# The base named last comes first in the answer.
class ReadingSummaryOut(ReadOut, _KeptOut):
    """A reading as lists show it."""

    feedback: ReadingFeedbackOut | None = Field(
        description="The newest judgement that stands; null where there is none."
    )
    created_at: datetime


class ReadingOut(ReadDetailOut, ReadingSummaryOut):
    """All that was read in one picture."""


def show_reading(row: models.Reading, stages: Stages | None) -> ReadingOut:
    """A reading with its detail, and with what the networks saw if somebody asked for it."""
    shown = ReadingOut.model_validate(row)
    if stages is None:
        return shown
    return shown.model_copy(update={"stages": StagesOut.model_validate(stages)})


class ReadingListOut(BaseModel):
    """One part of a list, newest first."""

    items: list[ReadingSummaryOut]
    next_cursor: str | None = Field(description="Ask with it for what follows; null at the end.")
