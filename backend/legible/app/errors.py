"""Everything that goes wrong, as RFC 9457 `application/problem+json`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from legible.app.methods import allowed_methods
from legible.reader.errors import ReadError

MEDIA_TYPE = "application/problem+json"

# One example for each code, which is also what the OpenAPI document shows: status and detail.
PROBLEMS: Mapping[str, tuple[int, str]] = {
    "not_authenticated": (401, "This needs an account. Log in and send the access token."),
    "token_expired": (401, "Your access has run out. Log in again."),
    "key_expired": (401, "This API key has expired. Use another one."),
    "key_revoked": (401, "This API key was revoked. Use another one."),
    "session_ended": (401, "The session has ended or is not known. Log in again."),
    "wrong_credentials": (401, "The e-mail address or the password is wrong."),
    "cross_site": (403, "This call may not come from another site. Send X-Requested-With."),
    "wrong_password": (403, "The password is wrong. Type the one you log in with."),
    "login_too_old": (
        403,
        "This account has no password to confirm it with. Log in again, then do it within 5 "
        "minutes.",
    ),
    "email_not_verified": (
        403,
        "Confirm your e-mail address first: follow the link in the mail you were sent, or ask for "
        "another one.",
    ),
    "quota_reached": (
        402,
        "Your plan `free` includes 1,000 pages a month and all are read. It starts anew on "
        "2026-02-01 (UTC). Read on then, or take a larger plan.",
    ),
    "not_allowed": (403, "This needs the scope `write`, and the API key has `read`."),
    "account_frozen": (
        403,
        "This account is frozen: nothing is lost, but it cannot be used. Write to whoever runs "
        "this service to have it opened again.",
    ),
    "not_found": (404, "There is no such reading."),
    "email_taken": (409, "There is already an account with this e-mail address. Log in instead."),
    "no_password": (
        409,
        "This account has no password yet. Set one with the link of `POST /auth/forgot-password`.",
    ),
    "last_admin": (
        409,
        "You are the only admin. Make somebody else one first: `legible admin grant EMAIL`.",
    ),
    "identity_taken": (409, "This Google account is linked to another account here already."),
    "only_way_in": (
        409,
        "Without this Google account you could not log in any more. Set a password first.",
    ),
    "too_many_keys": (409, "An account may have 20 keys. Revoke one that is no longer used."),
    "in_progress": (
        409,
        "The same request (by its `Idempotency-Key`) is still running. Ask again in a moment.",
    ),
    "feedback_id_taken": (409, "You gave other feedback under this id. Choose a new UUID."),
    "is_admin": (409, "Admins cannot be frozen. First: `legible admin revoke EMAIL`."),
    "already_served": (409, "This version is served already."),
    "bad_bundle": (409, "This version cannot be served, and nothing changed: check 'sha256'."),
    "nothing_to_roll_back": (409, "Nothing was activated before, so there is no way back."),
    "challenger_running": (409, "A challenger reads along already. End its trial first."),
    "no_challenger": (409, "No challenger reads along."),
    "not_aligned": (
        409,
        "The text around it was corrected to other symbols, so this one cannot be found in it. "
        "Correct that text again, or withdraw its correction first.",
    ),
    "nothing_to_withdraw": (409, "There is no such feedback that stands. Ask for what there is."),
    "too_much_feedback": (409, "This reading has 1,000 judgements, which is the most it may have."),
    "link_expired": (410, "This took too long or is done already. Sign in with Google again."),
    "gone": (410, "What this `Idempotency-Key` made has been deleted. Use a new key to make more."),
    "too_large": (413, "A file may have at most 26,214,400 bytes. Send a smaller copy."),
    "too_many_files": (413, "A batch may have at most 1,000 files. Send it in several."),
    "archive_too_large": (
        413,
        "There is more in the archives than is unpacked. Send the pictures in smaller ones.",
    ),
    "unsupported_format": (415, "This is a video, which is not read. Save it as JPEG or PNG."),
    "not_an_image": (415, "This is no picture and no PDF. Send a photo or a scan."),
    "invalid_request": (422, "The request is not as it should be: see `errors`."),
    "idempotency_key_reused": (
        422,
        "This `Idempotency-Key` came with another request before. Use a new key for each request, "
        "and the same only to send the very same request again.",
    ),
    "weak_password": (422, "The password needs at least 10 characters; this one has 4."),
    "bad_token": (
        422,
        "This link was used, replaced by a newer one, or has expired. Ask for a new one.",
    ),
    "bad_cursor": (422, "This cursor is not one that a list has given. Start without one."),
    "truncated": (422, "The file ends too early or is damaged. Send it again."),
    "too_many_pages": (422, "The file has 31 pages and at most 20 are read. Send fewer."),
    "bad_archive": (422, "The archive is damaged or no whole zip. Pack it anew and send it again."),
    "encrypted": (422, "This entry is encrypted. Pack it without a password."),
    "nested_archive": (422, "There is an archive in the archive. Send it by itself."),
    "unsafe_name": (
        422,
        "This entry has a name that no file in a folder can have. Pack the folder anew.",
    ),
    "nothing_written": (422, "There is nothing to look at on this page. Send a larger picture."),
    "bad_pattern": (422, "The pattern has a `[` that is never closed."),
    "unsupported_symbols": (422, "The loaded networks read digits only. Ask for `digits`."),
    "bad_feedback": (422, "This feedback does not fit the reading: see `errors`."),
    "unreadable_input": (422, "The file cannot be read."),
    "too_many_requests": (429, "This user may make 1,200 requests in 60 seconds. Wait 3 s."),
    "internal_error": (500, "Something went wrong on our side. Try again."),
    "busy": (503, "Many pictures are being read just now. Try again in a few seconds."),
    "mail_not_configured": (
        503,
        "This service sends no mails. Ask whoever runs it to set LEGIBLE_SMTP_URL.",
    ),
    "provider_unavailable": (503, "Google does not answer just now. Try again in a moment."),
    "stopping": (503, "The service is being stopped. Send the batch again with the same key."),
    "storage_unavailable": (503, "The store of the pictures does not answer. Try again soon."),
    "not_ready": (503, "The database does not answer. Try again in a moment."),
}


# What may be wrong with who asks, wherever somebody must be known.
CALLER_PROBLEMS = (
    "not_authenticated",
    "token_expired",
    "key_expired",
    "key_revoked",
    "not_allowed",
    "account_frozen",
)


class FieldProblem(BaseModel):
    """What is wrong with one field of the request."""

    field: str = Field(examples=["email"])
    message: str = Field(examples=["value is not a valid email address"])


class Problem(BaseModel):
    """An error (RFC 9457). `code` is stable, for programs; `detail` is for people."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no such reading."])
    code: str = Field(examples=["not_found"])
    errors: list[FieldProblem] | None = Field(default=None, description="The fields of a 422.")


