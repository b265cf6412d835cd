"""How much of a set one account may be, and who is kept of several with the same picture."""

from collections import Counter
from uuid import UUID

import numpy as np
import pytest

from trainer.agreement import settle
from trainer.candidates import Candidate, split_of, writer_of
from trainer.feedback import Item, Split
from trainer.golden import draw_digits
from trainer.rules import Rules
from trainer.shares import limit_account, limit_shares, most_of_one


def _digit(
    label: str, *, place: int = 0, writer: str = "a", split: Split = "train", picture: int = 0
) -> Candidate:
    item = Item(
        kind="digit",
        index=0,
        split=split,
        writer=f"{ord(writer):016x}",
        reading=f"{writer}{place}",
        page=0,
        line=0,
        symbol=place,
        label=label,
        read=label,
        confidence=0.9,
        models={},
        judgement="j",
        picture_sha256="",
    )
    return Candidate(item, np.round(255 * draw_digits()[picture, :, :, 0]).astype(np.uint8), False)


def test_the_cap_of_an_account_balances_labels_and_depends_on_nothing_else() -> None:
    digits = [_digit("1", place=place) for place in range(50)]
    digits += [_digit("7", place=place) for place in range(50, 53)]

    kept, left_out = limit_account(digits, Rules(tiles_per_account=10))

    assert Counter(each.item.label for each in kept) == {"1": 7, "7": 3}
    assert {row["reason"] for row in left_out} == {"over_cap"}
    assert len(kept) + len(left_out) == 53
    # The same are chosen in any order, and another seed chooses others.
    again, _ = limit_account(digits[::-1], Rules(tiles_per_account=10))
    other, _ = limit_account(digits, Rules(tiles_per_account=10, seed=1))
    assert [each.item.symbol for each in again] == [each.item.symbol for each in kept]
    assert [each.item.symbol for each in other] != [each.item.symbol for each in kept]


@pytest.mark.parametrize(
    ("counts", "most"),
    [
        ([], 0),
        ([300] * 4, 300),  # too few accounts for shares
        ([300] * 5, 300),
        ([300, 300, 300, 300, 2], 300),
        ([300, 40, 40, 40, 40], 68),  # 0.3 of 228
        ([300, *[100] * 9], 225),  # 0.2 of 1125
        ([300, *[10] * 9], 60),  # so few that nobody is cut shorter
    ],
)
def test_no_account_is_more_than_its_share_of_what_is_trained_on(
    counts: list[int], most: int
) -> None:
    assert most_of_one(counts, Rules()) == most


def test_shares_are_of_what_is_trained_on_alone() -> None:
    rules = Rules(never_below=2, largest_share=0.5)
    digits = [_digit("3", place=place) for place in range(9)]
    digits += [_digit("3", writer=writer) for writer in "bcdef"]
    digits += [_digit("3", place=place, writer="t", split="test") for place in range(50)]

    kept, left_out = limit_shares(digits, rules)

    kept_of = Counter(each.item.writer for each in kept)
    assert (kept_of[f"{ord('a'):016x}"], kept_of[f"{ord('t'):016x}"]) == (5, 50)
    assert Counter(row["reason"] for row in left_out) == {"over_share": 4}


def test_accounts_are_split_60_20_20_by_their_id_alone() -> None:
    splits = Counter(split_of(writer_of(UUID(int=place))) for place in range(2000))

    assert splits["train"] / 2000 == pytest.approx(0.6, abs=0.04)
    assert splits["validation"] / 2000 == pytest.approx(0.2, abs=0.03)
    # For ever: sets of years ago were split so.
    assert writer_of(UUID(int=7)) == "0d25a51a47b7f482"
    assert split_of("0d25a51a47b7f482") == "train"
    assert [split_of(f"{first}000000") for first in ("99", "9a", "cc", "cd")] == [
        "train",
        "validation",
        "validation",
        "test",
    ]


def test_what_many_accounts_hold_is_kept_once_by_the_split_that_is_tested_with() -> None:
    # Of four copies the nearest of each is one other: they are one group all the same.
    splits: tuple[Split, ...] = ("train", "train", "validation", "test")
    digits = [
        _digit("8", writer=writer, split=split, picture=8)
        for writer, split in zip("abcd", splits, strict=True)
    ]
    other = _digit("5", writer="a", place=3, picture=5)

    kept, left_out = settle([*digits, other])

    assert [(each.item.split, each.item.agreeing) for each in kept] == [("test", 4), ("train", 1)]
    assert Counter(row["reason"] for row in left_out) == {
        "duplicate_of_held_out": 2,
        "duplicate": 1,
    }


def test_one_who_disagrees_makes_a_picture_disputed_for_all() -> None:
    digits = [_digit("8", writer=writer, picture=8) for writer in "abc"]

    kept, left_out = settle([*digits, _digit("3", writer="d", picture=8)])

    assert not kept
    assert Counter(row["reason"] for row in left_out) == {"disputed": 4}
