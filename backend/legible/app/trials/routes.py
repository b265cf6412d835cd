"""`/try`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, UploadFile

from legible.app.deps import API_PREFIX, ServicesDep, limit_address
from legible.app.errors import problems
from legible.app.readings.schemas import Detail
from legible.app.trials import service
from legible.app.trials.schemas import TrialOut, TriedReadingOut, show_tried
from legible.reader.types import ReadOptions

router = APIRouter(prefix=f"{API_PREFIX}/try", tags=["try"])


@router.get("", dependencies=[Depends(limit_address)])
def get_trial(services: ServicesDep) -> TrialOut:
    """Say whether a picture can be read without an account, and how large it may be."""
    return service.describe(services.settings)


@router.post(
    "",
    dependencies=[Depends(limit_address)],
    responses=problems(
        "cross_site",
        "not_found",
        "too_large",
        "unsupported_format",
        "not_an_image",
        "truncated",
        "too_many_pages",
        "nothing_written",
        "bad_pattern",
        "unsupported_symbols",
        "invalid_request",
        "busy",
    ),
)
def try_reading(
    *,
    services: ServicesDep,
    file: Annotated[UploadFile, File(description="A small picture; of a PDF, one page.")],
    symbols: Annotated[
        Literal["digits", "number"], Form(description="What may be written in the picture.")
    ] = "digits",
    pattern: Annotated[
        str | None, Form(max_length=200, description="What the text must look like.")
    ] = None,
    detail: Detail = None,
) -> TriedReadingOut:
    """Read one small picture without an account. Nothing is kept, neither picture nor reading.

    Visitors are few at a time, each address a few pictures an hour; with an account there is more.
    """
    limits = service.decode_limits(services.settings)
    options = ReadOptions(symbols, pattern or None, stages=detail == "stages", limits=limits)
    reading = service.read_for_visitor(services, file.file.read(), options)
    return show_tried(reading, options)
