"""An upload of nobody, or of somebody who may not send one, is refused before its body comes."""

from collections.abc import Collection

from fastapi.concurrency import run_in_threadpool
from fastapi.security.utils import get_authorization_scheme_param
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from legible.app.deps import count_caller, require_scope
from legible.app.errors import AppError, problem_response
from legible.app.trials.service import let_in


class UploadGate:
    """Asks who sends an upload; FastAPI only does so when the whole file has been kept."""

    def __init__(self, app: ASGIApp, *, upload_paths: Collection[str], try_path: str) -> None:
        self._app = app
        self._checks = {**dict.fromkeys(upload_paths, _check_caller), try_path: _check_visitor}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it is an upload that will be refused."""
        try:
            if scope["type"] == "http" and scope["method"] == "POST":
                check = self._checks.get(scope["path"])
                if check:
                    await run_in_threadpool(check, Request(scope))
        except AppError as error:
            refusal = problem_response(
                error.status, error.code, error.detail, headers=error.headers
            )
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _check_caller(request: Request) -> None:
    """Leave the caller in the request's state, where the route finds it."""
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    caller = count_caller(
        request, request.state.services, token if scheme.lower() == "bearer" else None
    )
    require_scope(caller, "write")


def _check_visitor(request: Request) -> None:
    let_in(request, request.state.services)
