"""The plans file: how many pages a month brings, and what those beyond cost."""

import logging
import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from legible.app.settings import Settings, StartError

_SHIPPED = Path(__file__).with_name("plans.toml")
# ISO 4217: the currencies that do not have two digits after the point.
_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"), 0),
    **dict.fromkeys(("UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}

_log = logging.getLogger(__name__)

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]


@dataclass(frozen=True)
class Plan:
    """What a month brings. Without a price for the pages beyond, reading stops at `included`."""

    name: str
    included_pages: int
    price_per_thousand: Decimal | None
    currency: str

    @property
    def hard_stop(self) -> bool:
        """Whether no page beyond those included is read."""
        return self.price_per_thousand is None


@dataclass(frozen=True)
class Plans:
    """All plans, and the one of whoever has no other."""

    by_name: dict[str, Plan]
    default: Plan

    def of(self, name: str | None) -> Plan:
        """Answer the plan of an account; `None` is the default."""
        if name is None:
            return self.default
        plan = self.by_name.get(name)
        if plan is None:  # `serve` refuses to start so; the file was changed under a running one
            _log.error("an account has the plan %s, which the plans file does not know", name)
            return self.default
        return plan


def price_of(pages: int, price_per_thousand: Decimal | None, currency: str) -> Decimal:
    """Price pages to the page, rounded to the currency's smallest coin, halves to even."""
    coin = Decimal(1).scaleb(-_DIGITS.get(currency, 2))
    return (pages * (price_per_thousand or Decimal(0)) / 1000).quantize(coin, ROUND_HALF_EVEN)


class _PlanIn(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    # What the databases' integers hold, with room to count beyond.
    included_pages: int = Field(ge=0, le=1_000_000_000)
    price_per_thousand: (
        Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{1,6})?$")] | None
    ) = None


class _PlansIn(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    default: str
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    plans: dict[_Name, _PlanIn]

    @model_validator(mode="after")
    def _default_is_a_plan(self) -> "_PlansIn":
        if self.default not in self.plans:
            raise ValueError(
                f"`default` is {self.default!r}, which is none of the plans: "
                f"{', '.join(self.plans) or 'there are none'}"
            )
        return self


def load_plans(settings: Settings) -> Plans:
    """Read the plans file that the settings name, or the shipped one.

    Raises:
        StartError: it cannot be read or is not as it should be, and where.
    """
    path = settings.plans_file or _SHIPPED
    try:
        given = _PlansIn.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise StartError(
            f"LEGIBLE_PLANS_FILE: {path} cannot be read: {error.strerror}. "
            "Name a file of plans, or leave it unset for the shipped ones."
        ) from error
    except ValidationError as error:
        found = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}"
            for one in error.errors()
        )
        raise StartError(f"LEGIBLE_PLANS_FILE: {path} is no file of plans: {found}.") from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise StartError(f"LEGIBLE_PLANS_FILE: {path} is no TOML: {error}.") from error
    by_name = {
        name: Plan(
            name=name,
            included_pages=plan.included_pages,
            price_per_thousand=(
                None if plan.price_per_thousand is None else Decimal(plan.price_per_thousand)
            ),
            currency=given.currency,
        )
        for name, plan in given.plans.items()
    }
    return Plans(by_name, by_name[given.default])
