"""`legible admin`: who may do what admins do is said where the service runs, and nowhere else."""

from typing import Literal

from legible.app import db
from legible.app.admin.service import set_role
from legible.app.db import Database
from legible.app.settings import Settings, StartError
from legible.app.system.serve import says_why


@says_why
def set_role_of(*, email: str, role: Literal["user", "admin"]) -> int:
    """Make an account an admin's, or no longer one, and say so."""
    settings = Settings()
    db.migrate(settings)
    database = Database(settings.sqlalchemy_url())
    try:
        with database.writes() as session:
            user = set_role(session, email=email, role=role)
    finally:
        database.close()
    if user is None:
        raise StartError(f"There is no account with the e-mail address {email}. Register it first.")
    now = "is an admin" if role == "admin" else "is no admin"
    print(f"{user.email} {now}.")  # noqa: T201  the command's own answer
    return 0
