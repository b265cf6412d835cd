"""`/readings/batch`."""

from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.types import Send

from legible.app.batches.form import Form, read_form
from legible.app.batches.items import Contents, find_items
from legible.app.batches.schemas import REQUEST_BODY, BatchLineOut, parse_fields
from legible.app.batches.service import Batch
from legible.app.deps import API_PREFIX, CallerDep, ServicesDep, needs
from legible.app.errors import CALLER_PROBLEMS, AppError, FieldProblem, problems
from legible.app.idempotency import KeyHeader
from legible.app.readings.service import decode_limits
from legible.reader.types import ReadOptions

router = APIRouter(prefix=f"{API_PREFIX}/readings", tags=["readings"])

# Who takes no line for so long is cut off, since their files lie here meanwhile.
_STALLED_S = 300
_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Accel-Buffering": "no",  # proxies that know it pass each line on at once
}


class NdjsonResponse(StreamingResponse):
    """Lines as they come, for somebody who takes them."""

    media_type = "application/x-ndjson"

    async def stream_response(self, send: Send) -> None:
        """Send what there is until nobody takes it any more."""
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        async for line in self.body_iterator:
            with anyio.move_on_after(_STALLED_S) as sending:
                await send({"type": "http.response.body", "body": line, "more_body": True})
            if sending.cancelled_caught:
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def get_form(request: Request, services: ServicesDep) -> AsyncIterator[Form]:
    """Take the form in; its files are forgotten when the answer is out."""
    async for form in read_form(request, max_files=services.settings.max_batch_files):
        yield form


@router.post(
    "/batch",
    response_class=NdjsonResponse,
    response_model=None,
    dependencies=[needs("write")],
    openapi_extra={"requestBody": REQUEST_BODY},
    responses={
        **problems(*CALLER_PROBLEMS, "too_large", "too_many_files", "invalid_request"),
        200: {"model": BatchLineOut, "description": "A line of JSON for each item, then the end."},
    },
)
async def create_readings(
    *,
    form: Annotated[Form, Depends(get_form)],
    services: ServicesDep,
    caller: CallerDep,
    idempotency_key: KeyHeader = None,
) -> NdjsonResponse:
    """Read many files: pictures, PDF files, and zip archives of them.

    They are read one after another, and each is answered by a line of its own as soon as it is
    done: a reading as `POST /readings` answers it, or the problem it has. A file with several pages
    is one reading. The last line says how many there were; a stream without it has broken off.
    Send the same again with the same `Idempotency-Key`, and what was read is answered from memory,
    neither read nor counted anew.
    """
    asked = parse_fields(form.fields)
    if not form.parts:
        problem = FieldProblem(field="file", message="Send at least one file.")
        raise AppError(422, "invalid_request", "There is no file in this batch.", [problem])
    items = await run_in_threadpool(find_items, form, services.settings)
    limits = decode_limits(services.settings)
    batch = Batch(
        services,
        caller,
        items=items,
        contents=Contents(form, services.settings),
        options=ReadOptions(asked.symbols, asked.pattern or None, limits=limits),
        key=None if idempotency_key is None else idempotency_key.strip('"'),
    )
    return NdjsonResponse(batch.lines(asked.start), headers=_HEADERS)
