"""The statement of a month: what was read, and what it costs. Months are in UTC."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.errors import AppError
from legible.app.models.base import now
from legible.app.usage.plans import Plan, price_of
from legible.app.usage.service import Tally, month_of, next_month, tally


@dataclass(frozen=True)
class Statement:
    """One month of one account, by the terms that were in force when its last page was counted."""

    account: UUID
    month: date
    plan: Plan
    lines: list[Tally]

    @property
    def final(self) -> bool:
        """Whether the month is over, so that nothing can be added."""
        return self.month < month_of(now().date())

    @property
    def pages(self) -> int:
        """All pages of the month."""
        return sum(line.pages for line in self.lines)

    @property
    def beyond_pages(self) -> int:
        """Those that the plan does not include."""
        return max(self.pages - self.plan.included_pages, 0)

    @property
    def amount(self) -> Decimal:
        """What the pages beyond cost."""
        plan = self.plan
        return price_of(self.beyond_pages, plan.price_per_thousand, plan.currency)


def list_months(session: Session, *, user_id: UUID) -> list[date]:
    """Answer the months that have a statement, newest first: this one, and all with usage."""
    this_month = month_of(now().date())
    used = session.scalars(
        sa.select(models.UsageMonth.month).where(models.UsageMonth.user_id == user_id)
    )
    return sorted({this_month, *used}, reverse=True)


def make_statement(session: Session, *, user_id: UUID, month: date, plan: Plan) -> Statement:
    """Draw up the statement of a month; `plan` holds for this one as long as nothing was read.

    Raises:
        AppError: 404 `not_found`: nothing was read in that month.
    """
    kept = session.get(models.UsageMonth, (user_id, month))
    if kept is not None:
        plan = Plan(
            name=kept.plan,
            included_pages=kept.included_pages,
            price_per_thousand=kept.price_per_thousand,
            currency=kept.currency,
        )
    elif month != month_of(now().date()):
        detail = f"There is no statement for {month:%Y-%m}: nothing was read in that month."
        raise AppError(404, "not_found", detail)
    last = next_month(month) - timedelta(days=1)
    lines = tally(session, user_id=user_id, first=month, last=last, by_day=False)
    return Statement(user_id, month, plan, lines)
