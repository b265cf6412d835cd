"""The numbers behind a run's confidence, and what it leaves to each digit."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legible.reader.alone import Answer
from legible.reader.fuse import FEATURES, fuse, measure_run
from legible.reader.propose import Proposal
from legible.reader.soften import soften
from tests.reader.examined import proposed, run_of, said


def _measure(proposal: Proposal, answers: Sequence[Answer]) -> dict[str, float]:
    symbols = fuse(proposal, answers, {}).symbols
    return dict(zip(FEATURES, measure_run(proposal, symbols, answers).tolist(), strict=True))


def test_measure_run_tells_whole_glyphs_from_cut_ones_and_counts_the_unread() -> None:
    run = run_of((4, 14), (20, 46), (60, 70), (80, 90))
    proposal = proposed(run, *"__4___7___1____________")
    answers = [
        said(4, 0.9, no_digit=0.1),
        said(7, 0.6, no_digit=0.9),
        said(1, 0.7),
        said(8, no_digit=0.2),
        said(8, no_digit=0.7),
    ]

    told = _measure(proposal, answers)

    assert told["whole"] == pytest.approx(np.log(0.9), abs=1e-3)
    assert told["cut"] == pytest.approx(np.log(0.6), abs=1e-3)
    assert told["no_digit"] == pytest.approx(np.log(0.1 / 0.9), abs=1e-3)
    assert told["unread"] == 1
    assert told["length"] == pytest.approx(np.log(3))
    assert told["line_odds"] > 5
    assert told["margin"] > 5
    assert -0.1 < told["fused"] <= 0


def test_measure_run_counts_the_line_network_against_a_symbol_that_was_changed() -> None:
    run, frames = run_of((4, 14), (20, 30)), ("_", "_", "4", "_", "_", "_", {"1": 0.6, "7": 0.39})
    proposal = proposed(run, *frames)

    kept = _measure(proposal, [said(4), said(1)])
    changed = _measure(proposal, [said(4), said(7)])

    assert changed["line_odds"] == pytest.approx(-kept["line_odds"])
    assert changed["margin"] == pytest.approx(-kept["margin"])
    assert kept["margin"] == pytest.approx(np.log(0.6 / 0.39), abs=0.01)


chances = st.sampled_from([0.0, 1e-30, 0.5, 1.0])
logs = st.sampled_from([-1e6, -800.0, -12.0, -1e-9, 0.0, 1e-6])


@st.composite
def extremes(draw: st.DrawFn) -> tuple[Proposal, list[Answer]]:
    """What two networks may say that are as sure of anything as they can be, or as unsure."""
    text, unread = draw(st.text("0123456789.,-", max_size=5)), draw(st.sampled_from([0, 1, 2, 90]))
    proposal = proposed(run_of(*[(4, 14)] * unread), *"".join(f"_{symbol}" for symbol in text), "_")
    proposal = replace(
        proposal,
        best=draw(logs),
        second=draw(st.one_of(logs, st.just(-np.inf))),
        rows=np.eye(10, dtype=np.float32)[[3] * len(text)],
        unread=proposal.run.glyphs,
    )
    return proposal, [said(8, draw(chances), draw(chances)) for _ in proposal.glyphs()]


@given(examined=extremes())
@settings(max_examples=100, deadline=None)
def test_measure_run_gives_finite_numbers_whatever_the_networks_say(
    examined: tuple[Proposal, list[Answer]],
) -> None:
    proposal, answers = examined

    found = measure_run(proposal, fuse(proposal, answers, {}).symbols, answers)

    assert found.shape == (len(FEATURES),)
    assert found.dtype == np.float64
    assert np.isfinite(found).all()


@given(examined=extremes(), seed=st.integers(0, 999), size=st.sampled_from([0.1, 10.0, 1e5]))
@settings(max_examples=100, deadline=None)
def test_the_confidence_is_a_probability_whatever_the_weights_are(
    examined: tuple[Proposal, list[Answer]], seed: int, size: float
) -> None:
    weights = np.random.default_rng(seed).normal(0, size, len(FEATURES) + 1).tolist()

    reading = fuse(*examined, dict(zip(("bias", *FEATURES), weights, strict=True)))

    assert 0 <= reading.confidence <= 1
    assert all(0 <= odds <= 1 for odds in reading.others.values())


@pytest.mark.parametrize("confidence", [0.3, 0.8, 0.97])
def test_the_chances_of_the_digits_multiply_to_the_confidence_of_the_run(confidence: float) -> None:
    reading = fuse(proposed(run_of((4, 14), (24, 34)), *"__4__7_"), [said(4), said(7)], {})

    first, second = soften(reading.symbols, confidence)

    assert first.confidence * second.confidence == pytest.approx(confidence, abs=1e-3)
    assert (first.text, second.text) == ("4", "7")
    assert first.probabilities.sum() == pytest.approx(1)


def test_chances_that_are_lower_than_the_confidence_stay() -> None:
    reading = fuse(proposed(run_of((4, 16)), "_", "_", {"4": 0.5}, "_"), [said(4, 0.5)], {})

    (symbol,) = soften(reading.symbols, 0.999)

    assert symbol.confidence == pytest.approx(reading.symbols[0].confidence, abs=1e-4)
