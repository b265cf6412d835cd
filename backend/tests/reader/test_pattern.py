"""Patterns: a restricted regular expression that never backtracks."""

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legible.reader.errors import BadPattern
from legible.reader.pattern import Pattern

KNOWN = [
    r"\d{5}",
    r"^\d{5}(-\d{4})?$",
    "0*1+2?",
    "[1-3][^4-9]",
    r"(12|34){2,3}",
    r"-?\d+(\.\d{1,2})?",
    r"\d{2,}",
    "(?:1|2|)3",
    "(0?1){0,2}",
    "[5,.-]*",
    "",
]


@pytest.mark.parametrize("source", KNOWN)
def test_pattern_matches_what_a_regular_expression_matches(source: str) -> None:
    pattern = Pattern.compile(source)

    @given(st.one_of(st.text("0123456789.,-", max_size=8), st.from_regex(source, fullmatch=True)))
    def check(text: str) -> None:
        if set(text) <= set("0123456789.,-"):
            assert pattern.matches(text) == bool(re.fullmatch(source, text))

    check()


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("a", "'a'"),
        (".", "'.'"),
        (r"\w", r"'\w'"),
        ("(1", "no ')'"),
        ("1)", "')'"),
        ("(?=1)", "'(?='"),
        ("[0-", "no ']'"),
        ("[9-0]", "'9-0'"),
        ("[a]", "'a'"),
        ("1{3,2}", "'{3,2}'"),
        ("1{x}", "{n,m}"),
        ("1{999}", "at most 100"),
        ("1+?", "after a quantifier"),
        ("*1", "'*'"),
        ("(((1{100}){100}){100})", "states"),
        ("(" * 30 + "1" + ")" * 30, "nested"),
        ("1" * 201, "at most 200"),
        ("\\", "'\\'"),
        ("us-zip5", "'us-zip5'"),
        ("phone:xx", "'phone:xx'"),
        ("phone:", "luhn, phone, phone:ch"),
    ],
)
def test_pattern_names_the_part_it_does_not_know(source: str, named: str) -> None:
    with pytest.raises(BadPattern) as caught:
        Pattern.compile(source)

    assert named in caught.value.detail


@given(st.text("0123456789.,-()[]{}|?*+\\d^$", max_size=24))
def test_pattern_compiles_or_says_why_not(source: str) -> None:
    with contextlib.suppress(BadPattern):
        assert isinstance(Pattern.compile(source).matches("0123"), bool)


def test_pattern_is_quick_where_backtracking_is_not() -> None:
    assert not Pattern.compile(r"(\d*)*(\d*)*(\d*)*-").matches("1" * 2_000)


@pytest.mark.parametrize("source", KNOWN)
def test_pattern_keeps_only_states_from_which_the_end_can_be_reached(source: str) -> None:
    pattern = Pattern.compile(source)
    todo, seen = [(pattern.start(), "")], {pattern.start()}
    while todo:
        states, text = todo.pop()
        assert pattern.accepts(states) == pattern.matches(text)
        # Some state was left over, so some way leads on or the end is here.
        after = {symbol: pattern.step(states, symbol) for symbol in "0123456789.,-"}
        assert pattern.accepts(states) or any(after.values())
        todo += [(found, text + key) for key, found in after.items() if found and found not in seen]
        seen |= set(after.values())


@pytest.mark.parametrize("source", ["[^0-9.,-]", "1[^0-9.,-]|[^0-9.,-]{2}"])
def test_pattern_that_nothing_matches_has_no_states(source: str) -> None:
    assert not Pattern.compile(source).start()


def test_pattern_forgets_steps_but_not_what_it_says() -> None:
    source, digits = r"\d*1\d{11}", "".join(str(n * n % 7) for n in range(3_000))
    pattern = Pattern.compile(source)

    for end in (100, 3_000, 100):
        assert pattern.matches(digits[:end]) == bool(re.fullmatch(source, digits[:end]))


@pytest.mark.parametrize(
    ("name", "fits", "breaks"),
    [
        ("us-zip", "04103 99999", "0410 041033 04103-1234"),
        ("us-zip4", "04103-1234", "04103 041031234 04103-123"),
        ("phone", "112233 49301234567 1-2-3-4-5-6", "12345 1--23456 -123456 123456-"),
        ("phone", "123456789012345", "1234567890123456"),
        ("phone:us", "2125550123 212-555-0123 212.555.0123", "1125550123 212-055-0123"),
        ("phone:us", "1-212-555-0123 12125550123", "212555012 212-5550-123"),
        ("phone:gb", "02079460018 020-7946-0018 442079460018", "2079460018 0207946001"),
        ("phone:gb", "01632-960123 0113-4960123 0169772345 07700-900123", "04632960123"),
        ("phone:de", "030-1234567 03012345 033633-12345", "0030123 301234567 030-12"),
        ("phone:de", "030-12345-678 4930123456 0049-30-123456", "030-12345-67890"),
        ("phone:fr", "0123456789 01-23-45-67-89 01.23.45.67.89", "012345678 01-234-56789"),
        ("phone:fr", "33123456789 0033-1-23-45-67-89", "0012345678 123456789"),
        ("phone:se", "08-12345678 0812345678 070-1234567", "070-12 8-1234567 08-123"),
        ("phone:se", "031-123-45 0920-12345 46701234567", "0920-1234567"),
        ("phone:ch", "0446681800 044-668-18-00 41446681800", "044668180 0046681800"),
        ("phone:in", "9876543210 98765-43210 09876543210", "987654321 5-1234"),
        ("phone:in", "919876543210 011-23456789", "0123456789"),
        ("date", "2024-02-29 31-12-1999 12-31-1999", "2024-13-01 2024-00-10 13-32-1999"),
        ("date", "29.02.2024", "32.01.2024 31.13.1999 2024-1-1 29.02-2024"),
        ("date", "20240229 31121999", "20241301 32121999"),
        ("amount", "0 1250 1,250 1.250 1,000,000.99", "12.5 1,2 12. 1.250.00"),
        ("amount", "1,250.00 1.250,00 12.50 12,50", "1,2500 1,250,00 ,50 -1"),
        ("integer", "0 -7 0012", "- 7- 1.0 --1"),
        ("decimal", "0 -7 3.14 3,14 -0.5 .5", "- 3. 3.1.4 1,000.5"),
        ("luhn", "4111111111111111 378282246310005", "4111111111111112 411111111111111"),
        ("luhn", "6011000990139424 000000000000", "4111-1111-1111-1111 18"),
    ],
)
def test_pattern_by_name_fits_what_people_write(name: str, fits: str, breaks: str) -> None:
    pattern = Pattern.compile(name)

    assert pattern.source == name
    assert [text for text in fits.split() if not pattern.matches(text)] == []
    assert [text for text in ["", *breaks.split()] if pattern.matches(text)] == []


@given(st.text("0123456789", min_size=10, max_size=20))
def test_luhn_fits_every_number_with_a_right_check_digit(text: str) -> None:
    doubled = [int(digit) * 2 for digit in text[-2::-2]]
    total = sum(map(int, text[::-2])) + sum(number // 10 + number % 10 for number in doubled)

    assert Pattern.compile("luhn").matches(text) == (12 <= len(text) <= 19 and total % 10 == 0)


def test_luhn_ends_only_where_no_number_begins_so() -> None:
    pattern = Pattern.compile("luhn")
    states = pattern.start()
    for _ in range(18):
        states = pattern.step(states, "7")

    assert sum(bool(pattern.step(states, digit)) for digit in "0123456789") == 1
    assert not pattern.step(states, "-")
