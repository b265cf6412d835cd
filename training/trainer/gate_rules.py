"""What a new network must show before it is served: each rule a verdict, with its reason told."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.gate_power import found_growth, found_loss
from trainer.mcnemar import mcnemar
from trainer.scores import expected_calibration_error

# A difference counts that chance makes less often than this.
LEVEL = 0.05
# On so many kinds of pictures a network is asked whether it is worse: of those that are worse on
# none, chance alone makes all these tests together refuse at most one in twenty (Bonferroni). It
# lets nothing harmful through: what a set finds is decided by its margin (`gate_power`).
WORSE_LEVEL = LEVEL / 6
# With fewer corrected items, or fewer accounts, nobody can tell: one hand is no handwriting.
LEAST_ITEMS, LEAST_ACCOUNTS = 30, 2
# The calibration error may grow by so much, and the time for one item to so much.
ECE_MARGIN, MOST_TIME = 0.01, 1.2
_RESAMPLES = 400
# Shares of what is no digit that is refused, and of digits that are kept, may fall by so much.
REFUSED_MARGIN, KEPT_MARGIN = 0.02, 0.003


@dataclass(frozen=True)
class Answered:
    """How two networks did on the same items: `right_a[i]`, `confidence_a[i]` and of b."""

    right_a: NDArray[np.bool_]
    right_b: NDArray[np.bool_]
    confidence_a: NDArray[np.floating[Any]]
    confidence_b: NDArray[np.floating[Any]]

    def __len__(self) -> int:
        return len(self.right_a)

    def counts(self) -> dict[str, int]:
        """Items, errors of both, and where they differ."""
        a, b = self.right_a, self.right_b
        return {
            "n": len(a),
            "errors_a": int((~a).sum()),
            "errors_b": int((~b).sum()),
            "only_b_right": int((~a & b).sum()),
            "only_a_right": int((a & ~b).sum()),
        }


@dataclass(frozen=True)
class Verdict:
    """One rule's: its name, whether it lets the network pass, why in a sentence, and figures."""

    name: str
    passed: bool
    sentence: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def judge_better(name: str, title: str, answered: Answered, accounts: int) -> Verdict:
    """The new network must be better on corrections of accounts that it did not learn from."""
    counts = answered.counts()
    wrong_a, wrong_b, n = counts["errors_a"], counts["errors_b"], counts["n"]
    p = mcnemar(counts["only_b_right"], counts["only_a_right"])
    figures = {**counts, "accounts": accounts, "p_better": round(p, 6)}
    if n < LEAST_ITEMS or accounts < LEAST_ACCOUNTS:
        return Verdict(
            name,
            False,
            f"Cannot tell on {title}: expected at least {LEAST_ITEMS} items of "
            f"{LEAST_ACCOUNTS} accounts, got {n} of {accounts}. Collect more corrections.",
            figures,
        )
    told = f"{wrong_a} of {n} wrong before, {wrong_b} now, on {title} (mid-p {p:.4f})"
    if wrong_b < wrong_a and p < LEVEL:
        return Verdict(name, True, f"Better: {told}.", figures)
    return Verdict(name, False, f"Not clearly better: {told}; less than {LEVEL} is asked.", figures)


def judge_not_worse(name: str, title: str, answered: Answered, margin: float) -> Verdict:
    """No loss that chance does not explain, nor one beyond the margin; one item always may go."""
    counts = answered.counts()
    wrong_a, wrong_b, n = counts["errors_a"], counts["errors_b"], counts["n"]
    p = mcnemar(counts["only_a_right"], counts["only_b_right"])
    allowed = max(1, math.floor(margin * n))
    figures = {**counts, "p_worse": round(p, 6), "margin": margin, "allowed": allowed}
    told = f"{wrong_a} of {n} wrong before, {wrong_b} now, on {title}"
    if n == 0:
        return Verdict(name, True, f"Not looked at: there are no items of {title}.", figures)
    figures["found_from"] = _found(counts, allowed, WORSE_LEVEL)
    if p < WORSE_LEVEL:
        return Verdict(name, False, f"Worse: {told} (mid-p {p:.4f}).", figures)
    if wrong_b - wrong_a > allowed:
        return Verdict(name, False, f"Worse: {told}; at most {allowed} more may be.", figures)
    return Verdict(name, True, f"Not worse: {told}.", figures)


