import numpy as np
import pytest

from trainer.gate_power import CHANCE, found_growth, found_loss
from trainer.mcnemar import mcnemar


@pytest.mark.parametrize(("churn", "allowed", "level"), [(10, 6, 0.05 / 6), (5, 10, 0.05 / 6)])
def test_a_loss_that_is_found_is_refused_four_times_in_five(
    churn: int, allowed: int, level: float
) -> None:
    found = found_loss(churn, churn, allowed, level)
    rng = np.random.default_rng(1)

    def refused(loss: int) -> float:
        pairs = zip(rng.poisson(churn + loss, 4000), rng.poisson(churn, 4000), strict=True)
        return float(
            np.mean([lost - won > allowed or mcnemar(lost, won) < level for lost, won in pairs])
        )

    assert refused(found) == pytest.approx(CHANCE, abs=0.06)
    assert refused(found - 3) < CHANCE


def test_a_wide_margin_hides_more_and_the_test_of_pairs_finds_some_of_it() -> None:
    narrow, wide = (found_loss(4, 4, allowed, None) for allowed in (2, 30))

    assert narrow < wide
    assert found_loss(4, 4, 30, 0.01) < wide


def test_growth_of_the_calibration_error_is_found_beyond_the_margin_and_chance() -> None:
    assert found_growth(0.0, 0.01) == pytest.approx(0.01)
    assert found_growth(0.02, 0.01) == pytest.approx((1.645 + 0.8416) * 0.02)
