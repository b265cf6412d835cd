"""Two networks, one answer: who is believed, and how far."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from legible.reader.alone import HALF, NOTHING, Answer, RunReading
from legible.reader.fuse import (
    fuse,
    weigh,
)
from legible.reader.lattice import decode_text
from legible.reader.propose import digits_alone
from tests.reader.examined import (
    FUSION,
    SYMBOLS,
    Frame,
    line_of,
    proposed,
    run_of,
    said,
)


def _fuse_one(frame: Frame, answer: Answer, fusion: Mapping[str, float] = FUSION) -> RunReading:
    """A lone glyph, in which the line network sees one symbol."""
    return fuse(proposed(run_of((4, 16)), "_", "_", frame, "_"), [answer], fusion)


@pytest.mark.parametrize("frames", [0, 1, 40])
def test_digits_alone_gives_log_probabilities_of_digits_and_blank(frames: int) -> None:
    logits = np.random.default_rng(1).normal(0, 5, (frames, 14))
    marked = np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True), np.float32)

    folded = digits_alone(marked)

    assert folded.shape == (frames, 11)
    assert folded.dtype == np.float32
    np.testing.assert_array_equal(folded[:, :10], marked[:, :10])
    np.testing.assert_allclose(np.exp(folded).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("path", "text"), [("1,1", "11"), ("-1.1-", "11"), ("_1_1_", "11"), ("11", "1"), (".,-", "")]
)
def test_digits_alone_folds_marks_into_the_blank(path: str, text: str) -> None:
    (found, *_) = decode_text(digits_alone(line_of(*path)), SYMBOLS[:10])

    assert found.text == text
    assert found.log_probability == pytest.approx(0, abs=0.01)


def test_propose_tells_what_the_line_network_reads_and_where() -> None:
    run = run_of((4, 16), (40, 52), (80, 92))

    proposal = proposed(run, *"__4________", {"7": 0.8, "1": 0.19}, *"____")

    assert proposal.text == "47"
    assert np.exp(proposal.best) == pytest.approx(0.8, abs=0.01)
    assert np.exp(proposal.second) == pytest.approx(0.19, abs=0.01)
    assert proposal.others[0].text == "41"
    np.testing.assert_allclose(proposal.rows[1, [7, 1]], [0.8, 0.19], atol=0.01)
    assert [piece.glyph for piece in proposal.pieces] == list(run.glyphs[:2])
    assert proposal.unread == [run.glyphs[2]]
    assert proposal.glyphs() == list(run.glyphs)
    assert proposal.broken is None


def test_propose_of_a_run_without_frames_reads_nothing() -> None:
    run = run_of((4, 16))

    proposal = proposed(run)

    assert (proposal.text, proposal.pieces, proposal.unread) == ("", [], list(run.glyphs))
    assert proposal.rows.shape == (0, 10)


@pytest.mark.parametrize("fusion", [FUSION, {}])
def test_networks_that_agree_raise_the_confidence_and_lower_it_where_not(
    fusion: Mapping[str, float],
) -> None:
    frame = {"1": 0.9, "7": 0.08}
    agreed, unsure, against = (
        _fuse_one(frame, answer, fusion) for answer in (said(1, 0.9), said(1, 0.1), said(7, 0.5))
    )

    assert agreed.text == unsure.text == against.text == "1"
    assert agreed.confidence > unsure.confidence > against.confidence


def test_weigh_makes_a_digit_surer_by_agreement_and_leaves_it_to_one_that_knows_nothing() -> None:
    proposal = proposed(run_of((4, 16)), "_", "_", {"1": 0.9, "7": 0.08}, "_")
    agreed, unsure, against = (
        weigh(proposal, [answer], {})[0].confidence
        for answer in (said(1, 0.9), said(1, 0.1), said(7, 0.5))
    )

    assert agreed > 0.95
    assert unsure == pytest.approx(0.9, abs=0.01)
    assert against < 0.85


def test_a_digit_becomes_another_where_the_digit_network_is_surer() -> None:
    reading = _fuse_one({"1": 0.6, "7": 0.38}, said(7, 0.97))

    assert reading.text == "7"
    assert reading.symbols[0].probabilities.argmax() == 7
    assert reading.confidence < _fuse_one({"7": 0.6, "1": 0.38}, said(7, 0.97)).confidence


def test_the_ten_probabilities_sum_to_one_however_sure_both_networks_are() -> None:
    sure = Answer(np.eye(10, dtype=np.float32)[3], 0.0)
    proposal = proposed(run_of((4, 16)), "_", "_", "8", "_")
    proposal = replace(proposal, rows=np.eye(10, dtype=np.float32)[[8]])

    (symbol,) = fuse(proposal, [sure], {}).symbols

    assert np.isfinite(symbol.probabilities).all()
    assert symbol.probabilities.sum() == pytest.approx(1)
    assert symbol.confidence == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0, 2.0])
@pytest.mark.parametrize("whole", [True, False])
def test_the_digit_network_counts_by_the_weight_of_whole_or_of_cut_glyphs(
    whole: bool, weight: float
) -> None:
    # Two glyphs, or one that both digits share.
    run = run_of((4, 14), (20, 30), (80, 90)) if whole else run_of((4, 30), (80, 90))
    proposal = proposed(run, "_", "_", "4", "_", "_", "_", {"7": 0.7, "1": 0.29}, "_")
    names = ("whole_weight", "cut_weight") if whole else ("cut_weight", "whole_weight")
    # The weight of the other kind must not count.
    fusion = {names[0]: weight, names[1]: 77.0}

    _, symbol = fuse(proposal, [said(4), said(7, 0.8), said(8)], fusion).symbols

    expected = proposal.rows[1] * said(7, 0.8).digits ** weight
    np.testing.assert_allclose(symbol.probabilities, expected / expected.sum(), rtol=1e-3)
    assert symbol.joined is not whole


def test_what_the_digit_network_says_of_no_digit_counts_for_whole_glyphs_only() -> None:
    two, one = run_of((4, 14), (20, 30), (80, 90)), run_of((4, 30), (80, 90))

    for run, told in ((two, 0.3), (one, 0.0)):
        proposal = proposed(run, *"__4___7_")
        answers = [said(4), said(7, no_digit=0.3), said(8)]
        assert fuse(proposal, answers, FUSION).symbols[1].no_digit == told


def test_marks_are_the_line_networks_alone() -> None:
    run = run_of((4, 14), (24, 34))
    proposal = proposed(run, *"__4__,_7_")

    reading = fuse(proposal, [said(4), said(1), said(7)], FUSION)

    assert reading.text == "4,7"
    mark = reading.symbols[1]
    assert mark.confidence == pytest.approx(float(np.exp(proposal.best)))
    np.testing.assert_allclose(mark.probabilities, 0.1)
    assert (mark.no_digit, mark.joined) == (0.0, False)


def test_other_texts_are_told_by_their_odds_against_the_best() -> None:
    reading = _fuse_one({"7": 0.6, "_": 0.3, "1": 0.06}, said(7))

    assert reading.others[""] == pytest.approx(0.5, abs=0.01)
    assert reading.others["1"] == pytest.approx(0.1, abs=0.01)
    assert "7" not in reading.others
    assert all(0 <= odds <= 1 for odds in reading.others.values())


def _two_digits(doubt: float) -> list[Frame]:
    """Surely 4 and, but for a doubt, a dash where a 7 might be."""
    return [*"__4___", {"-": 0.99 - doubt, "7": doubt}, "_"]


def test_a_text_that_breaks_the_pattern_gives_way_to_one_that_keeps_it() -> None:
    proposal = proposed(run_of((4, 14), (20, 30)), *_two_digits(0.1), pattern=r"\d{2}")

    # Sure of a digit that the pattern would bear too: what it decided stays so.
    reading = fuse(proposal, [said(4), said(1, 0.999)], FUSION)

    assert (proposal.text, proposal.broken) == ("47", "4-")
    assert (reading.text, reading.broken) == ("47", "4-")
    assert reading.symbols[1].probabilities.argmax() == 1
    assert reading.symbols[1].confidence < 0.2


def test_a_text_that_keeps_the_pattern_at_once_is_not_told_as_broken() -> None:
    proposal = proposed(run_of((4, 14), (20, 30)), *_two_digits(0.1), pattern=r"\d-")

    assert (proposal.text, proposal.broken) == ("4-", None)


def test_a_text_that_keeps_the_pattern_is_not_taken_where_it_is_too_unlikely() -> None:
    for frames, pattern in ((_two_digits(5e-4), r"\d{2}"), (_two_digits(0.1), r"\d{30}")):
        proposal = proposed(run_of((4, 14), (20, 30)), *frames, pattern=pattern)

        assert (proposal.text, proposal.broken) == ("4-", None)


def test_a_lone_glyph_that_the_line_network_sees_nothing_in_is_who_is_surers() -> None:
    run = run_of((4, 16))
    unsure = proposed(run, "_", "_", {"_": 0.6, "7": 0.35}, "_")
    sure = proposed(run, *"____")

    digit = fuse(unsure, [said(7, 0.99)], FUSION)
    nothing = fuse(sure, [said(7, 0.6, no_digit=0.4)], FUSION)

    assert digit.text == "7"
    assert digit.confidence == digit.symbols[0].confidence
    assert digit.confidence == pytest.approx(0.5 * 0.99 + 0.5 * 0.35, abs=0.01)
    assert digit.symbols[0].glyph is run.glyphs[0]
    assert (list(digit.unread), digit.symbols[0].joined) == ([], False)
    assert nothing.text == ""
    assert list(nothing.unread) == list(run.glyphs)


def test_a_lone_glyph_that_the_line_network_sees_several_digits_in_is_who_is_surers() -> None:
    run = run_of((4, 24))
    sure = proposed(run, *"__4__7_")
    unsure = proposed(run, "_", "_", {"0": 0.7, "_": 0.29}, "_", {"0": 0.7, "_": 0.29}, "_")

    halves = [said(4, 0.8), said(7, 0.8)]
    assert fuse(sure, [*halves, said(4, 0.9, no_digit=0.2)], FUSION).text == "47"
    # Two halves of a 0, and what the digit network says of it.
    assert unsure.text == "00"
    assert fuse(unsure, [said(1, 0.9), said(1, 0.9), said(0, 0.99)], FUSION).text == "0"


def test_a_wide_lone_glyph_is_rather_what_the_line_network_sees() -> None:
    frames: list[Frame] = ["_", "_", {"4": 0.7, "_": 0.29}, "_", {"7": 0.7, "_": 0.29}, "_"]
    answers = [said(4, 0.99), said(7, 0.99), said(8, 0.99)]
    narrow, wide = (fuse(proposed(run_of((4, end)), *frames), answers, FUSION) for end in (24, 44))

    assert narrow.text == "8"
    assert wide.text == "47"


def test_a_lone_glyph_of_several_digits_is_shown_whole_to_the_digit_network() -> None:
    run = run_of((4, 24))

    proposal = proposed(run, *"__4__7_")

    # Else it would be the last half of it that decides whether it is one digit.
    assert any(glyph is run.glyphs[0] for glyph in proposal.glyphs())


@pytest.mark.parametrize("path", ["_-__5__", "__5__,_", "__5__.__"])
def test_a_sign_or_mark_beside_a_lone_glyph_is_no_second_digit_in_it(path: str) -> None:
    frames = [{each: 0.97, "_": 0.02} if each in ".,-" else each for each in path]
    proposal = proposed(run_of((10, 22)), *frames)
    answers = [said(5, 0.999) if symbol == "5" else said(1, 0.999) for symbol in proposal.text]

    assert fuse(proposal, answers, FUSION).text == proposal.text


def test_glyphs_that_look_like_digits_are_read_alone_where_no_digit_was_read() -> None:
    run = run_of((4, 14), (24, 34))

    reading = fuse(proposed(run, *"_________"), [said(4), said(7, no_digit=0.9)], FUSION)

    assert reading.text == "47"
    assert [symbol.glyph for symbol in reading.symbols] == list(run.glyphs)
    chances = [HALF * 0.9, HALF * 0.9 * 0.1]
    assert [symbol.confidence for symbol in reading.symbols] == pytest.approx(chances, rel=1e-5)
    assert reading.confidence == pytest.approx(float(np.prod(chances)), rel=1e-5)


def test_glyphs_that_look_like_no_digits_stay_unread_where_no_digit_was_read() -> None:
    run = run_of((4, 14), (24, 34))
    answers = [said(4, no_digit=0.8), said(7, no_digit=0.5)]

    reading = fuse(proposed(run, *"_________"), answers, FUSION)

    assert (reading.text, list(reading.symbols)) == ("", [])
    assert list(reading.unread) == list(run.glyphs)


def test_a_run_without_glyphs_is_what_the_line_network_reads() -> None:
    run = run_of()

    assert fuse(proposed(run, *"___"), [], FUSION).text == ""
    reading = fuse(proposed(run, *"__4__7_"), [NOTHING, said(7)], FUSION)
    assert reading.text == "47"
    assert all(symbol.joined for symbol in reading.symbols)
