"""What people said, as labels."""

from typing import Any
from uuid import UUID

import pytest

from legible.app.feedback.doubt import find_doubts
from legible.app.feedback.standing import Said
from legible.app.feedback.target import Target
from trainer.judged import label_parts

WHOLE = Target()


def _pages(*lines: str, confidence: float = 0.9) -> list[dict[str, Any]]:
    return [
        {
            "lines": [
                {
                    "text": text,
                    "confidence": confidence,
                    "symbols": [{"text": each, "confidence": confidence} for each in text],
                }
                for text in lines
            ]
        }
    ]


def _said(kind: Any, target: Target = WHOLE, text: str | None = None, number: int = 1) -> Said:
    return Said(UUID(int=number), kind, target, text)


def _told(pages: Any, *standing: Said, recut: bool = False) -> dict[str, str]:
    """What each part is, or why nobody knows, by its place."""
    labels = label_parts(pages, standing, {said.id for said in standing} if recut else set())
    return {
        f"{label.place[1]}" if label.place[2] is None else f"{label.place[1]}.{label.place[2]}": (
            label.text if label.text is not None else f"({label.reason})"
        )
        for label in labels
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ([_said("confirmed")], "4 1 41 7 7"),
        ([_said("corrected", text="91\n2")], "9 1 91 2 2"),
        # A line with another number of symbols is known, its symbols are not.
        ([_said("corrected", text="911\n2")], "(not_aligned) (not_aligned) 911 2 2"),
        ([_said("corrected", text="911")], "(not_aligned) " * 4 + "(not_aligned)"),
        ([_said("unreadable")], "(unreadable) " * 4 + "(unreadable)"),
        ([_said("not_a_digit")], "(no_number_as_a_whole) " * 4 + "(no_number_as_a_whole)"),
        ([_said("confirmed", Target(0, 1))], "7 7"),
        ([_said("not_a_digit", Target(0, 1))], "(no_number_as_a_whole) (no_number_as_a_whole)"),
        ([_said("corrected", Target(0, 0, 0), "9")], "9 (partly_judged)"),
        ([_said("not_a_digit", Target(0, 1, 0))], "10 (no_text)"),
        ([_said("unreadable", Target(0, 1, 0))], "(unreadable) (unreadable)"),
        (
            [_said("corrected", Target(0, 0, 0), "9"), _said("confirmed", Target(0, 0, 1))],
            "9 1 91",
        ),
        # A whole that was corrected stays so, where a part of it is confirmed or is another.
        ([_said("corrected", text="91\n2"), _said("confirmed", Target(0, 1))], "9 1 91 2 2"),
        (
            [_said("corrected", text="91\n2"), _said("corrected", Target(0, 1, 0), "3")],
            "9 1 91 3 3",
        ),
        ([_said("confirmed"), _said("not_a_digit", Target(0, 0, 1))], "4 10 4 7 7"),
        # Two symbols that are really one.
        (
            [_said("confirmed"), _said("corrected", Target(0, 0, 0, 1), "6")],
            "(cut_wrongly) (cut_wrongly) 6 7 7",
        ),
    ],
)
def test_judgements_become_labels(said: list[Said], told: str) -> None:
    assert " ".join(_told(_pages("41", "7"), *said).values()) == told


def test_symbols_that_were_cut_anew_are_no_labels_but_their_line_is() -> None:
    split = _said("corrected", Target(0, 0, 0), "12")

    assert _told(_pages("4"), split, recut=True) == {"0.0": "(cut_wrongly)", "0": "12"}


def test_a_judgement_is_doubtful_where_it_changes_what_was_sure() -> None:
    said = [_said("corrected", text="91"), _said("not_a_digit", Target(0, 0, 1), number=2)]

    for confidence, number in ((0.97, 0), (0.98, 2)):
        assert len(find_doubts(_pages("41", confidence=confidence), said)) == number
    assert not find_doubts(_pages("41", confidence=1.0), [_said("confirmed")])
