"""What trying gives."""

from dataclasses import fields

from pydantic import BaseModel, Field

from legible.app.readings.schemas import ReadDetailOut, ReadOut
from legible.reader.types import Reading, ReadOptions


class TrialOut(BaseModel):
    """Whether pictures are read without an account here, and which."""

    available: bool = Field(description="False: `POST /try` is 404.")
    max_bytes: int = Field(description="Bytes of a file.", examples=[5_242_880])
    max_pixels: int = Field(description="Width times height.", examples=[20_000_000])


class TriedReadingOut(ReadDetailOut, ReadOut):
    """What was read, as in a Reading; it has no id, since it is not kept."""


def show_tried(reading: Reading, options: ReadOptions) -> TriedReadingOut:
    """A reading as it was made, without a row of it."""
    read = {field.name: getattr(reading, field.name) for field in fields(reading)}
    asked = {"symbols": options.symbols, "pattern": options.pattern}
    return TriedReadingOut.model_validate({**read, **asked})
