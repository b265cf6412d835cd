"""Around every request: its id, one line in the log, the counters, and the 500 if all fails."""

import logging
import re
import time
from uuid import UUID, uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from legible.app.context import RequestContext, current_request
from legible.app.errors import problem_response
from legible.app.limiting.address import client_address
from legible.app.system.metrics import Metrics, known_method

_access_log = logging.getLogger("legible.access")
_log = logging.getLogger(__name__)

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

# For what is no page: nothing in it may run, load or be framed. Pages set their own policy.
_SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",  # what is one person's must not wait anywhere for the next
}


class Observe:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = RequestContext(_request_id(scope), client_address(HTTPConnection(scope)))
        outside = current_request.set(request)
        headers = Headers(scope=scope)
        try:
            with scope["state"]["services"].tracing.request(headers) as span:
                status = await self._answer(scope, receive, send, request.id)
                span.update(_about(scope, status))
                span["legible.request_id"] = request.id
        finally:
            current_request.reset(outside)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> int:
        """Pass a request on, note how it went, and answer its status."""
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
                # What was found out on the way, for refusals and files too.
                headers.update(scope.get("state", {}).get("answer_headers", {}))
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            _log.exception("request failed")
            if status:  # half an answer is out: only breaking the connection tells the client
                raise
            detail = (
                "Something went wrong on our side. Try again; if it happens again, tell us the "
                f"request id {request_id}."
            )
            response = problem_response(500, "internal_error", detail)
            await response(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, time.perf_counter() - started)
        return status

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], _route_template(scope)
        self._metrics.count_request(method=method, route=route, status=status, seconds=seconds)
        fields: dict[str, object] = {"duration_ms": round(seconds * 1000, 1)}
        # The path as it was asked for, and its query, may hold what a log should not; ids may not.
        given = scope.get("path_params", {})
        fields |= {name: str(value) for name, value in given.items() if _is_id(value)}
        _access_log.info("%s %s %d", known_method(method), route, status, extra=fields)


def _about(scope: Scope, status: int) -> dict[str, str | int]:
    """What a span says of a request (OpenTelemetry's names)."""
    method, route = known_method(scope["method"]), _route_template(scope)
    return {
        "name": f"{method} {route}",
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
    }


def _is_id(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _GIVEN_ID.fullmatch(given):
                return str(given)
    return uuid4().hex


def _route_template(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "unmatched"))