class AppError(Exception):
    """A request that cannot be answered, with its status, stable code and words for people."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Sequence[FieldProblem] = (),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers


def _phrase(status: int) -> str:
    """The reason phrase of RFC 9110, 15; Python knows some by their old names until 3.13."""
    return {413: "Content Too Large", 422: "Unprocessable Content"}.get(
        status, HTTPStatus(status).phrase
    )


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Write an error as a problem document."""
    problem = Problem(
        title=_phrase(status),
        status=status,
        detail=detail,
        code=code,
        errors=list(errors) or None,
    )
    all_headers = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED:
        all_headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=status,
        headers=all_headers,
        media_type=MEDIA_TYPE,
    )


def _status_of(error: ReadError) -> int:
    return PROBLEMS.get(error.code, (422, ""))[0]


def problem_of(error: AppError | ReadError) -> dict[str, Any]:
    """Write an error as the problem document that a part of an answer has."""
    status = error.status if isinstance(error, AppError) else _status_of(error)
    problem = Problem(title=_phrase(status), status=status, detail=error.detail, code=error.code)
    return problem.model_dump(exclude_none=True)


def add_handlers(app: FastAPI) -> None:
    """Answer every kind of error with a problem document. The 500 is the observer's."""

    @app.exception_handler(AppError)
    def _app_error(_request: Request, error: AppError) -> JSONResponse:
        return problem_response(
            error.status, error.code, error.detail, errors=error.errors, headers=error.headers
        )

    @app.exception_handler(ReadError)
    def _read_error(_request: Request, error: ReadError) -> JSONResponse:
        return problem_response(_status_of(error), error.code, error.detail)

    @app.exception_handler(RequestValidationError)
    def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        # Only place and message: the input itself may be a password.
        errors = [
            FieldProblem(field=_field(found["loc"]), message=found["msg"])
            for found in error.errors()
        ]
        fields = ", ".join(dict.fromkeys(found.field for found in errors))
        detail = f"The request is not as it should be: look at {fields}."
        return problem_response(422, "invalid_request", detail, errors=errors)

    @app.exception_handler(HTTPException)
    def _http_error(request: Request, error: HTTPException) -> JSONResponse:
        status, code, detail = error.status_code, "http_error", error.detail
        errors: list[FieldProblem] = []
        headers = error.headers
        if status == HTTPStatus.NOT_FOUND:
            code, detail = "not_found", "There is nothing at this address."
        elif status == HTTPStatus.METHOD_NOT_ALLOWED:
            code, detail = "method_not_allowed", "This address exists, but not for this method."
            headers = {"Allow": ", ".join(allowed_methods(request))}
        elif status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            code = "too_large"
        elif status == HTTPStatus.BAD_REQUEST:  # FastAPI's, for a form that is none
            status, code, detail = 422, "invalid_request", "The body is not the form it should be."
            errors = [FieldProblem(field="body", message=error.detail)]
        return problem_response(status, code, detail, errors=errors, headers=headers)


def _field(place: Sequence[int | str]) -> str:
    """`("body", "password")` to `password`; the whole body stays `body`."""
    inner = [str(part) for part in place[1:] if isinstance(part, str)]
    return ".".join(inner) or str(place[0])


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Declare the errors of a route for `responses=`, each with an example."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, detail = PROBLEMS[code]
        title = _phrase(status)
        response = responses.setdefault(
            status,
            {
                "description": title,
                "content": {
                    MEDIA_TYPE: {
                        "schema": {"$ref": "#/components/schemas/Problem"},
                        "examples": {},
                    }
                },
            },
        )
        value = Problem(title=title, status=status, detail=detail, code=code)
        response["content"][MEDIA_TYPE]["examples"][code] = {
            "summary": code,
            "value": value.model_dump(exclude_none=True),
        }
    return responses
