"""What a batch takes, and the lines that it answers."""

from typing import Any, Literal

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, RootModel, ValidationError

from legible.app.errors import Problem
from legible.app.readings.schemas import ReadingOut


class BatchIn(BaseModel):
    """The fields beside the files."""

    symbols: Literal["digits", "number"] = Field(
        default="digits", description="What may be written in the pictures."
    )
    pattern: str = Field(default="", max_length=200, description="What each text must look like.")
    start: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="The item to begin with. To take up a batch that broke off, send it again with "
        "its `Idempotency-Key` and the number of items that were answered.",
    )


class BatchItemOut(BaseModel):
    """One item of a batch: its reading, or why there is none."""

    index: int = Field(description="Its place among all items, from 0.", examples=[3])
    of: int = Field(description="How many items the batch has.", examples=[57])
    part: int = Field(description="Which of the parts called `file`, from 0.", examples=[0])
    file_name: str = Field(examples=["monday/card.jpg"])
    archive: str | None = Field(
        default=None, description="The archive that it is in.", examples=["monday.zip"]
    )
    status: Literal[201] | None = Field(default=None, description="If it was read.")
    replayed: Literal[True] | None = Field(
        default=None, description="It was read by an earlier request with the same key."
    )
    reading: ReadingOut | None = Field(default=None, description="If it was read.")
    error: Problem | None = Field(default=None, description="If it was not.")


class BatchEndOut(BaseModel):
    """The last line. A stream without it has broken off."""

    done: bool = Field(description="Whether all items have been answered.", examples=[True])
    read: int = Field(description="How many were read, replayed ones too.", examples=[56])
    failed: int = Field(examples=[1])
    replayed: int = Field(description="How many had been read before.", examples=[0])
    pages: int = Field(description="Pages of those that were read.", examples=[60])
    code: str | None = Field(
        default=None,
        description="Why it ended early: `stopping` (send it again), `key_revoked`, `key_expired`, "
        "`session_ended` or `account_frozen`.",
        examples=["stopping"],
    )
    detail: str | None = Field(default=None, description="The same for people.")


class BatchLineOut(RootModel[BatchItemOut | BatchEndOut]):
    """A line of the answer: an item each, then the end."""


# As the route reads its form itself; see `form.py`.
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "array",
                        "minItems": 1,
                        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "description": "Pictures, PDF files and zip archives of them.",
                    },
                    **BatchIn.model_json_schema()["properties"],
                },
            }
        }
    },
}


def parse_fields(fields: dict[str, str]) -> BatchIn:
    """Check the fields of a form. Raises RequestValidationError."""
    try:
        return BatchIn.model_validate({name: value for name, value in fields.items() if value})
    except ValidationError as error:
        raise RequestValidationError(
            [{**found, "loc": ("body", *found["loc"])} for found in error.errors()]
        ) from error
