"""The same picture more than once: kept once where people agree, left out where they do not.

A digit of a test set that somebody photographed, or sent as a file, is one of these cases: it must
not be trained on.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.candidates import Candidate, left_out_row
from trainer.data import Digits, Images
from trainer.duplicates import COPY, find_nearest
from trainer.feedback import writer_number

# Plain 1s of two people are as near as copies of other digits (see `find_nearest`): of a label 1
# only what is all but the same pixels is taken for a copy.
_COPY_OF_ONE = COPY / 10
# Of copies the one is kept that is tested with, so that what is trained on never has another.
_FIRST = {"test": 0, "validation": 1, "train": 2}


class _Groups:
    """Places that belong together (union-find); the least of a group stands for it."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def find(self, place: int) -> int:
        while self._above[place] != place:
            self._above[place] = self._above[self._above[place]]
            place = self._above[place]
        return place

    def join(self, a: int, b: int) -> None:
        first, second = sorted((self.find(a), self.find(b)))
        self._above[second] = first

    def join_equal(self, keys: Iterable[Hashable]) -> None:
        """Join all places that have the same key."""
        first: dict[Hashable, int] = {}
        for place, key in enumerate(keys):
            self.join(first.setdefault(key, place), place)

    def members(self) -> list[list[int]]:
        """All groups, each in order."""
        found = defaultdict(list)
        for place in range(len(self._above)):
            found[self.find(place)].append(place)
        return list(found.values())


def settle(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[dict[str, Any]]]:
    """Keep each picture once, and none that people contradict each other about.

    Digits are the same where their tiles are, or where those of two accounts are as near as only
    copies are. Lines are the same where their strips are, or a digit in them is.

    Args:
        candidates: of any number of accounts.

    Returns:
        What is kept, in the same order, with the number of accounts that agree; and what is left
        out: `disputed`, `duplicate`, and `duplicate_of_held_out`, i.e. all of a reading to train
        on of which a digit is in a reading that is validated or tested with.
    """
    digits = [each for each in candidates if each.item.kind == "digit"]
    lines = [each for each in candidates if each.item.kind == "line"]
    digit_groups = _group_digits(digits)
    reasons: dict[int, str] = {}  # by identity: equal candidates are still two
    agreeing: dict[int, int] = {}
    for group in digit_groups:
        _judge([digits[place] for place in group], reasons, agreeing)
    for group in _group_lines(lines, digits, digit_groups):
        _judge([lines[place] for place in group], reasons, agreeing)
    _spread(candidates, reasons)
    kept = [
        replace(each, item=replace(each.item, agreeing=agreeing.get(id(each), 1)))
        for each in candidates
        if id(each) not in reasons
    ]
    left_out = [
        left_out_row(each.item, reasons[id(each)]) for each in candidates if id(each) in reasons
    ]
    return kept, left_out


def leave_copies(
    candidates: Sequence[Candidate], tests: Digits
) -> tuple[list[Candidate], list[dict[str, Any]]]:
    """Leave readings out that would be trained on and show a digit of a test set.

    Args:
        candidates: of all accounts and splits.
        tests: what networks are measured with elsewhere, e.g. MNIST's.

    Returns:
        What is kept, in the same order, and what is left out: `copy_of_test_data`.
    """
    trained = [
        each for each in candidates if each.item.kind == "digit" and each.item.split == "train"
    ]
    if not trained or not len(tests):
        return list(candidates), []
    nearest = find_nearest(_images(trained), tests.images)
    ones = np.array([each.item.label == "1" for each in trained], np.bool_)
    copied = nearest.distance < _limit(ones, tests.labels[nearest.place] == 1)
    readings = {trained[place].item.reading for place in np.flatnonzero(copied).tolist()}
    return (
        [each for each in candidates if each.item.reading not in readings],
        [
            left_out_row(each.item, "copy_of_test_data")
            for each in candidates
            if each.item.reading in readings
        ],
    )


def _group_digits(digits: Sequence[Candidate]) -> list[list[int]]:
    groups = _Groups(len(digits))
    groups.join_equal(each.picture.tobytes() for each in digits)
    writers = np.array([writer_number(each.item.writer) for each in digits], np.int64)
    if len(np.unique(writers)) < 2:
        return groups.members()
    ones = np.array([each.item.label == "1" for each in digits], np.bool_)
    # The nearest of each is one only: what was joined is looked at once more, as one, until there
    # is nothing left to join.
    while len(alone := np.array([group[0] for group in groups.members()], np.int64)) > 1:
        images = _images([digits[place] for place in alone])
        nearest = find_nearest(images, images, (writers[alone], writers[alone]))
        limit = _limit(ones[alone], ones[alone[nearest.place]])
        near = np.flatnonzero(nearest.distance < limit)
        if not len(near):
            break
        for place in near.tolist():
            groups.join(int(alone[place]), int(alone[nearest.place[place]]))
    return groups.members()


def _group_lines(
    lines: Sequence[Candidate], digits: Sequence[Candidate], digit_groups: Sequence[Sequence[int]]
) -> list[list[int]]:
    groups = _Groups(len(lines))
    groups.join_equal((each.picture.shape, each.picture.tobytes()) for each in lines)
    place_of = {_line_of(each): place for place, each in enumerate(lines)}
    for group in digit_groups:
        found = [place_of.get(_line_of(digits[place])) for place in group]
        # Two lines of one account with the same tile are two lines.
        known = {lines[place].item.writer: place for place in found if place is not None}
        for place in known.values():
            groups.join(next(iter(known.values())), place)
    return groups.members()


def _judge(group: Sequence[Candidate], reasons: dict[int, str], agreeing: dict[int, int]) -> None:
    """Decide on pictures that are the same."""
    if len({each.item.label for each in group}) > 1:
        reasons |= {id(each): "disputed" for each in group}
        return
    best = min(group, key=lambda each: (_FIRST[each.item.split], _order(each)))
    agreeing[id(best)] = len({each.item.writer for each in group})
    for each in group:
        if each is not best:
            held_out = each.item.split == "train" != best.item.split
            reasons[id(each)] = "duplicate_of_held_out" if held_out else "duplicate"


def _spread(candidates: Sequence[Candidate], reasons: dict[int, str]) -> None:
    """Leave out with a digit what shows it too: its line, or all of a copied reading."""
    copied = {
        each.item.reading for each in candidates if reasons.get(id(each)) == "duplicate_of_held_out"
    }
    disputed = {
        _line_of(each)
        for each in candidates
        if each.item.kind == "digit" and reasons.get(id(each)) == "disputed"
    }
    for each in candidates:
        if each.item.kind == "line" and _line_of(each) in disputed:
            reasons[id(each)] = "disputed"
        elif each.item.reading in copied:
            reasons.setdefault(id(each), "duplicate_of_held_out")


def _images(digits: Sequence[Candidate]) -> Images:
    tiles = np.stack([each.picture for each in digits])[..., np.newaxis]
    return np.asarray(tiles / np.float32(255), np.float32)


def _limit(ones: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How near two pictures must be to be copies, where the label of either may be 1."""
    return np.where(ones | others, _COPY_OF_ONE, COPY)


def _line_of(candidate: Candidate) -> tuple[str, int, int]:
    return candidate.item.reading, candidate.item.page, candidate.item.line


def _order(candidate: Candidate) -> tuple[str, int, int, int]:
    item = candidate.item
    return item.reading, item.page, item.line, -1 if item.symbol is None else item.symbol
