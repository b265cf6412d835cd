"""How much of a set one account may be: chosen by chance, but always the same, and balanced."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from trainer.candidates import Candidate, left_out_row
from trainer.rules import Rules

Kept = tuple[list[Candidate], list[dict[str, Any]]]


def lot(seed: int, *names: object) -> str:
    """What decides by chance what is chosen; it depends on nothing else that is there."""
    return hashlib.sha256(":".join(map(str, (seed, *names))).encode()).hexdigest()


def limit_account(candidates: Sequence[Candidate], rules: Rules) -> Kept:
    """Keep as many digits and lines of one account as it may have; the rest is `over_cap`.

    Of digits the labels are balanced: those that are rare come first.
    """
    kept, left_out = [], []
    most: dict[Literal["digit", "line"], int] = {
        "digit": rules.tiles_per_account,
        "line": rules.lines_per_account,
    }
    for kind, count in most.items():
        order = _balanced([each for each in candidates if each.item.kind == kind], rules.seed)
        kept += order[:count]
        left_out += [left_out_row(each.item, "over_cap") for each in order[count:]]
    return kept, left_out


def limit_shares(candidates: Sequence[Candidate], rules: Rules) -> Kept:
    """Keep no more of an account than its share of what is trained on; the rest is `over_share`.

    Args:
        candidates: of all accounts and splits; only those to train on are limited.
        rules: the largest share, and from how many accounts on it holds.
    """
    kept = [each for each in candidates if each.item.split != "train"]
    left_out: list[dict[str, Any]] = []
    for kind in ("digit", "line"):
        by_writer = defaultdict(list)
        for each in candidates:
            if each.item.split == "train" and each.item.kind == kind:
                by_writer[each.item.writer].append(each)
        most = most_of_one([len(theirs) for theirs in by_writer.values()], rules)
        for theirs in by_writer.values():
            order = _balanced(theirs, rules.seed)
            kept += order[:most]
            left_out += [left_out_row(each.item, "over_share") for each in order[most:]]
    return kept, left_out


def most_of_one(counts: Sequence[int], rules: Rules) -> int:
    """How many pictures an account may have, where accounts have so many.

    Returns:
        The largest number that is no more than the share allows of what is left; see `Rules`.
    """
    largest = max(counts, default=0)
    if len(counts) < rules.from_accounts:
        return largest
    share = max(rules.largest_share, 1.5 / len(counts))
    for most in range(largest, rules.never_below, -1):
        if most <= share * sum(min(count, most) for count in counts):
            return most
    return rules.never_below


def _balanced(candidates: Sequence[Candidate], seed: int) -> list[Candidate]:
    """By lot, but one of each label before the second of any; lines count as one label."""
    drawn = sorted(candidates, key=lambda each: _lot_of(each, seed))
    seen: Counter[str] = Counter()
    ranked = []
    for place, each in enumerate(drawn):
        label = each.item.label if each.item.kind == "digit" else ""
        ranked.append((seen[label], place))
        seen[label] += 1
    return [drawn[place] for _, place in sorted(ranked)]


def _lot_of(candidate: Candidate, seed: int) -> str:
    item = candidate.item
    return lot(seed, item.reading, item.page, item.line, item.symbol)
