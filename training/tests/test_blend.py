import pytest

from trainer.blend import best_blend, mix
from trainer.checkpoint import Record


def record(share: float, base: float, feedback: tuple[int, float]) -> Record:
    errors, loss = feedback
    sets = {"cells": (1, base), "strings": (1, base), "feedback": (errors, loss)}
    told = {name: {"n": 9, "errors": wrong, "loss": each} for name, (wrong, each) in sets.items()}
    return {"share": share, "validation": told}


def test_weights_are_mixed_in_the_share_that_is_asked_for() -> None:
    start, tuned = ([number] for number in (1.0, 3.0))

    assert [mix(start, tuned, share) for share in (0, 0.5, 1)] == [[1.0], [2.0], [3.0]]  # type: ignore[arg-type]


def test_the_best_for_feedback_is_taken_of_those_that_keep_the_base() -> None:
    start = record(0, 1.0, (9, 9.0))
    kept = record(0.4, 1.019, (5, 3.0))
    spoiled = record(1.0, 1.021, (1, 0.5))

    assert best_blend([start, record(0.2, 0.9, (7, 4.0)), kept, spoiled], 0.02) is kept


def test_the_start_is_kept_where_the_way_helps_nobody() -> None:
    start = record(0, 1.0, (3, 2.0))

    assert (
        best_blend([start, record(0.5, 0.9, (4, 1.0)), record(1.0, 0.9, (3, 2.1))], 0.02) is start
    )


@pytest.mark.parametrize("loss", [1.9, 2.1])
def test_of_as_many_errors_the_surer_ones_decide(loss: float) -> None:
    start, other = record(0, 1.0, (3, 2.0)), record(0.5, 1.0, (3, loss))

    assert best_blend([start, other], 0.02) is (other if loss < 2 else start)
