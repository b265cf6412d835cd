"""Days and moments as they may be given: written as RFC 3339 does.

Left to itself, pydantic also takes numbers, as seconds since 1970: `?to=0` would be a day.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r"[Tt ].+", re.DOTALL)


def _is_written_day(given: object) -> object:
    if not (isinstance(given, str) and _DAY.fullmatch(given)):
        raise ValueError("a day such as 2026-01-31 is expected")
    return given


def _is_written_moment(given: object) -> object:
    if not (isinstance(given, str) and _MOMENT.fullmatch(given)):
        raise ValueError("a time with a zone such as 2026-01-31T12:00:00Z is expected")
    return given


Day = Annotated[date, BeforeValidator(_is_written_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_is_written_moment)]
