from typing import Any
from uuid import UUID

import pytest

from legible.app.feedback.doubt import SURE, find_doubts
from legible.app.feedback.standing import Kind, Said, find_standing
from legible.app.feedback.target import Target

# A line whose third symbol alone is unsure, and one of sure symbols.
LINES = (("04703", (0.99, 0.98, 0.6, 1.0, 0.999)), ("12", (0.99, 0.99)))
PAGES: list[dict[str, Any]] = [
    {
        "lines": [
            {"symbols": [{"text": t, "confidence": c} for t, c in zip(text, sure, strict=True)]}
            for text, sure in LINES
        ]
    },
    {"lines": []},
]
WHOLE = Target()


def _line(line: int, symbol: int | None = None, last: int | None = None) -> Target:
    return Target(0, line, symbol, last)


def _doubts(*history: tuple[Kind, Target, str | None]) -> list[tuple[Any, ...]]:
    said = [
        Said(UUID(int=number), kind, target, text)
        for number, (kind, target, text) in enumerate(history)
    ]
    return [
        (one.judgement_id.int, one.line, one.symbol, one.last_symbol, one.read, one.said)
        for one in find_doubts(PAGES, find_standing(PAGES, said))
    ]


@pytest.mark.parametrize(
    ("history", "doubts"),
    [
        ([], []),
        ([("confirmed", WHOLE, None)], []),
        ([("unreadable", WHOLE, None)], []),
        # One symbol: that networks were sure of, that they were not, and the same as was read.
        ([("corrected", _line(0, 1), "9")], [(0, 0, 1, 1, "4", "9")]),
        ([("corrected", _line(0, 2), "1")], []),
        ([("corrected", _line(0, 1), "4")], []),
        ([("not_a_digit", _line(0, 1), None)], [(0, 0, 1, 1, "4", None)]),
        ([("not_a_digit", _line(0, 2), None)], []),
        # Split, and merged with one that was sure.
        ([("corrected", _line(0, 1), "11")], [(0, 0, 1, 1, "4", "11")]),
        ([("corrected", _line(0, 1, 2), "6")], [(0, 0, 1, 2, "47", "6")]),
        # A line: symbol by symbol where it has as many.
        ([("corrected", _line(0), "04103")], []),
        (
            [("corrected", _line(0), "94108")],
            [(0, 0, 0, 0, "0", "9"), (0, 0, 4, 4, "3", "8")],
        ),
        # Otherwise what is between the first and the last difference.
        ([("corrected", _line(0), "0403")], []),
        ([("corrected", _line(0), "0470")], [(0, 0, 4, 4, "3", None)]),
        ([("corrected", _line(0), "0413")], [(0, 0, 2, 3, "70", "1")]),
        ([("corrected", _line(0), "8")], [(0, 0, 0, 4, "04703", "8")]),
        # Something was overlooked: beside the unsure one, or among sure ones.
        ([("corrected", _line(0), "047903")], []),
        ([("corrected", _line(1), "192")], [(0, 1, 0, 0, "1", "19")]),
        ([("corrected", _line(1), "912")], [(0, 1, 0, 0, "1", "91")]),
        ([("not_a_digit", _line(1), None)], [(0, 1, 0, 1, "12", None)]),
        # The whole.
        ([("corrected", WHOLE, "04103\n13")], [(0, 1, 1, 1, "2", "3")]),
        ([("corrected", WHOLE, "9")], []),
        (
            [("not_a_digit", WHOLE, None)],
            [(0, 0, 0, 4, "04703", None), (0, 1, 0, 1, "12", None)],
        ),
        # Who says something of a symbol after all answers for it.
        (
            [("corrected", _line(0), "94103"), ("corrected", _line(0, 0), "8")],
            [(1, 0, 0, 0, "0", "8")],
        ),
        ([("corrected", _line(0), "94103"), ("corrected", _line(0, 0), "0")], []),
        ([("corrected", _line(0), "94103"), ("unreadable", _line(0, 0), None)], []),
        ([("corrected", _line(0, 1), "9"), ("confirmed", _line(0, 1), None)], []),
        ([("corrected", WHOLE, "94103\n12"), ("corrected", _line(0), "04103")], []),
    ],
)
def test_what_contradicts_sure_networks_is_doubtful(
    history: list[tuple[Kind, Target, str | None]], doubts: list[tuple[Any, ...]]
) -> None:
    assert _doubts(*history) == doubts


def test_the_surest_symbol_says_how_sure_the_networks_were() -> None:
    said = Said(UUID(int=1), "corrected", _line(0, 1, 2), "6")

    [doubt] = find_doubts(PAGES, [said])

    assert doubt.confidence == SURE
