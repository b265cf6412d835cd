"""How long a network takes for one digit, compared with another version within one run."""

import time
from typing import Any

import numpy as np

from legible.reader.bundle import Bundle
from trainer.golden import draw_digits

_TURNS = 60
_RUNS_A_TURN = 25


def compare_latency(bundle: Bundle, against: Bundle) -> dict[str, Any]:
    """Time two networks in turns, one digit a call, on one thread of the serving runtime.

    Turns are short, so that whatever else the machine does disturbs both alike. Of each the
    fastest call counts: it was disturbed least. Trust the ratio more than the milliseconds.

    Args:
        bundle: the network measured.
        against: the network it is compared with.

    Returns:
        JSON values: `against`, the other's version; `batch` (1); `ms` and `against_ms` of the
        fastest call; `ratio`.
    """
    pair = (bundle, against)
    pictures = [digit[np.newaxis] for digit in draw_digits()]
    best = [np.inf, np.inf]
    for turn in range(_TURNS):
        for place, network in enumerate(pair):
            for run in range(_RUNS_A_TURN):
                picture = pictures[(turn + run) % len(pictures)]
                started = time.perf_counter()
                network.run(picture)
                best[place] = min(best[place], time.perf_counter() - started)
    return {
        "against": against.version,
        "batch": 1,
        "ms": round(1e3 * best[0], 4),
        "against_ms": round(1e3 * best[1], 4),
        "ratio": round(best[0] / best[1], 3),
    }
