"""Around every request: its id, one line in the log, the counters, and the 500 if all fails."""

import logging
import re
import time
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from legible.app.errors import problem_response
from legible.app.system.metrics import Metrics

_access_log = logging.getLogger("legible.access")
_log = logging.getLogger(__name__)

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

# For what is no page: nothing in it may run, load or be framed. Pages set their own policy.
_SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
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
        request_id = _request_id(scope)
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
            _log.exception("request %s failed", request_id)
            if status:  # half an answer is out: only breaking the connection tells the client
                raise
            detail = (
                "Something went wrong on our side. Try again; if it happens again, tell us the "
                f"request id {request_id}."
            )
            response = problem_response(500, "internal_error", detail)
            await response(scope, receive, send_with_headers)
        finally:
            self._note(scope, request_id, status, time.perf_counter() - started)

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        method, route = scope["method"], _route_template(scope)
        self._metrics.count_request(method=method, route=route, status=status, seconds=seconds)
        # The path without its query: a query may hold what a log should not.
        _access_log.info(
            "%s %s %d %.1fms id=%s",
            method,
            _printable(scope["path"]),
            status,
            seconds * 1000,
            request_id,
        )


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _GIVEN_ID.fullmatch(given):
                return str(given)
    return uuid4().hex


def _route_template(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "unmatched"))


def _printable(path: str) -> str:
    """A path decodes to any character; a line break in it must not make a line in the log."""
    return path[:200].encode("unicode_escape").decode("ascii")
