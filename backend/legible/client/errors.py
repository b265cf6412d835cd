"""What can go wrong when the service is asked. `code` is stable, for programs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2


class LegibleError(Exception):
    """The service did not do what was asked; all errors of the client are of this kind.

    Attributes:
        code: stable, for programs, e.g. `not_an_image`.
        detail: for people.
        status: of HTTP; None when no answer came.
        errors: the fields of the request that are wrong, each with its message.
        request_id: by which the service's log knows the request.
        retry_after_s: how long the service wants to be left alone; None when it did not say.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int | None = None,
        errors: Mapping[str, str] | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(f"{detail} ({code})")
        self.code = code
        self.detail = detail
        self.status = status
        self.errors = dict(errors or {})
        self.request_id = request_id
        self.retry_after_s = retry_after_s


class NoConnection(LegibleError):
    """No answer came, or it broke off: the service may or may not have done it."""


class NotAuthenticated(LegibleError):
    """401: the key is missing, wrong, expired or revoked."""


class NotAllowed(LegibleError):
    """403: the key has not the scope that this needs."""


class NotFound(LegibleError):
    """404: there is no such reading, or it is another's."""


class TooManyRequests(LegibleError):
    """429: a limit is reached, also after waiting."""


class Refused(LegibleError):
    """Any other 4xx: the file or an option is not as it should be; asking again does not help."""


class ServerFailed(LegibleError):
    """5xx, or an answer that is none of Legible's."""


_KINDS: Mapping[int, type[LegibleError]] = {
    401: NotAuthenticated,
    403: NotAllowed,
    404: NotFound,
    429: TooManyRequests,
}


def error_of(response: httpx2.Response) -> LegibleError:
    """Make the error of an answer whose body has been read."""
    status = response.status_code
    return error_of_problem(
        {
            "code": f"http_{status}",
            "detail": _unknown(response),
            **_problem(response),
            "status": status,
        },
        request_id=response.headers.get("X-Request-ID"),
        retry_after_s=_retry_after_s(response.headers.get("Retry-After")),
    )


def error_of_problem(
    problem: Mapping[str, Any], *, request_id: str | None = None, retry_after_s: float | None = None
) -> LegibleError:
    """Make the error of a problem document (RFC 9457)."""
    status = int(problem["status"])
    other = Refused if 400 <= status < 500 else ServerFailed
    return _KINDS.get(status, other)(
        str(problem["code"]),
        str(problem["detail"]),
        status=status,
        errors={str(one["field"]): str(one["message"]) for one in problem.get("errors") or ()},
        request_id=request_id,
        retry_after_s=retry_after_s,
    )


def no_connection(host: str, failure: httpx2.TransportError) -> NoConnection:
    """Make the error of a connection that failed."""
    if isinstance(failure, httpx2.TimeoutException):
        return NoConnection("timeout", f"{host} took too long to answer. Try again later.")
    return NoConnection(
        "no_connection",
        f"There is no connection to {host}: {str(failure) or 'it broke off'}. Check the address.",
    )


def _problem(response: httpx2.Response) -> dict[str, Any]:
    """The problem document of Legible (RFC 9457); empty if a proxy or something else answers."""
    if response.headers.get("Content-Type") != "application/problem+json":
        return {}
    try:
        problem = response.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _unknown(response: httpx2.Response) -> str:
    what = f"{response.url.host} answered {response.status_code} {response.reason_phrase}"
    if response.is_redirect:
        target = response.headers.get("Location", "elsewhere")
        return f"{what}, to {target}. Give the address of the service itself."
    return f"{what}, which is no answer of Legible. Check the address."


def _retry_after_s(value: str | None) -> float | None:
    """Read `Retry-After` (RFC 9110, 10.2.3): seconds, or a date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