def judge_margin(name: str, title: str, answered: Answered, margin: float) -> Verdict:
    """No loss beyond the margin; within it even one that is no chance is accepted."""
    counts = answered.counts()
    allowed = max(1, math.floor(margin * counts["n"]))
    passed = counts["errors_b"] - counts["errors_a"] <= allowed
    return Verdict(
        name,
        passed,
        f"{'Within the margin' if passed else 'Worse'}: {counts['errors_a']} of {counts['n']} "
        f"wrong before, {counts['errors_b']} now, on {title}; at most {allowed} more may be.",
        {**counts, "margin": margin, "allowed": allowed, "found_from": _found(counts, allowed)},
    )


def _found(counts: Mapping[str, int], allowed: int, level: float | None = None) -> int:
    return found_loss(counts["only_a_right"], counts["only_b_right"], allowed, level)


def judge_calibration(name: str, title: str, answered: Answered) -> Verdict:
    """Confidences must go on to mean what they say."""
    if len(answered) == 0:
        return Verdict(name, True, f"Not looked at: there are no items of {title}.", {"n": 0})
    before = expected_calibration_error(answered.confidence_a, answered.right_a)
    now = expected_calibration_error(answered.confidence_b, answered.right_b)
    growths = _growths(answered)
    surely = float(np.quantile(growths, LEVEL))
    passed = now <= before + ECE_MARGIN or surely <= 0
    figures = {"n": len(answered), "ece_a": round(before, 5), "ece_b": round(now, 5)}
    found_from = found_growth(float(np.std(growths)), ECE_MARGIN)
    figures |= {"surely_grown": round(surely, 5), "found_from": round(found_from, 4)}
    return Verdict(
        name,
        passed,
        f"{'Not worse calibrated' if passed else 'Worse calibrated'}: an error of {before:.4f} "
        f"before, {now:.4f} now, on {title}; at most {ECE_MARGIN} more may be, if it is no chance.",
        {**figures, "margin": ECE_MARGIN},
    )


def _growths(answered: Answered) -> list[float]:
    """By how much the calibration error has grown, in resamples of the pairs (bootstrap).

    Of a few hundred items two equal networks differ by more than the margin easily.
    """
    rng = np.random.default_rng(0)
    growths = []
    for _ in range(_RESAMPLES):
        drawn = rng.integers(len(answered), size=len(answered))
        a = expected_calibration_error(answered.confidence_a[drawn], answered.right_a[drawn])
        b = expected_calibration_error(answered.confidence_b[drawn], answered.right_b[drawn])
        growths.append(b - a)
    return growths


def judge_share(name: str, title: str, shares: Sequence[float], margin: float) -> Verdict:
    """A share that should be high, of what is refused or kept, must not fall beyond the margin."""
    before, now = shares
    passed = now >= before - margin
    return Verdict(
        name,
        passed,
        f"{'Not less' if passed else 'Less'}: {title} {before:.2%} before, {now:.2%} now; at most "
        f"{100 * margin:.1f} points less may be.",
        {"share_a": round(before, 5), "share_b": round(now, 5), "margin": margin},
    )


def judge_time(latency: Mapping[str, Any]) -> Verdict:
    """The new network may take a little longer, both timed in turns in one run."""
    ratio = float(latency["median_ratio"])
    passed = ratio <= MOST_TIME
    return Verdict(
        "speed",
        passed,
        f"{'Not slower' if passed else 'Slower'}: one item takes {ratio:.2f} times as long "
        f"(medians of calls in turns); at most {MOST_TIME} times may be.",
        {**latency, "most": MOST_TIME},
    )
