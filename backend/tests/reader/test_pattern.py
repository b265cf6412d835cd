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
