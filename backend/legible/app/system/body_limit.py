"""No request body is longer than it may be, whether it says its length or not."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from legible.app.errors import problem_response

# JSON and forms are short; beside the file of an upload stand its part headers and two fields.
_SMALL_BODY_BYTES = 64 * 1024


class BodyLimit:
    """Counts the bytes of a body as they come and stops reading at the limit."""

    def __init__(self, app: ASGIApp, *, upload_path: str, max_upload_bytes: int) -> None:
        self._app = app
        self._upload_path = upload_path
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, up to its limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"] == self._upload_path
        limit = _SMALL_BODY_BYTES + (self._max_upload_bytes if is_upload else 0)
        detail = self._detail(is_upload=is_upload)
        if _declared_length(scope) > limit:
            await problem_response(413, "too_large", detail)(scope, receive, send)
            return
        received = 0

        async def receive_up_to_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # FastAPI passes this one through from within its body parsers.
                raise HTTPException(413, detail)
            return message

        await self._app(scope, receive_up_to_limit, send)

    def _detail(self, *, is_upload: bool) -> str:
        if is_upload:
            return (
                f"A file may have at most {self._max_upload_bytes:,} bytes, and this request has "
                "more. Send a smaller copy."
            )
        return f"This request may have at most {_SMALL_BODY_BYTES:,} bytes, and it has more."


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
