"""Patterns by name: what people write into the fields of forms.

Digits, dots, commas and dashes are all there is to read, so brackets, spaces and the plus of a
telephone number are left out. A mark is optional where some people write it.

    us-zip          5 digits
    us-zip4         5 digits, a dash, 4 digits
    phone           any number of E.164: 6 to 15 digits, a mark between any two of them
    phone:us        the North American plan, 10 digits as 3-3-4, none of the first two groups
                    beginning with 0 or 1; or 1 before it
    phone:gb        0 and 9 or 10 digits: areas 2x, 1x1, 11x, 1xxx, mobiles 7xxx, 3xx, 5xx, 8xx, 9xx
    phone:de        0, area or mobile code of 2 to 5 digits, 3 to 8 digits, and behind a dash up to
                    4 of an extension
    phone:fr        0 and 9 digits as 1-2-2-2-2
    phone:se        0, area or mobile code of 1 to 3 digits, 5 to 8 digits; 7 to 9 without the 0
    phone:ch        0 and 9 digits as 2-3-2-2
    phone:in        10 digits: mobiles as 5-5 from 6 on, others behind a code of 2 to 4; or 0 before
    date            YYYY-MM-DD, DD.MM.YYYY, DD-MM-YYYY, MM-DD-YYYY, YYYYMMDD, DDMMYYYY; months 01
                    to 12, days 01 to 31 in every month
    amount          digits, with or without thousands marks, with or without two decimals
    integer         digits, a dash before them if negative
    decimal         the same, and a dot or comma with digits behind it, or only those
    luhn            a number of 12 to 19 digits whose check digit is right, as cards have

Every region's numbers may begin with its country code instead of 0, with or without 00.

Sources: ITU-T E.164 and its national numbering plans; ISO 8601; ISO/IEC 7812-1 annex B (Luhn).
"""

from dataclasses import dataclass
from typing import ClassVar

from legible.reader.errors import BadPattern

_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12]\d|3[01])"
_MARK = r"[-.]?"


def _phone(code: int, trunk: str, number: str) -> str:
    return f"({trunk}|(00)?{code}{_MARK})({number})"


NAMED = {
    "us-zip": r"\d{5}",
    "us-zip4": r"\d{5}-\d{4}",
    "phone": rf"\d({_MARK}\d){{5,14}}",
    "phone:us": _phone(1, "", rf"[2-9]\d\d{_MARK}[2-9]\d\d{_MARK}\d{{4}}"),
    "phone:gb": _phone(
        44,
        "0",
        r"2\d-?\d{4}-?\d{4}|1(\d1|1\d)-?\d{3}-?\d{4}|1\d{3}-?\d{3}-?\d{2,3}"
        r"|7\d{3}-?\d{3}-?\d{3}|[3589]\d\d-?\d{3}-?\d{3,4}",
    ),
    "phone:de": _phone(49, "0", r"[1-9]\d{1,4}-?\d{3,8}(-\d{1,4})?"),
    "phone:fr": _phone(33, "0", rf"[1-9]({_MARK}\d\d){{4}}"),
    "phone:se": _phone(
        46,
        "0",
        r"8-?(\d\d-?\d\d|\d{3}-?\d\d|\d{3}-?\d{3})-?\d\d"
        r"|[1-79]\d-?(\d{3}|\d\d-?\d\d|\d{3}-?\d\d)-?\d\d"
        r"|[1-79]\d\d-?(\d{3}|\d\d-?\d\d)-?\d\d",
    ),
    "phone:ch": _phone(41, "0", rf"[1-9]\d{_MARK}\d{{3}}{_MARK}\d\d{_MARK}\d\d"),
    "phone:in": _phone(
        91, "0?", r"[6-9]\d{4}-?\d{5}|[1-9]\d-?\d{8}|[1-9]\d\d-?\d{7}|[1-9]\d{3}-?\d{6}"
    ),
    "date": (
        rf"\d{{4}}-{_MONTH}-{_DAY}|{_DAY}\.{_MONTH}\.\d{{4}}|{_DAY}-{_MONTH}-\d{{4}}"
        rf"|{_MONTH}-{_DAY}-\d{{4}}|\d{{4}}{_MONTH}{_DAY}|{_DAY}{_MONTH}\d{{4}}"
    ),
    "amount": r"\d+([.,]\d\d)?|\d{1,3}(,\d{3})+(\.\d\d)?|\d{1,3}(\.\d{3})+(,\d\d)?",
    "integer": r"-?\d+",
    "decimal": r"-?(\d+([.,]\d+)?|[.,]\d+)",
}


@dataclass(frozen=True, slots=True)
class Luhn:
    """Numbers whose check digit is right.

    Which digits are doubled depends on how many follow, so both sums are kept: a state is
    100 * digits so far + 10 * sum with the last digit doubled + sum with it as it is, modulo 10.
    """

    _least: ClassVar[int] = 12
    _most: ClassVar[int] = 19

    def start(self) -> frozenset[int]:
        """The state before the first digit."""
        return frozenset([0])

    def step(self, states: frozenset[int], symbol: str) -> frozenset[int]:
        """The state after one more digit; empty if none may follow or no number begins so."""
        if not states or symbol not in "0123456789":
            return frozenset()
        (state,) = states
        length, doubled, plain = state // 100 + 1, state // 10 % 10, state % 10
        digit = int(symbol)
        twice = digit * 2 - 9 * (digit > 4)
        plain, doubled = (doubled + digit) % 10, (plain + twice) % 10
        # Any number can be made right by one more digit; only the longest must already be.
        if length > self._most or (length == self._most and plain):
            return frozenset()
        return frozenset([100 * length + 10 * doubled + plain])

    def accepts(self, states: frozenset[int]) -> bool:
        """Whether the digits so far are such a number."""
        return any(state // 100 >= self._least and state % 10 == 0 for state in states)


def find_named(name: str) -> str | Luhn:
    """The expression behind a name, or what stands for it if no expression can.

    Raises:
        BadPattern: no field has this name; the text lists those there are.
    """
    if name == "luhn":
        return Luhn()
    if name not in NAMED:
        known = ", ".join(sorted([*NAMED, "luhn"]))
        raise BadPattern(f"There is no pattern '{name}'. Write an expression, or one of: {known}.")
    return NAMED[name]
