import numpy as np
import pytest

from legible.reader.digit import Answers
from trainer.answers import best, list_mistakes
from trainer.data import Digits
from trainer.ensemble import mean_answers, parse_members
from trainer.refusal import trade_off


def answers(rows: list[dict[int, float]], no_digit: list[float]) -> Answers:
    digits = np.zeros((len(rows), 10), np.float32)
    for place, row in enumerate(rows):
        for digit, share in row.items():
            digits[place, digit] = share
    return Answers(digits, np.array(no_digit, np.float32))


def labelled(labels: list[int]) -> Digits:
    count = len(labels)
    return Digits(np.zeros((count, 28, 28, 1), np.float32), np.array(labels), np.zeros(count, int))


def test_mistakes_come_most_confident_first_with_their_second_best() -> None:
    given = answers([{4: 0.6, 9: 0.4}, {1: 1.0}, {3: 0.9, 5: 0.1}], [0.0, 0.0, 0.0])

    mistakes = list_mistakes(given, labelled([9, 1, 5]))

    assert [each["index"] for each in mistakes] == [2, 0]
    first = mistakes[0]
    assert (first["written"], first["read"], first["second"]) == (5, 3, 5)
    assert (first["confidence"], first["second_confidence"]) == pytest.approx((0.9, 0.1))


def test_the_chance_of_no_digit_counts_against_confidence() -> None:
    confidence, read = best(answers([{7: 0.8, 1: 0.2}], [0.5]))

    assert read.tolist() == [7]
    assert confidence == pytest.approx([0.4])


def test_an_ensemble_answers_the_mean_of_all_eleven_probabilities() -> None:
    sure, unsure = answers([{7: 1.0}], [0.0]), answers([{1: 1.0}], [0.6])

    mean = mean_answers([sure, unsure])

    assert mean.no_digit == pytest.approx([0.3])
    served = mean.digits[0] * (1 - mean.no_digit[0])
    assert (served[7], served[1]) == pytest.approx((0.5, 0.2))


def test_members_of_an_ensemble_are_names_with_versions() -> None:
    assert parse_members("teacher:1.0.0,digit:2.0.0") == [("teacher", "1.0.0"), ("digit", "2.0.0")]


@pytest.mark.parametrize("told", ["digit", "digit:", "a:1:2", ""])
def test_a_list_of_members_that_makes_no_sense_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match=r"teacher:1\.0\.0"):
        parse_members(told)


def test_the_shipped_threshold_tells_what_it_keeps_and_refuses() -> None:
    digits = np.linspace(0, 0.999, 1000, dtype=np.float32)
    others = {
        "letters (test writers)": np.full(30, 0.9, np.float32),
        "scribbles": np.full(10, 0.5, np.float32),
        "blank patches": np.ones(60, np.float32),
        "look-alike letters (test writers)": np.zeros(20, np.float32),
    }

    found = trade_off(digits, others, 0.7995)

    shipped = found["shipped"]
    assert (shipped["n"], shipped["kept"]) == (1000, 800)
    assert shipped["refused"] == {
        "letters (test writers)": 1.0, "scribbles": 0.0, "blank patches": 1.0,
        "look-alike letters (test writers)": 0.0,
    }  # fmt: skip
    # Blank patches are easy, and look-alikes were never taught: both are left out.
    assert shipped["pooled"] == {"n": 40, "refused": 0.75}


def test_the_curve_refuses_less_the_more_digits_are_kept() -> None:
    rng = np.random.default_rng(3)
    digits = rng.beta(0.3, 6, 2000).astype(np.float32)
    others = {"symbols": rng.beta(6, 0.6, 400).astype(np.float32)}

    found = trade_off(digits, others, 0.5)

    assert found["at_kept_995"]["kept"] == pytest.approx(1990, abs=1)
    kept, refused = found["curve"]["kept"], found["curve"]["refused"]["symbols"]
    assert kept == sorted(kept)
    assert kept[-1] == 1.0
    assert refused == sorted(refused, reverse=True)
