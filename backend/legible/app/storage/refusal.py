"""What a caller is told when the store fails."""

import logging

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from legible.app.errors import PROBLEMS, AppError, problem_response
from legible.app.storage.store import StorageUnavailable

_log = logging.getLogger(__name__)


def storage_unavailable(error: StorageUnavailable) -> AppError:
    """Say that the store failed, in the log with its reason."""
    _log.error("the storage failed: %s", error)
    status, detail = PROBLEMS["storage_unavailable"]
    return AppError(status, "storage_unavailable", detail, headers={"Retry-After": "5"})


def add_handler(app: FastAPI) -> None:
    """Answer a request that the store has failed; nothing of it is committed."""

    @app.exception_handler(StorageUnavailable)
    def _refuse(_request: Request, error: StorageUnavailable) -> JSONResponse:
        refusal = storage_unavailable(error)
        return problem_response(
            refusal.status, refusal.code, refusal.detail, headers=refusal.headers
        )
