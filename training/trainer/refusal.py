"""The price of saying "no digit": digits kept against letters, symbols and scribbles refused."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.calibrate import KEPT_DIGITS

Chances = NDArray[np.float32]

# What people hand in by mistake. Blank paper and printed shapes are easy, and would flatter; what
# is written exactly like a digit was never taught and is told apart: see `nodigit.LEFT_OUT`.
_POOLED = ("letters", "symbols", "scribbles")
# The curve: from 95% of the digits kept to all of them.
_CURVE = np.linspace(0.95, 1.0, 101)


def trade_off(digits: Chances, others: Mapping[str, Chances], threshold: float) -> dict[str, Any]:
    """What the shipped threshold keeps and refuses, and what other thresholds would.

    Args:
        digits: how likely each of N digits was held to be none, N at least 1.
        others: the same of what is no digit, by kind.
        threshold: the shipped one: above it a picture is refused, that is, worth asking a person.

    Returns:
        JSON values: `shipped` (`threshold`, `n` digits, `kept` of them and `kept_share`,
        `refused` by kind, and `pooled`, the share of all letters, symbols and scribbles);
        `at_kept_995`, the same at the threshold that keeps `KEPT_DIGITS` of these very digits, to
        compare with, never to choose by; `curve`, shares by kind for each of the shares `kept`.
    """
    hindsight = _threshold(digits, KEPT_DIGITS)
    thresholds = [_threshold(digits, kept) for kept in _CURVE]
    return {
        "shipped": _at(threshold, digits, others),
        "at_kept_995": _at(hindsight, digits, others),
        "curve": {
            "kept": [round(float((digits <= each).mean()), 5) for each in thresholds],
            "refused": {
                name: [round(float((chances > each).mean()), 4) for each in thresholds]
                for name, chances in others.items()
                if len(chances) and name.startswith(_POOLED)
            },
        },
    }


def _at(threshold: float, digits: Chances, others: Mapping[str, Chances]) -> dict[str, Any]:
    kept = int((digits <= threshold).sum())
    pooled = [chances for name, chances in others.items() if name.startswith(_POOLED)]
    joined = np.concatenate([np.empty(0, np.float32), *pooled])
    return {
        "threshold": round(threshold, 5),
        "n": len(digits),
        "kept": kept,
        "kept_share": round(kept / len(digits), 5),
        "refused": {
            name: round(float((chances > threshold).mean()), 5)
            for name, chances in others.items()
            if len(chances)
        },
        "pooled": {
            "n": len(joined),
            "refused": round(float((joined > threshold).mean()), 5) if len(joined) else None,
        },
    }


def _threshold(digits: Chances, kept: float) -> float:
    return float(np.quantile(digits, kept, method="higher"))
