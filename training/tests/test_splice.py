import numpy as np
import pytest
from numpy.typing import NDArray

from legible.reader.line import Floats
from trainer.line_data import Lines
from trainer.line_model import CLASSES, SYMBOLS
from trainer.splice import Cuts, find_cuts

# Two strokes with paper between them; 32 high, 64 wide, so 16 steps.
APART = np.zeros((32, 64), np.uint8)
APART[4:28, 10:16] = 255
APART[4:28, 46:52] = 255


def emit(text: str, steps: tuple[int, ...], count: int = 16) -> Floats:
    """Log-probabilities (count, K) that name each symbol of a text at one step, else the blank."""
    log_probs = np.full((count, len(CLASSES)), -12.0, np.float32)
    log_probs[:, -1] = -0.01
    for symbol, step in zip(text, steps, strict=True):
        log_probs[step, -1] = -12.0
        log_probs[step, SYMBOLS.index(symbol)] = -0.01
    return log_probs


def test_a_cut_lies_on_the_paper_between_two_symbols() -> None:
    cuts = find_cuts(APART, "11", emit("11", (3, 12)))

    assert list(cuts) == [1]
    assert 16 <= cuts[1] < 46


def test_touching_symbols_are_not_cut() -> None:
    joined: NDArray[np.uint8] = APART.copy()
    joined[4:28, 10:52] = 255

    assert find_cuts(joined, "11", emit("11", (3, 12))) == {}


def test_a_ruling_below_may_be_cut() -> None:
    ruled: NDArray[np.uint8] = APART.copy()
    ruled[29:31] = 255

    assert list(find_cuts(ruled, "11", emit("11", (3, 12)))) == [1]


def test_a_text_that_the_network_cannot_give_has_no_cuts() -> None:
    assert find_cuts(APART, "1" * 20, emit("1", (3,))) == {}


def test_a_splice_has_the_beginning_of_one_and_the_end_of_another() -> None:
    dark, light = np.full((32, 40), 200, np.uint8), np.full((32, 60), 50, np.uint8)
    cuts = Cuts(Lines([dark, light], ["12", "345"]), [{1: 20}, {1: 20, 2: 40}])

    seen = set()
    for seed in range(40):
        picture, text = cuts.splice(0, np.random.default_rng(seed))
        seen.add(text)
        assert (picture[:, :20] == 200).all()
        if text == "145":
            assert picture.shape == (32, 60)
            assert (picture[:, 20:] == 50).all()
    assert seen == {"12", "145", "15"}


@pytest.mark.parametrize("columns", [[{}, {1: 20}], [{1: 20}, {}]])
def test_a_line_without_cuts_is_left_as_it_is(columns: list[dict[int, int]]) -> None:
    picture = np.zeros((32, 40), np.uint8)
    cuts = Cuts(Lines([picture, picture], ["12", "34"]), columns)

    texts = {cuts.splice(0, np.random.default_rng(seed))[1] for seed in range(20)}

    assert texts == {"12"}
