"""Which request is being answered, known wherever its work is done."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class RequestContext:
    """What log and audit say of a request."""

    id: str
    address: str


# Threads that answer a route inherit it. None outside of any request.
current_request: ContextVar[RequestContext | None] = ContextVar("current_request", default=None)
