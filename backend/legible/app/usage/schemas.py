"""What usage and statements give over HTTP. Money is text, so that it stays exact."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from legible.app.usage.service import Standing, Tally
from legible.app.usage.statements import Statement


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class StatementLineOut(_Out):
    """What was read with one key by the same networks."""

    key_id: UUID | None = Field(description="The API key; null for a session.", examples=[None])
    key_name: str | None = Field(description="What the key is called today.", examples=[None])
    models: dict[str, str] = Field(examples=[{"digit": "1.1.0", "line": "1.0.0"}])
    readings: int = Field(examples=[12])
    pages: int = Field(examples=[14])


class UsageLineOut(StatementLineOut):
    """What was read on one day with one key by the same networks."""

    day: date = Field(description="In UTC.")


class UsageTotalsOut(BaseModel):
    """The sum of all lines."""

    readings: int = Field(examples=[12])
    pages: int = Field(examples=[14])


class StandingOut(BaseModel):
    """This month (UTC), whatever range was asked for."""

    plan: str = Field(examples=["free"])
    used_pages: int = Field(examples=[14])
    included_pages: int = Field(examples=[1000])
    hard_stop: bool = Field(description="Whether no page beyond those included is read.")
    resets_at: datetime

    @classmethod
    def of(cls, current: Standing) -> "StandingOut":
        """Show how far the month is used up."""
        return cls(
            plan=current.plan.name,
            used_pages=current.pages,
            included_pages=current.plan.included_pages,
            hard_stop=current.plan.hard_stop,
            resets_at=current.resets_at,
        )


class UsageOut(BaseModel):
    """The pages read in a range of days, both ends included."""

    first: date = Field(serialization_alias="from")
    last: date = Field(serialization_alias="to")
    lines: list[UsageLineOut]
    totals: UsageTotalsOut
    this_month: StandingOut

    @classmethod
    def of(cls, first: date, last: date, lines: list[Tally], current: Standing) -> "UsageOut":
        """Show what was added up."""
        return cls(
            first=first,
            last=last,
            lines=[UsageLineOut.model_validate(line) for line in lines],
            totals=UsageTotalsOut(
                readings=sum(line.readings for line in lines),
                pages=sum(line.pages for line in lines),
            ),
            this_month=StandingOut.of(current),
        )


class StatementOut(BaseModel):
    """What was read in a month (UTC) and what it costs."""

    month: str = Field(examples=["2026-01"])
    final: bool = Field(description="False while the month goes on and the numbers change.")
    account: UUID
    plan: str = Field(description="That of the last page counted.", examples=["team"])
    lines: list[StatementLineOut]
    pages: int = Field(examples=[20500])
    included_pages: int = Field(examples=[20000])
    beyond_pages: int = Field(examples=[500])
    price_per_thousand: Decimal | None = Field(
        description="Of the pages beyond, charged to the page; null: none are read.",
        examples=["4.00"],
    )
    amount: Decimal = Field(examples=["2.00"])
    currency: str = Field(description="ISO 4217.", examples=["EUR"])

    @classmethod
    def of(cls, statement: Statement) -> "StatementOut":
        """Show a statement."""
        return cls(
            month=f"{statement.month:%Y-%m}",
            final=statement.final,
            account=statement.account,
            plan=statement.plan.name,
            lines=[StatementLineOut.model_validate(line) for line in statement.lines],
            pages=statement.pages,
            included_pages=statement.plan.included_pages,
            beyond_pages=statement.beyond_pages,
            price_per_thousand=statement.plan.price_per_thousand,
            amount=statement.amount,
            currency=statement.plan.currency,
        )


class StatementListOut(BaseModel):
    """The months that have a statement, newest first."""

    months: list[str] = Field(examples=[["2026-02", "2026-01"]])
