"""Whether the networks may learn from what somebody corrects."""

import io
import json
from typing import Any
from zipfile import ZipFile

import pytest
from httpx2 import Response

from legible.app.db import Database
from tests.app.mailed import actions_of
from tests.app.people import Person, assert_problem


def _patch(person: Person, body: Any) -> Response:
    return person.client.patch("/api/v1/users/me", headers=person.headers, json=body)


def _account_in_data(person: Person) -> dict[str, Any]:
    with ZipFile(io.BytesIO(person.get("/users/me/data").content)) as archive:
        account: dict[str, Any] = json.loads(archive.read("account.json"))
    return account


def test_nothing_is_shared_until_somebody_says_so(ada: Person) -> None:
    assert ada.user["shares_corrections"] is False
    account = _account_in_data(ada)
    assert (account["shares_corrections"], account["shares_corrections_since"]) == (False, None)


def test_consent_is_given_and_withdrawn_and_each_change_is_recorded_once(
    ada: Person, database: Database
) -> None:
    given = _patch(ada, {"shares_corrections": True})
    since = _account_in_data(ada)["shares_corrections_since"]
    assert (given.status_code, given.json()) == (200, {**ada.user, "shares_corrections": True})
    assert since is not None

    _patch(ada, {"shares_corrections": True, "name": "Ada King"})
    assert _account_in_data(ada)["shares_corrections_since"] == since
    assert _patch(ada, {"name": "Ada"}).json()["shares_corrections"] is True

    withdrawn = _patch(ada, {"shares_corrections": False})
    _patch(ada, {"shares_corrections": False})
    assert withdrawn.json() == ada.get("/users/me").json() == ada.user
    told = [action for action in actions_of(database, ada) if action.startswith("consent")]
    assert told == ["consent_given", "consent_withdrawn"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": None},
        {"name": "Eve", "shares_corrections": None},
        {"shares_corrections": "yes"},
        {"shares_corrections": 1},
        {"shares_corrections_since": "2020-01-01T00:00:00Z"},
    ],
)
def test_a_change_that_is_none_is_refused(ada: Person, body: Any) -> None:
    assert_problem(_patch(ada, body), 422, "invalid_request")

    assert ada.get("/users/me").json() == ada.user
