"""No request body is longer than it may be, whether it says its length or not."""

import anyio
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from legible.app.errors import problem_response

# JSON and forms are short; beside the file of an upload stand its part headers and two fields.
_SMALL_BODY_BYTES = 64 * 1024
# The header of a part of a form, with a long name.
_PART_BYTES = 1024
# Most clients only look for an answer once they have sent everything. So what is left of a refused
# body is thrown away for a while, before the connection is closed under a sender who goes on.
_DISCARD_UPLOADS = 3
_DISCARD_S = 20


class BodyLimit:
    """Counts the bytes of a body as they come and stops reading at the limit."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        file_path: str,
        max_file_bytes: int,
        try_path: str,
        max_try_bytes: int,
        batch_path: str,
        max_batch_bytes: int,
        max_batch_files: int,
    ) -> None:
        self._app = app
        self._max_discarded_bytes = _DISCARD_UPLOADS * max_file_bytes
        self._others = _Limit(0, f"This request may have at most {_SMALL_BODY_BYTES:,} bytes")
        file = f"A file may have at most {max_file_bytes:,} bytes"
        tried = f"Without an account a file may have at most {max_try_bytes:,} bytes"
        batch = f"A batch may have at most {max_batch_bytes:,} bytes"
        self._limits = {
            file_path: _Limit(max_file_bytes, file, "Send a smaller copy."),
            try_path: _Limit(max_try_bytes, tried, "Send a smaller copy, or create an account."),
            batch_path: _Limit(
                max_batch_bytes + max_batch_files * _PART_BYTES, batch, "Send it in several."
            ),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, up to its limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits.get(scope["path"], self._others)
        body = _Body(scope, receive, limit=limit.bytes, detail=limit.detail)

        async def send_then_close_unread(message: Message) -> None:
            if body.ended:
                await send(message)
            elif message["type"] == "http.response.start":
                await send({**message, "headers": [*message["headers"], (b"connection", b"close")]})
            elif message.get("more_body", False):
                await send(message)
            else:
                await send({**message, "more_body": True})
                await body.discard(self._max_discarded_bytes)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        if body.declared_bytes > limit.bytes:
            refusal = problem_response(413, "too_large", limit.detail)
            await refusal(scope, body.receive, send_then_close_unread)
        else:
            await self._app(scope, body.receive, send_then_close_unread)


class _Limit:
    """How long the body of a request may be, and what to say of a longer one."""

    def __init__(self, file_bytes: int, words: str, advice: str = "") -> None:
        self.bytes = _SMALL_BODY_BYTES + file_bytes
        has_more = "this request has more." if file_bytes else "it has more."
        self.detail = f"{words}, and {has_more} {advice}".rstrip()


class _Body:
    """The body of one request, as far as it has come."""

    def __init__(self, scope: Scope, receive: Receive, *, limit: int, detail: str) -> None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"")
        self.declared_bytes = int(length) if length.isdigit() else 0
        self.ended = not (self.declared_bytes or b"transfer-encoding" in headers)
        self._receive = receive
        self._limit = limit
        self._detail = detail
        self._received_bytes = 0

    async def receive(self) -> Message:
        """Receive the next piece. Raises HTTPException 413 when there is one too many."""
        message = await self._next()
        if self._received_bytes > self._limit:
            # FastAPI passes this one through from within its body parsers.
            raise HTTPException(413, self._detail)
        return message

    async def discard(self, max_bytes: int) -> None:
        """Receive what is left and forget it, until its end or for as long as it is bearable."""
        stop_at = self._received_bytes + max_bytes
        with anyio.move_on_after(_DISCARD_S):
            while not self.ended and self._received_bytes < stop_at:
                await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._received_bytes += len(message.get("body", b""))
        self.ended = not message.get("more_body", False)  # a client who hung up has ended too
        return message
