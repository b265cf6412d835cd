"""`/readings/export`."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from legible.app.deps import API_PREFIX, CurrentUser, ServicesDep, needs
from legible.app.errors import CALLER_PROBLEMS, problems
from legible.app.exports.files import Pages, csv_chunks, jsonl_chunks, xlsx_chunks
from legible.app.exports.service import read_pages
from legible.app.readings.filters import FilterDep

router = APIRouter(prefix=f"{API_PREFIX}/readings", tags=["readings"])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS: Mapping[str, tuple[str, Callable[[Pages], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", csv_chunks),
    "jsonl": ("application/x-ndjson", jsonl_chunks),
    "xlsx": (_XLSX, xlsx_chunks),
}


@router.get(
    "/export",
    response_class=StreamingResponse,
    dependencies=[needs("read")],
    responses={
        **problems(*CALLER_PROBLEMS, "invalid_request"),
        200: {
            "description": "The file.",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/x-ndjson": {"schema": {"type": "string"}},
                _XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
        },
    },
)
def export_readings(
    services: ServicesDep,
    user: CurrentUser,
    only: FilterDep,
    file_format: Annotated[
        Literal["csv", "jsonl", "xlsx"], Query(alias="format", description="The kind of file.")
    ] = "csv",
) -> StreamingResponse:
    """Take your readings away as a file, newest first.

    CSV is UTF-8 with a byte order mark, and texts that a spreadsheet would calculate begin with
    `'`; signed numbers do not. XLSX keeps every text as it is. JSON Lines has a summary a line.
    """
    media_type, chunks = _FORMATS[file_format]
    name = f"legible-readings-{datetime.now(UTC):%Y-%m-%d}.{file_format}"
    body = chunks(read_pages(services.db, user_id=user.id, only=only))
    # What fails before the first piece (for a workbook, anywhere) is still an error of its own.
    first = next(body, b"")
    return StreamingResponse(
        chain([first], body),
        media_type=media_type,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )
