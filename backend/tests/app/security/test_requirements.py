"""`docs/security.md` against the tests that it names, and those that claim a requirement."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = (Path(__file__).parents[3] / "docs" / "security.md").read_text()
NAMED = re.compile(r"`((?:security/)?test_\w+\.py)::(test_\w+)`")
REQUIREMENT = re.compile(r"\b(V[6-9](?:\.\d+){0,2}|API\d+)\b")
STATES = ("met", "partly", "not met", "none here")


def _tests(path: Path) -> Iterator[tuple[str, list[str]]]:
    """The tests of a file and the requirements that each claims."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield (
                node.name,
                [
                    str(argument.value)
                    for mark in node.decorator_list
                    if isinstance(mark, ast.Call)
                    and ast.unparse(mark.func).endswith(".requirement")
                    for argument in mark.args
                    if isinstance(argument, ast.Constant)
                ],
            )


def _rows() -> list[tuple[list[str], str, list[tuple[str, str]]]]:
    """Each row of the tables: requirements, state, tests."""
    rows = []
    for line in DOCUMENT.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and REQUIREMENT.match(cells[0]):
            rows.append((REQUIREMENT.findall(cells[0]), cells[1], NAMED.findall(cells[2])))
    return rows


def test_every_test_that_is_named_exists() -> None:
    named = set(NAMED.findall(DOCUMENT))

    assert len(named) > 60
    for file, name in named:
        assert name in dict(_tests(TESTS / file)), f"{file}::{name}"


def test_every_claim_is_in_the_table() -> None:
    told = {
        (requirement, name)
        for requirements, _, tests in _rows()
        for requirement in requirements
        for _, name in tests
    }
    claimed = {
        (requirement, name)
        for path in (TESTS / "security").glob("test_*.py")
        for name, requirements in _tests(path)
        for requirement in requirements
    }

    assert len(claimed) > 40
    assert claimed - told == set()


def test_every_requirement_has_one_state_and_what_is_met_is_shown() -> None:
    rows = _rows()
    listed = [requirement for requirements, _, _ in rows for requirement in requirements]

    assert len(listed) == len(set(listed))
    assert {f"API{number}" for number in range(1, 11)} <= set(listed)
    for requirements, state, tests in rows:
        assert state.startswith(STATES), requirements
        said_elsewhere = {"V6.2.6", "V6.2.10", "V7.1.1", "V7.4.4"} & set(requirements)
        assert tests or not state.startswith("met") or said_elsewhere, requirements
