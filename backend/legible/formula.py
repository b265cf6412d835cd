"""Texts that a spreadsheet would calculate, made harmless in a CSV (OWASP: CSV Injection)."""

import re

# What begins a formula, also as the wide characters that East Asian spreadsheets take for them.
_STARTS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
# A sign, then digits and what separates them: a number or a phone number, which calculates nothing.
# A second sign would: a spreadsheet shows +49-341 as -292.
_NUMBER = re.compile(r"[+-] ?\(?[0-9][0-9 .,()]*")
# Where a cell ends for a program that reads the file with another separator than ours. Quotes do
# not help there: they only count at the beginning of what is taken for a cell.
_ENDS = re.compile(r"([;,\t\r\n|])")


def defuse(text: str) -> str:
    """Put a `'` before every formula in a text, also inside it where another cell might begin.

    A signed number stays as it is, so that programs get the text which was read.
    """
    parts = _ENDS.split(text)
    safe = "".join(part if place % 2 else _quoted(part) for place, part in enumerate(parts))
    # The whole once more: `-1,5` is one number, and two of them below each other are a sum.
    if _is_formula(text):
        return safe if safe.startswith("'") else f"'{safe}"
    return safe


def _quoted(part: str) -> str:
    return f"'{part}" if _is_formula(part) else part


def _is_formula(text: str) -> bool:
    # Some programs drop spaces and quotes before they look.
    begun = text.lstrip(' "\u00a0')
    return begun[:1] in {*_STARTS} and not _NUMBER.fullmatch(begun.rstrip())
