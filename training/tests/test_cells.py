import csv
import shutil
from collections import defaultdict
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from trainer.cells import load_cells, part_of_group
from trainer.data import DataError
from trainer.pen import Part

PARTS = get_args(Part)


def groups_of(folder: Path) -> dict[str, str]:
    """The group of each file below the data folder."""
    with (folder / "clinic_cells" / "labels.csv").open(encoding="utf-8", newline="") as rows:
        return {f"clinic_cells/{row['file']}": row["group"] for row in csv.DictReader(rows)}


def test_every_cell_is_in_one_part_and_no_group_in_two(tiny_mnist: Path) -> None:
    groups = groups_of(tiny_mnist)
    parts = [load_cells(part) for part in PARTS]

    files = [file for cells in parts for file in cells.files]
    assert sorted(files) == sorted(groups)
    assert all(len(cells) for cells in parts)
    homes = defaultdict(set)
    for part, cells in zip(PARTS, parts, strict=True):
        for file in cells.files:
            homes[groups[file]].add(part)
    assert len(homes) == 45
    assert {len(home) for home in homes.values()} == {1}


@pytest.mark.parametrize(("group", "part"), [("1", "train"), ("18", "validation"), ("2", "test")])
def test_a_group_stays_in_the_part_that_it_was_always_in(group: str, part: Part) -> None:
    # Another answer would mix what earlier networks learned from with what measures them.
    assert part_of_group(group) == part


def test_about_a_quarter_of_the_groups_is_kept_from_training() -> None:
    parts = [part_of_group(str(number)) for number in range(5000)]

    assert parts.count("validation") / 5000 == pytest.approx(0.08, abs=0.02)
    assert parts.count("test") / 5000 == pytest.approx(0.18, abs=0.02)


def test_cells_come_as_the_network_sees_them(tiny_mnist: Path) -> None:
    cells = load_cells("train")

    for line in cells.lines:
        assert line.dtype == np.float32
        assert line.shape[0] == 32
        assert line.shape[1] % 4 == 0
        assert 0 <= line.min() < line.max() == 1
        # Ink covers less than paper.
        assert line.mean() < 0.4
    assert {"98.6", "-5", "1,200"} <= set(cells.texts)


def test_the_first_cells_are_loaded_when_only_some_are_asked_for(tiny_mnist: Path) -> None:
    some, every = load_cells("train", limit=7), load_cells("train")

    assert len(some) == len(some.lines) == 7
    assert some.files == every.files[:7]
    assert some.texts == every.texts[:7]


def test_a_cell_written_light_on_dark_looks_like_its_negative(tiny_mnist: Path) -> None:
    before = load_cells("train", limit=1)
    path = tiny_mnist / before.files[0]
    grey = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert grey is not None
    # Without loss, so that nothing but light and dark is exchanged.
    path.write_bytes(cv2.imencode(".png", 255 - grey)[1].tobytes())

    after = load_cells("train", limit=1)

    np.testing.assert_array_equal(after.lines[0], before.lines[0])


def test_loading_cells_says_what_to_set_when_there_are_none(tiny_mnist: Path) -> None:
    shutil.rmtree(tiny_mnist / "clinic_cells")

    with pytest.raises(DataError, match="Set LEGIBLE_DATA"):
        load_cells("train")


def test_a_cell_that_is_no_picture_is_named(tiny_mnist: Path) -> None:
    first = load_cells("test", limit=1).files[0]
    (tiny_mnist / first).write_bytes(b"no picture")

    with pytest.raises(DataError, match=Path(first).name):
        load_cells("test")
