"""The command `legible plan`."""

import sys

from legible.app.accounts.schemas import normalise_email
from legible.app.db import Database, migrate
from legible.app.settings import Settings, StartError
from legible.app.system.serve import says_why
from legible.app.usage.plans import load_plans
from legible.app.usage.service import set_plan


@says_why
def give_plan(*, email: str, plan: str) -> int:
    """Give an account a plan of the plans file, from its next page on."""
    settings = Settings()
    plans = load_plans(settings)
    if plan not in plans.by_name:
        raise StartError(
            f"There is no plan {plan!r} in the plans file; it has {', '.join(plans.by_name)}."
        )
    migrate(settings)
    database = Database(settings.sqlalchemy_url())
    try:
        with database.writes() as session:
            found = set_plan(session, email=normalise_email(email), plan=plans.by_name[plan])
    finally:
        database.close()
    if not found:
        print(f"legible: There is no account {email}.", file=sys.stderr)  # noqa: T201
        return 1
    return 0
