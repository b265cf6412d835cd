"""How long a network takes for one digit, compared with another version within one run."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legible.reader.bundle import Bundle
from trainer.golden import draw_digits

_TURNS = 60
_RUNS_A_TURN = 25


def compare_latency(
    bundle: Bundle,
    against: Bundle,
    inputs: NDArray[np.float32] | None = None,
    runs: int = _RUNS_A_TURN,
) -> dict[str, Any]:
    """Time two networks in turns, one picture a call, on one thread of the serving runtime.

    Turns are short, so that whatever else the machine does disturbs both alike. Of each the
    fastest call counts: it was disturbed least. Trust the ratio more than the milliseconds.

    Args:
        bundle: the network measured.
        against: the network it is compared with.
        inputs: (N, *input_shape) pictures; default: drawn digits.
        runs: calls of each in one of the sixty turns.

    Returns:
        JSON values: `against`, the other's version; `batch` (1); `ms` and `against_ms` of the
        fastest call; `ratio`; `median_ratio`, of the medians of all calls.
    """
    pair = (bundle, against)
    pictures = [each[np.newaxis] for each in (draw_digits() if inputs is None else inputs)]
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(_TURNS):
        for place, network in enumerate(pair):
            for run in range(runs):
                picture = pictures[(turn + run) % len(pictures)]
                started = time.perf_counter()
                network.run(picture)
                times[place].append(time.perf_counter() - started)
    best = [min(each) for each in times]
    medians = [float(np.median(each)) for each in times]
    return {
        "against": against.version,
        "batch": 1,
        "ms": round(1e3 * best[0], 4),
        "against_ms": round(1e3 * best[1], 4),
        "ratio": round(best[0] / best[1], 3),
        "median_ratio": round(medians[0] / medians[1], 3),
    }
