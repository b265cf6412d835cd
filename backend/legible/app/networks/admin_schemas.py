"""What admins are told of the networks, and tell them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from legible.app import models
from legible.app.networks.challengers import Comparison, Side
from legible.app.networks.intervals import wilson
from legible.app.networks.live import By, Live, Tally

# So many pairs are shown of those that are confused.
_MOST_PAIRS = 20
_PER = 1_000

Interval = tuple[float, float]
Version = Annotated[str, Field(min_length=1, max_length=20, examples=["1.2.0"])]


class ActivationIn(BaseModel):
    """Which version is to be served."""

    version: Version


class ChallengerIn(BaseModel):
    """Which version is to read along."""

    name: str = Field(min_length=1, max_length=20, examples=["digit"])
    version: Version
    share: float = Field(
        default=1.0, gt=0, le=1, description="Of the readings, which it reads too.", examples=[0.2]
    )


class AdminNetworkOut(BaseModel):
    """A network, its versions, and which of them reads."""

    name: str = Field(examples=["digit"])
    served: str = Field(description="What reads in the process that answers.", examples=["1.1.0"])
    wanted: str = Field(
        description="What is to be served: each process follows within seconds.",
        examples=["1.2.0"],
    )
    refused: str | None = Field(
        description="Why that is not served in the process that answers; null: nothing is wrong."
    )
    previous: str | None = Field(
        description="What a rollback goes back to; null: there is no way back.", examples=["1.1.0"]
    )
    versions: list[str] = Field(description="Newest first.", examples=[["1.2.0", "1.1.0"]])


class ActivationOut(BaseModel):
    """A version was made the served one."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    name: str = Field(examples=["digit"])
    version: Version
    previous: str = Field(description="Served before.", examples=["1.1.0"])
    is_rollback: bool
    actor_id: UUID | None = Field(description="Who did it; null: the command line.")
    by: str | None = Field(
        default=None, description="The e-mail address of who did it, if the account is still there."
    )


class ChallengerOut(BaseModel):
    """A version that reads along, or did."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    ended_at: datetime | None = Field(description="Null: it reads along now.")
    name: str = Field(examples=["digit"])
    version: Version
    share: float = Field(description="Of the readings, which it reads too.", examples=[0.2])


class AdminNetworkListOut(BaseModel):
    """The networks, and what was done with them."""

    items: list[AdminNetworkOut]
    activations: list[ActivationOut] = Field(description="The last 50, newest first.")
    challenger: ChallengerOut | None = Field(
        description="The version that reads along, else the one that did last."
    )
    challenger_refused: str | None = Field(
        description="Why it does not read along in the process that answers."
    )


class SideOut(BaseModel):
    """How one of the two did."""

    mean_confidence: float = Field(examples=[0.93])
    median_ms: float = Field(description="For a picture.", examples=[41.5])
    p95_ms: float = Field(description="95% took less.", examples=[97.0])
    right: int = Field(description="Of those that were judged.", examples=[18])
    right_interval: Interval = Field(description="Of their share, 95% (Wilson).")

    @classmethod
    def of(cls, side: Side, judged: int) -> "SideOut":
        """Show one of the two."""
        return cls(**vars(side), right_interval=wilson(side.right, judged))


class ComparisonOut(BaseModel):
    """What a challenger and the served networks read in the same pictures."""

    challenger: ChallengerOut
    n: int = Field(description="Readings that both read and that are still kept.", examples=[240])
    same: int = Field(description="Of them with the same text.", examples=[231])
    same_interval: Interval = Field(description="Of their share, 95% (Wilson).")
    judged: int = Field(
        description="Readings of which people said what is written, since they were made.",
        examples=[20],
    )
    served: SideOut | None = Field(description="Null: nothing was read yet.")
    challenged: SideOut | None = Field(description="The challenger; null: nothing was read yet.")

    @classmethod
    def of(cls, trial: models.Challenger, found: Comparison) -> "ComparisonOut":
        """Show a comparison."""
        return cls(
            challenger=ChallengerOut.model_validate(trial),
            n=found.n,
            same=found.same,
            same_interval=found.same_interval,
            judged=found.judged,
            served=SideOut.of(found.served, found.judged) if found.served else None,
            challenged=SideOut.of(found.challenger, found.judged) if found.challenger else None,
        )


class RateOut(BaseModel):
    """How much was read, and how much of it was corrected."""

    readings: int
    symbols: int = Field(description="Read in them.", examples=[52_000])
    judged_readings: int = Field(description="Of which people said what is written.")
    judged_symbols: int = Field(description="Read in these.", examples=[4_000])
    corrections: int = Field(
        description="Symbols to change, put in or take out, to what people say.", examples=[31]
    )
    per_1000: float | None = Field(
        description="Corrections per 1,000 symbols, of all that were read.", examples=[0.6]
    )
    per_1000_interval: Interval | None = Field(description="95% (Wilson).")
    per_1000_judged: float | None = Field(
        description="The same of the judged readings alone: people rather look at doubtful ones, "
        "so that this is more than the error rate, as the other is less.",
        examples=[7.8],
    )
    per_1000_judged_interval: Interval | None

    @classmethod
    def of(cls, tally: Tally) -> "RateOut":
        """Show a tally."""
        return cls(
            **vars(tally),
            per_1000=_rate(tally.corrections, tally.symbols),
            per_1000_interval=_interval(tally.corrections, tally.symbols),
            per_1000_judged=_rate(tally.corrections, tally.judged_symbols),
            per_1000_judged_interval=_interval(tally.corrections, tally.judged_symbols),
        )


class PeriodOut(RateOut):
    """A month or a week."""

    begins: date = Field(description="Its first day (UTC); of a week, Monday.")


class ConfusionOut(BaseModel):
    """A symbol that was taken for another."""

    read: str = Field(description="Empty: it was missed.", examples=["1"])
    said: str = Field(description="Empty: nothing is written there.", examples=["7"])
    n: int = Field(examples=[12])


class LiveVersionOut(RateOut):
    """A version in real use."""

    name: str = Field(examples=["digit"])
    version: Version
    periods: list[PeriodOut] = Field(description="In which it read, oldest first.")
    confused: list[ConfusionOut] = Field(description="The 20 commonest, in judged readings.")

    @classmethod
    def of_live(cls, live: Live) -> "LiveVersionOut":
        """Show a version."""
        return cls(
            **RateOut.of(live.total).model_dump(),
            name=live.name,
            version=live.version,
            periods=[
                PeriodOut(**RateOut.of(tally).model_dump(), begins=begins)
                for begins, tally in sorted(live.by_period.items())
            ],
            confused=[
                ConfusionOut(read=read, said=said, n=n)
                for (read, said), n in sorted(
                    live.confused.items(), key=lambda one: (-one[1], one[0])
                )[:_MOST_PAIRS]
            ],
        )


class LiveOut(BaseModel):
    """The error rate in real use."""

    by: By
    items: list[LiveVersionOut] = Field(description="By network, the newest version first.")


def _rate(hits: int, n: int) -> float | None:
    return _PER * hits / n if n else None


def _interval(hits: int, n: int) -> Interval | None:
    if not n:
        return None
    low, high = wilson(hits, n)
    return _PER * low, _PER * high
