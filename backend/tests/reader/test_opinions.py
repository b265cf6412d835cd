"""What is kept of two networks that read differently."""

import pytest

from legible.reader.fuse import fuse
from tests.reader.examined import FUSION, proposed, run_of, said


def test_a_symbol_keeps_what_both_networks_read_where_they_differ() -> None:
    proposal = proposed(run_of((4, 14), (20, 30)), "_", "_", "4", "_", "_", "_", "9", "_")

    reading = fuse(proposal, [said(4), said(7)], FUSION)

    assert [symbol.opinions for symbol in reading.symbols] == [None, ("9", "7")]


def test_a_network_that_sees_no_digit_is_of_no_opinion_which_it_is() -> None:
    proposal = proposed(run_of((4, 14), (20, 30)), "_", "_", "4", "_", "_", "_", "9", "_")

    reading = fuse(proposal, [said(4), said(7, no_digit=0.9)], FUSION)

    assert [symbol.opinions for symbol in reading.symbols] == [None, None]


def test_the_digit_network_has_no_opinion_on_what_was_cut_out_of_a_whole() -> None:
    run = run_of((4, 30), (40, 50))
    proposal = proposed(run, "_", "_", "4", "_", "_", "1", "_", "_", "_", "_", "_", "9")

    reading = fuse(proposal, [said(7), said(7), said(9)], FUSION)

    assert [symbol.joined for symbol in reading.symbols] == [True, True, False]
    assert [symbol.opinions for symbol in reading.symbols] == [None, None, None]


def test_a_pattern_that_decided_is_no_opinion() -> None:
    proposal = proposed(run_of((4, 14)), "_", {"-": 0.7, "4": 0.29}, "_", "_", pattern=r"\d")

    (symbol,) = fuse(proposal, [said(7)], FUSION).symbols

    assert (symbol.text, symbol.opinions) == ("4", None)


@pytest.mark.parametrize(("chance", "text"), [(0.99, "7"), (0.2, "11")])
def test_networks_that_differ_on_how_many_a_lone_glyph_shows_are_told(
    chance: float, text: str
) -> None:
    proposal = proposed(run_of((4, 20)), "_", {"1": 0.6}, "_", {"1": 0.6}, "_")
    (*cuts, whole) = [said(1), said(1), said(7, chance)]

    reading = fuse(proposal, [*cuts, whole], FUSION)

    assert reading.text == text
    told = reading.symbols[0].opinions if text == "7" else reading.opinions
    assert told == ("11", "7")


def test_glyphs_that_only_the_digit_network_reads_are_told() -> None:
    proposal = proposed(run_of((4, 14), (20, 30)), *"________")

    reading = fuse(proposal, [said(4), said(2)], FUSION)

    assert (reading.text, reading.opinions) == ("42", ("", "42"))
