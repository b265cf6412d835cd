"""Reading order: columns one after the other, tables row by row."""

import numpy as np
import pytest

from legible.reader.columns import find_columns
from legible.reader.parts import Part

HIGH, WIDE, STEP = 40, 24, 34


def _number(x: int, y: int, digits: int = 4) -> list[Part]:
    return [
        Part(x + i * STEP, y, x + i * STEP + WIDE, y + HIGH, 300, [x * 10_000 + y * 10 + i])
        for i in range(digits)
    ]


def _column(x: int, tops: range) -> list[Part]:
    return [part for y in tops for part in _number(x, y)]


LEFT = _column(50, range(50, 400, 70))


def _mixed(*groups: list[Part]) -> list[Part]:
    parts = [part for group in groups for part in group]
    return [parts[i] for i in np.random.default_rng(1).permutation(len(parts))]


def _sets(columns: list[list[Part]]) -> list[set[int]]:
    return [{part.labels[0] for part in column} for column in columns]


def test_columns_whose_lines_do_not_meet_are_read_one_after_the_other() -> None:
    right = _column(400, range(85, 400, 70))

    assert _sets(find_columns(_mixed(LEFT, right))) == _sets([LEFT, right])


def test_three_columns_are_three() -> None:
    middle, right = _column(400, range(85, 400, 70)), _column(750, range(50, 400, 90))

    assert _sets(find_columns(_mixed(LEFT, middle, right))) == _sets([LEFT, middle, right])


def test_what_stands_across_columns_is_read_before_them() -> None:
    head = _number(50, -100, digits=16)
    right = _column(400, range(85, 400, 70))

    assert _sets(find_columns(_mixed(right, head, LEFT))) == _sets([head, LEFT, right])


@pytest.mark.parametrize("off", [0, 10])
def test_cells_beside_each_other_are_the_rows_of_a_table(off: int) -> None:
    cells = _column(400, range(50 + off, 400, 70))

    assert len(find_columns(_mixed(LEFT, cells))) == 1


def test_a_table_keeps_its_rows_where_some_cells_are_empty() -> None:
    cells = _column(400, range(120, 260, 70))

    assert len(find_columns(_mixed(LEFT, cells))) == 1


def test_digits_written_far_apart_are_no_columns() -> None:
    sheet = [part for x in range(50, 800, 150) for part in _number(x, 50 + x // 10, 1)]
    below = [part for x in range(50, 800, 150) for part in _number(x, 200 - x // 20, 1)]

    assert len(find_columns(_mixed(sheet, below))) == 1


def test_a_number_beside_another_is_one_line() -> None:
    assert len(find_columns(_mixed(_number(50, 50), _number(500, 90)))) == 1
