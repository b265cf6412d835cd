"""Who is an admin, for all routes under `/admin`."""

from typing import Annotated

from fastapi import Depends

from legible.app import models
from legible.app.deps import CallerDep
from legible.app.errors import CALLER_PROBLEMS, AppError

# What may be wrong with who asks: a missing scope is 404 here.
ADMIN_PROBLEMS = (
    *(code for code in CALLER_PROBLEMS if code != "not_allowed"),
    "not_found",
    "invalid_request",
)


def get_admin(caller: CallerDep) -> models.User:
    """Answer which admin asks.

    Anybody else, and an admin's API key, gets what an address without a route gets: a 403 would
    tell whose role it is not, and invite to look for one whose it is.
    """
    if caller.user.role != "admin" or "account" not in caller.scopes:
        raise AppError(404, "not_found", "There is nothing at this address.")
    return caller.user


Admin = Annotated[models.User, Depends(get_admin)]
