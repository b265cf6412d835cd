"""What the OpenAPI document cannot tell a program that makes requests from it.

Loaded by schemathesis (`schemathesis.toml`). Each failure that is let pass has its reason here.
"""

import os
from typing import Any
from uuid import uuid4

import httpx2
import schemathesis
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.openapi.checks import RejectedPositiveData

from tests.app.people import PASSWORD, picture

# Requests that keep to the document and are refused all the same, since no schema can say this.
REFUSED_BY_MEANING = {
    "bad_cursor": "a cursor is one that a list gave, whatever its characters",
    "weak_password": "common passwords have no pattern",
    "idempotency_key_reused": "a key is for one request; here it comes with another body",
    "bad_feedback": "a judgement names what the reading has",
    "bad_pattern": "brackets must close",
    "bad_token": "a token is one that was mailed",
    "link_expired": "there is nothing to link unless somebody came back from a provider",
}
# The same where the code is the one of every malformed field: call and field.
REFUSED_FIELDS = {
    ("POST /api/v1/keys", "expires_at"): "a key expires in the future",
    ("POST /api/v1/keys", "name"): "control characters, by Unicode's tables",
    ("PATCH /api/v1/keys/{key_id}", "name"): "the same",
    ("POST /api/v1/auth/register", "name"): "the same",
    ("POST /api/v1/auth/register", "email"): "ends in a domain that can have mail",
    ("PATCH /api/v1/users/me", "name"): "the same",
    ("POST /api/v1/users/me/email", "email"): "ends in a domain that can have mail",
    ("GET /api/v1/usage", "from"): "a year at most, and not before its end",
    ("GET /api/v1/admin/audit", "since"): "a year that every zone has",
    ("GET /api/v1/admin/audit", "until"): "the same",
}

# Who did these could do nothing after, or not log in again.
ONCE_IN_A_LIFE = {"DELETE /api/v1/users/me", "POST /api/v1/users/me/password"}

_with_picture: set[str] = set()


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Send a real picture where any file would do; random bytes are none.

    What ends an account or its password is done by somebody new each time.
    """
    if case.operation.label in ONCE_IN_A_LIFE and "Authorization" in case.headers:
        case.headers["Authorization"] = f"Bearer {_token_of_somebody_new()}"
    generated = case.meta.generation.mode if case.meta else None
    if generated is GenerationMode.POSITIVE and isinstance(case.body, dict) and "file" in case.body:
        _with_picture.add(case.id)
        body: dict[str, Any] = case.body
        body["file"] = [picture()] if isinstance(body["file"], list) else picture()


def _token_of_somebody_new() -> str:
    new = {"email": f"{uuid4().hex}@example.com", "name": "New", "password": PASSWORD}
    answer = httpx2.post(f"{os.environ['ADDRESS']}/api/v1/auth/register", json=new)
    return str(answer.json()["access_token"])


@schemathesis.hook
def filter_failure(
    context: HookContext, failure: Failure, case: Case[Any], response: Response
) -> bool:
    """Say whether a failure is one."""
    if isinstance(failure, RejectedPositiveData):
        problem = response.json()
        fields = {error["field"] for error in problem.get("errors", [])}
        named = {field for call, field in REFUSED_FIELDS if call == case.operation.label}
        return problem["code"] not in REFUSED_BY_MEANING and not (fields and fields <= named)
    if isinstance(failure, AcceptedNegativeData):
        # A null in a query is no text at all, so what was sent keeps to the document. And a real
        # picture is taken for bad data there, since it is bytes and no text.
        return case.id not in _with_picture and not str(failure.message).endswith("null value")
    return True
