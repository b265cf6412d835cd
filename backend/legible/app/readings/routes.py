"""`/readings`."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, Literal
from uuid import UUID

from fastapi import (
    APIRouter,
    BackgroundTasks,
    File,
    Form,
    Path,
    Query,
    Response,
    UploadFile,
)
from fastapi.responses import RedirectResponse, StreamingResponse

from legible.app.deps import (
    API_PREFIX,
    CallerDep,
    CurrentUser,
    ServicesDep,
    SessionDep,
    needs,
)
from legible.app.errors import CALLER_PROBLEMS, AppError, problems
from legible.app.idempotency import IDEMPOTENCY_PROBLEMS, IdempotencyDep
from legible.app.readings import making, service
from legible.app.readings.filters import FilterDep
from legible.app.readings.forgetting import forget_picture
from legible.app.readings.pictures import (
    MEDIA_TYPES,
    clean_file_name,
    content_disposition,
    page_jpeg,
)
from legible.app.readings.schemas import (
    Detail,
    ReadingListOut,
    ReadingOut,
    ReadingSummaryOut,
    show_reading,
)
from legible.app.system.memory import give_memory_back
from legible.reader.types import ReadOptions

router = APIRouter(prefix=f"{API_PREFIX}/readings", tags=["readings"])

_CHUNK_BYTES = 256 * 1024
# A picture comes from a person, so a browser gets it as nothing but a picture.
_PICTURE_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
_PICTURE_PROBLEMS = (*CALLER_PROBLEMS, "not_found", "invalid_request", "storage_unavailable")

_CREATED_HEADERS = {
    "Location": "Where the reading is.",
    "Usage-Pages-Used": "Pages read this month (UTC), these included.",
    "Usage-Pages-Included": "Pages a month that your plan includes.",
    "Usage-Resets-At": "When the next month begins.",
    "Idempotent-Replayed": "`true`: this is the answer to an earlier request with the same key.",
}


@router.post(
    "",
    status_code=201,
    dependencies=[needs("write")],
    response_model=ReadingOut,
    responses={
        **problems(
            *CALLER_PROBLEMS,
            "email_not_verified",
            "quota_reached",
            *IDEMPOTENCY_PROBLEMS,
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
            "storage_unavailable",
        ),
        201: {
            "headers": {
                name: {"description": description, "schema": {"type": "string"}}
                for name, description in _CREATED_HEADERS.items()
            }
        },
    },
)
def create_reading(
    *,
    idempotency: IdempotencyDep,
    services: ServicesDep,
    caller: CallerDep,
    after_response: BackgroundTasks,
    file: Annotated[UploadFile, File(description="The picture: a photo, a scan or a PDF.")],
    symbols: Annotated[
        Literal["digits", "number"], Form(description="What may be written in the picture.")
    ] = "digits",
    pattern: Annotated[
        str | None, Form(max_length=200, description="What the text must look like.")
    ] = None,
    detail: Detail = None,
) -> Response:
    """Read the handwritten number in a picture and keep both. Each page counts once."""
    limits = service.decode_limits(services.settings)
    if file.size and file.size > limits.max_bytes:
        raise AppError(
            413,
            "too_large",
            f"The file has {file.size:,} bytes and at most {limits.max_bytes:,} are read. "
            "Send a smaller copy.",
        )
    data = file.file.read()
    options = ReadOptions(symbols, pattern or None, stages=detail == "stages", limits=limits)
    made = making.make_reading(
        services,
        caller=caller,
        file_name=clean_file_name(file.filename),
        data=data,
        options=options,
    )
    reading_id = made.row.id
    if services.shadow.trial is not None:
        after_response.add_task(services.shadow.offer, reading_id, data, options, made.reading)
    location = f"{API_PREFIX}/readings/{reading_id}"
    # Written before the transaction begins, which others wait for.
    body = show_reading(made.row, made.reading.stages).model_dump_json().encode()
    with making.keeping(services, made, caller=caller) as (session, standing):
        headers = {"Location": location, **standing.headers()}
        return idempotency.answer(session, 201, body, headers=headers, resource_id=reading_id)


@router.get(
    "",
    dependencies=[needs("read")],
    responses=problems(*CALLER_PROBLEMS, "bad_cursor", "invalid_request"),
)
def list_readings(
    *,
    session: SessionDep,
    user: CurrentUser,
    only: FilterDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[
        str | None, Query(max_length=100, description="`next_cursor` of the part before.")
    ] = None,
    sort: Annotated[
        Literal["newest", "confidence"],
        Query(description="`confidence`: the least sure first, as people want to check them."),
    ] = "newest",
) -> ReadingListOut:
    """List your readings, newest first unless sorted otherwise.

    A cursor goes with the sorting that it came from.
    """
    rows, next_cursor = service.list_readings(
        session,
        user_id=user.id,
        limit=limit,
        cursor=cursor,
        only=only,
        by_confidence=sort == "confidence",
    )
    items = [ReadingSummaryOut.model_validate(row) for row in rows]
    return ReadingListOut(items=items, next_cursor=next_cursor)


@router.get(
    "/{reading_id}",
    dependencies=[needs("read")],
    responses=problems(
        *CALLER_PROBLEMS,
        "not_found",
        "bad_pattern",
        "unsupported_symbols",
        "invalid_request",
        "busy",
        "storage_unavailable",
    ),
)
def get_reading(
    *,
    reading_id: UUID,
    services: ServicesDep,
    session: SessionDep,
    user: CurrentUser,
    detail: Detail = None,
) -> ReadingOut:
    """Show one of your readings.

    With `detail=stages` its picture is read once more, by the networks of today.
    """
    row = service.get_reading(session, user_id=user.id, reading_id=reading_id, detail=True)
    limits = service.decode_limits(services.settings)
    seen = service.look_again(services, row, limits) if detail == "stages" else None
    return show_reading(row, seen)


@router.get(
    "/{reading_id}/picture",
    response_class=StreamingResponse,
    dependencies=[needs("read")],
    responses={
        **problems(*_PICTURE_PROBLEMS),
        200: {
            "description": "The file as it was sent, less its metadata.",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in MEDIA_TYPES.values()
            },
        },
        307: {"description": "To the file at the store itself, for a minute, where it is so set."},
    },
)
def get_reading_picture(
    reading_id: UUID, services: ServicesDep, session: SessionDep, user: CurrentUser
) -> Response:
    """Fetch the picture of a reading, without EXIF and GPS."""
    row = service.get_reading(session, user_id=user.id, reading_id=reading_id)
    link = service.link_picture(services.storage, row)
    if link is not None:
        # It is good for whoever has it, so that nobody may keep it.
        return RedirectResponse(link, status_code=307, headers={"Cache-Control": "no-store"})
    return StreamingResponse(
        _chunks(service.open_picture(services.storage, row)),
        media_type=row.media_type,
        headers={
            **_PICTURE_HEADERS,
            "Content-Length": str(row.size_bytes),
            "Content-Disposition": content_disposition(row.file_name),
        },
    )


@router.get(
    "/{reading_id}/pages/{number}/image",
    response_class=Response,
    dependencies=[needs("read")],
    responses={
        **problems(*_PICTURE_PROBLEMS, "busy"),
        200: {
            "description": "The page as a JPEG.",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
def get_reading_page_image(
    *,
    reading_id: UUID,
    number: Annotated[int, Path(ge=1, le=1_000_000, description="The page, from 1.")],
    services: ServicesDep,
    session: SessionDep,
    user: CurrentUser,
) -> Response:
    """Fetch one upright page for a browser: JPEG, the long side at most 2,000 pixels."""
    row = service.get_reading(session, user_id=user.id, reading_id=reading_id, detail=True)
    # Readings made before pages were turned do not tell.
    turned_deg = row.pages[number - 1].get("turned_deg", 0) if number <= len(row.pages) else 0
    with service.open_picture(services.storage, row) as file, services.turns.take():
        jpeg = page_jpeg(file.read(), number, service.decode_limits(services.settings), turned_deg)
        give_memory_back()
    return Response(jpeg, media_type="image/jpeg", headers=_PICTURE_HEADERS)


@router.delete(
    "/{reading_id}",
    status_code=204,
    dependencies=[needs("write")],
    responses=problems(*CALLER_PROBLEMS, "not_found", "invalid_request"),
)
def delete_reading(
    reading_id: UUID,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    after_response: BackgroundTasks,
) -> None:
    """Delete a reading and its picture."""
    row = service.delete_reading(session, caller=caller, reading_id=reading_id)
    after_response.add_task(forget_picture, services.db, services.storage, row)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
