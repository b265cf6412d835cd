"""CTC decoding against enumeration of every path, which tiny lines allow."""

import itertools
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from legible.reader.lattice import (
    Hypothesis,
    align,
    decode_text,
    merge,
    symbol_probabilities,
    text_log_probability,
)
from legible.reader.pattern import Pattern

SYMBOLS = tuple("0123456789.,-")
WIDE = 1_000

Floats = NDArray[np.float32]


def random_line(seed: int, frames: int, symbols: int, sharpness: float = 1.0) -> Floats:
    logits = np.random.default_rng(seed).normal(size=(frames, symbols + 1)) * sharpness
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True), np.float32)


def sure_line(path: str, instead: dict[int, str] | None = None) -> Floats:
    """Frames that surely show `path`, "_" for blank; `instead` is likelier than the rest there."""
    columns = (*SYMBOLS, "_")
    log_probs = np.full((len(path), len(columns)), -12, np.float32)
    for frame, symbol in (instead or {}).items():
        log_probs[frame, columns.index(symbol)] = -4
    for frame, symbol in enumerate(path):
        log_probs[frame, columns.index(symbol)] = 0
    log_probs -= np.logaddexp.reduce(log_probs, axis=1, keepdims=True)
    return log_probs


def collapse(path: tuple[int, ...], symbols: str) -> str:
    joined = [column for column, _ in itertools.groupby(path)]
    return "".join(symbols[column] for column in joined if column < len(symbols))


def enumerate_texts(log_probs: Floats, symbols: str) -> dict[str, float]:
    totals: dict[str, float] = defaultdict(float)
    for path in itertools.product(range(log_probs.shape[1]), repeat=len(log_probs)):
        score = sum(float(row[column]) for row, column in zip(log_probs, path, strict=True))
        totals[collapse(path, symbols)] += np.exp(score)
    return totals


LINES = [
    (seed, frames, "012"[:count]) for seed in range(3) for frames in (1, 3, 5) for count in (1, 3)
]


@pytest.mark.parametrize(("seed", "frames", "symbols"), LINES)
def test_text_log_probability_is_the_sum_over_every_path(
    seed: int, frames: int, symbols: str
) -> None:
    log_probs = random_line(seed, frames, len(symbols))
    texts = enumerate_texts(log_probs, symbols)

    found = text_log_probability(log_probs, symbols, list(texts))

    np.testing.assert_allclose(np.exp(found), list(texts.values()), rtol=1e-5)
    assert np.exp(found).sum() == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize(("seed", "frames", "symbols"), LINES)
def test_decode_ranks_texts_as_enumeration_does(seed: int, frames: int, symbols: str) -> None:
    log_probs = random_line(seed, frames, len(symbols))
    texts = enumerate_texts(log_probs, symbols)

    found = decode_text(log_probs, symbols, beam=WIDE, count=WIDE)

    assert [each.text for each in found] == sorted(texts, key=lambda text: -texts[text])
    assert [np.exp(each.log_probability) for each in found] == pytest.approx(
        sorted(texts.values(), reverse=True), rel=1e-5
    )


@pytest.mark.parametrize("source", ["[01]{2}", "0*", "1(0|11)?", r"2\d2", "0|10|210", "(01)+2?"])
@pytest.mark.parametrize("seed", range(4))
def test_decode_with_a_pattern_finds_the_best_texts_that_fit(source: str, seed: int) -> None:
    log_probs = random_line(seed, 5, 3)
    pattern = Pattern.compile(source)
    texts = {t: p for t, p in enumerate_texts(log_probs, "012").items() if pattern.matches(t)}

    wide = decode_text(log_probs, "012", pattern=pattern, beam=WIDE, count=WIDE)
    narrow = decode_text(log_probs, "012", pattern=pattern, beam=8)

    assert [each.text for each in wide] == sorted(texts, key=lambda text: -texts[text])
    assert narrow[0] == wide[0]


@given(seed=st.integers(0, 10_000), frames=st.integers(0, 30))
@settings(max_examples=30, deadline=None)
def test_decode_is_ordered_distinct_and_exact(seed: int, frames: int) -> None:
    log_probs = random_line(seed, frames, len(SYMBOLS), sharpness=4)

    found = decode_text(log_probs, SYMBOLS, count=5)

    texts, scores = [each.text for each in found], [each.log_probability for each in found]
    assert 1 <= len(found) <= 5
    assert len(set(texts)) == len(texts)
    assert scores == sorted(scores, reverse=True)
    assert scores == pytest.approx(text_log_probability(log_probs, SYMBOLS, texts))
    assert all(score <= 1e-6 for score in scores)


def test_decode_reads_what_is_sure() -> None:
    (found, *_) = decode_text(sure_line("__0___4_11_1__-_55___"), SYMBOLS)

    assert found.text == "0411-5"
    assert found.log_probability == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(("path", "text"), [("11", "1"), ("1_1", "11"), ("1__1_11_", "111")])
def test_decode_needs_a_blank_between_repeated_symbols(path: str, text: str) -> None:
    assert decode_text(sure_line(path), SYMBOLS)[0].text == text


