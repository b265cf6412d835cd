"""An upload without a good token is refused before its body comes."""

from fastapi.security.utils import get_authorization_scheme_param
from starlette.types import ASGIApp, Receive, Scope, Send

from legible.app.errors import AppError, problem_response
from legible.app.security import not_authenticated


class UploadGate:
    """Looks at the token of an upload; FastAPI only does so when the whole file has been kept.

    Whether the account still exists, which takes a query, is left to the route.
    """

    def __init__(self, app: ASGIApp, *, upload_path: str) -> None:
        self._app = app
        self._upload_path = upload_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it is an upload from nobody."""
        try:
            if (
                scope["type"] == "http"
                and scope["method"] == "POST"
                and scope["path"] == self._upload_path
            ):
                _check_token(scope)
        except AppError as error:
            refusal = problem_response(error.status, error.code, error.detail)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _check_token(scope: Scope) -> None:
    header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    scheme, token = get_authorization_scheme_param(header)
    if scheme.lower() != "bearer" or not token:
        raise not_authenticated()
    scope["state"]["services"].tokens.user_id(token)