@pytest.mark.parametrize(
    ("path", "instead", "source", "text"),
    [
        ("_0_4_1_0_3_", {}, r"\d{5}", "04103"),
        ("_0_4_1_-_3_", {7: "7"}, r"\d{5}", "04173"),  # another symbol
        ("_0_4_1_0_3_7_", {11: "_"}, r"\d{5}", "04103"),  # one too many
        ("_0_4_1___3_", {7: "8"}, r"\d{5}", "04183"),  # one too few, where all is surely blank
        ("_4_1_1_7_1_1_1_1_1_1_1_1_1_1_1_1_", {7: "1"}, "luhn", "4" + 15 * "1"),
        ("_2_0_2_4_1_3_0_1_", {9: "0"}, "date", "20240301"),
    ],
)
def test_decode_finds_the_symbol_that_a_pattern_needs(
    path: str, instead: dict[int, str], source: str, text: str
) -> None:
    log_probs = sure_line(path, instead)

    found = decode_text(log_probs, SYMBOLS, pattern=Pattern.compile(source))

    assert found[0].text == text
    assert all(Pattern.compile(source).matches(each.text) for each in found)


@pytest.mark.parametrize("source", [r"\d{30}", "[^0-9.,-]", r"\d{4}-\d"])
def test_decode_gives_nothing_where_no_text_fits(source: str) -> None:
    assert decode_text(sure_line("_1_"), SYMBOLS, pattern=Pattern.compile(source)) == []


def test_decode_bears_a_pattern_with_countless_sets_of_states() -> None:
    pattern = Pattern.compile(r"\d*1\d{14}")
    line = sure_line("_".join("3713" + 13 * "2"))

    assert decode_text(line, SYMBOLS, pattern=pattern)[0].text == "3713" + 13 * "2"
    unsure = random_line(0, 60, len(SYMBOLS), sharpness=4)
    assert all(pattern.matches(e.text) for e in decode_text(unsure, SYMBOLS, pattern=pattern))


def test_a_line_without_frames_is_the_empty_text() -> None:
    nothing = np.empty((0, len(SYMBOLS) + 1), np.float32)

    assert decode_text(nothing, SYMBOLS) == [Hypothesis("", 0.0)]
    assert decode_text(nothing, SYMBOLS, pattern=Pattern.compile("1*")) == [Hypothesis("", 0.0)]
    assert decode_text(nothing, SYMBOLS, pattern=Pattern.compile("1+")) == []
    assert text_log_probability(nothing, SYMBOLS, ["", "1"]).tolist() == [0, -np.inf]
    assert align(nothing, SYMBOLS, "") == []
    np.testing.assert_allclose(symbol_probabilities(nothing, SYMBOLS, "12"), 0.1)


@pytest.mark.parametrize("text", ["1" * 4, "11", "121", "a"])
def test_a_text_that_cannot_be_there_has_no_probability_and_no_place(text: str) -> None:
    log_probs = random_line(0, 2, len(SYMBOLS))

    assert text_log_probability(log_probs, SYMBOLS, ["1", text])[1] == -np.inf
    with pytest.raises(ValueError, match=f"2 frames.*'{text}'"):
        align(log_probs, SYMBOLS, text)


def test_merge_adds_what_becomes_the_same() -> None:
    found = [Hypothesis(t, float(np.log(p))) for t, p in [("7", 0.4), ("1-2", 0.35), ("12", 0.25)]]

    merged = merge(found, lambda text: text.replace("-", ""))

    assert [each.text for each in merged] == ["12", "7"]
    assert [np.exp(each.log_probability) for each in merged] == pytest.approx([0.6, 0.4])
    assert merge([], str) == []


@pytest.mark.parametrize("seed", range(5))
def test_align_follows_the_best_path(seed: int) -> None:
    log_probs = random_line(seed, 6, 2)
    for text in ("", "0", "01", "00", "101"):
        paths = [
            path for path in itertools.product(range(3), repeat=6) if collapse(path, "01") == text
        ]
        best = max(paths, key=lambda path: sum(log_probs[range(6), path]))
        runs = [(column, len(list(run))) for column, run in itertools.groupby(best)]
        ends = np.cumsum([length for _, length in runs]).tolist()
        expected = [
            (end - length, end)
            for (column, length), end in zip(runs, ends, strict=True)
            if column < 2
        ]

        assert align(log_probs, "01", text) == expected


@given(seed=st.integers(0, 10_000), text=st.text("0123456789.,-", max_size=9))
@settings(max_examples=30, deadline=None)
def test_align_gives_every_symbol_frames_of_its_own(seed: int, text: str) -> None:
    spans = align(random_line(seed, 20, len(SYMBOLS), sharpness=5), SYMBOLS, text)

    edges = [edge for span in spans for edge in span]
    assert len(spans) == len(text)
    assert edges == sorted(edges)
    assert all(start < stop for start, stop in spans)
    assert all(0 <= edge <= 20 for edge in edges)


@pytest.mark.parametrize("text", ["", "3", "44", "1-2", "0.075", "aa1"])
def test_symbol_probabilities_are_those_of_the_text_with_another_digit(text: str) -> None:
    log_probs = random_line(1, 12, len(SYMBOLS), sharpness=2)

    found = symbol_probabilities(log_probs, SYMBOLS, text)

    assert found.shape == (len(text), 10)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    for place, row in enumerate(found):
        variants = [text[:place] + digit + text[place + 1 :] for digit in "0123456789"]
        likely = np.exp(text_log_probability(log_probs, SYMBOLS, variants))
        expected = likely / likely.sum() if likely.sum() else 0.1
        np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-7)


def test_symbol_probabilities_know_of_no_digit_beside_the_same_one_without_a_blank() -> None:
    found = symbol_probabilities(random_line(2, 3, len(SYMBOLS)), SYMBOLS, "121")

    assert found[1, 1] == 0
    assert found[0, 2] == 0
