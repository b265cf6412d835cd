from pathlib import Path

import cv2
import numpy as np
import pytest

from trainer.data import DataError
from trainer.pen import part_of
from trainer.pictures import (
    TEXT_SETS,
    TextPicture,
    draw_number,
    load_text_set,
    part_pictures,
)


def write_set(folder: Path, name: str, rows: list[str], *, pictures: bool = True) -> None:
    (folder / name / "images").mkdir(parents=True)
    (folder / name / "labels.csv").write_text("\n".join(rows) + "\n", "utf-8")
    page = np.full((34, 60), 230, np.uint8)
    cv2.putText(page, "17", (8, 26), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 20, 2)
    for row in rows[1:] if pictures else []:
        cv2.imwrite(str(folder / name / row.split(",")[0]), page)


def test_a_cell_comes_with_its_number_group_and_picture(tmp_path: Path) -> None:
    write_set(
        tmp_path,
        "clinic_cells",
        ["file,text,group", 'images/1.png,"10,5",4', "images/2.png,-7,9", "images/3.png,8.,4"],
    )

    cells = load_text_set("clinic_cells", tmp_path)

    assert [cell.text for cell in cells] == ["10,5", "-7", "8."]
    assert cells[0].group == cells[2].group != cells[1].group
    assert {cell.kind for cell in cells} == {"string"}
    grey = cells[0].grey()
    assert grey.shape == (34, 60)
    assert grey.min() < 60
    assert grey.max() > 200


def test_the_rows_of_a_sheet_are_parted_by_line_feeds(tmp_path: Path) -> None:
    write_set(tmp_path, "sudoku", ["file,text", r"images/a.png,123\n456"])

    (sheet,) = load_text_set("sudoku", tmp_path)

    assert sheet.text == "123\n456"
    assert sheet.kind == "sheet"


def test_what_one_source_gave_is_one_group(tmp_path: Path) -> None:
    rows = ["file,text,kind,source", "images/a.png,12,string,x", "images/b.png,,nondigit,x"]
    write_set(tmp_path, "real_dev", [*rows, "images/c.png,3,single,y"])

    pictures = load_text_set("real_dev", tmp_path)

    assert [picture.kind for picture in pictures] == ["string", "nondigit", "single"]
    assert [picture.group for picture in pictures] == ["x", "x", "y"]
    assert pictures[1].text == ""


def test_no_group_is_on_two_sides_when_cells_are_parted(tmp_path: Path) -> None:
    rows = [f"images/{place}.png,{place},{place // 3}" for place in range(900)]
    write_set(tmp_path, "clinic_cells", ["file,text,group", *rows], pictures=False)
    cells = load_text_set("clinic_cells", tmp_path)

    train, validation, test = (
        part_pictures(cells, part) for part in ("train", "validation", "test")
    )

    groups = [{cell.group for cell in part} for part in (train, validation, test)]
    assert not groups[0] & groups[1] | groups[0] & groups[2] | groups[1] & groups[2]
    assert len(train) + len(validation) + len(test) == 900
    assert 660 < len(train) < 780
    assert min(len(validation), len(test)) > 45


def test_all_of_a_set_of_few_hands_is_for_tests(tmp_path: Path) -> None:
    rows = [f"images/{place}.png,{place},single" for place in range(40)]
    write_set(tmp_path, "drawn", ["file,text,kind", *rows], pictures=False)

    drawn = load_text_set("drawn", tmp_path)

    assert part_pictures(drawn, "train") == part_pictures(drawn, "validation") == []
    assert part_pictures(drawn, "test") == drawn


def test_pen_numbers_are_drawn_and_parted_by_writer(tmp_path: Path) -> None:
    (tmp_path / "unipen").mkdir()
    corner = np.array([[0, 0], [0, 2000], [4000, 2000]], np.int16)
    np.savez(
        tmp_path / "unipen" / "strings.npz",
        points=np.concatenate([corner, corner + 10, [[5, 5]]]).astype(np.int16),
        stroke_start=np.array([0, 3, 6], np.int32),
        sample_start=np.array([0, 1], np.int32),
        label=np.array(["12", "3.4"]),
        writer=np.array(["ap-001", "ap-002"]),
    )

    numbers = load_text_set("unipen/strings", tmp_path)

    assert [number.text for number in numbers] == ["12", "3.4"]
    assert numbers[0].grey().shape == (48 + 16, 96 + 16)
    assert numbers[0].grey().min() == 0
    assert numbers[0] in part_pictures(numbers, part_of("ap-001"))


def test_a_dot_and_a_long_number_fit_their_pictures() -> None:
    dot = draw_number([np.array([[7, 7]], np.int16)], 4)
    long = draw_number([np.array([[0, 0], [8000, 90]], np.int16)], 4)

    assert dot.min() == 0
    assert long.shape[1] == 1016
    for picture in (dot, long):
        edges = (picture[0], picture[-1], picture[:, 0], picture[:, -1])
        assert min(edge.min() for edge in edges) == 255


@pytest.mark.parametrize("name", sorted(TEXT_SETS))
def test_a_missing_set_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=name):
        load_text_set(name, tmp_path)


def test_a_list_without_its_columns_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path, "clinic_cells", ["file,text", "images/1.png,7"])

    with pytest.raises(DataError, match="expected the columns group"):
        load_text_set("clinic_cells", tmp_path)


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    write_set(tmp_path, "drawn", ["file,text,kind", "images/1.png,7,poem"])

    with pytest.raises(DataError, match="got 'poem'"):
        load_text_set("drawn", tmp_path)


def test_a_picture_that_does_not_open_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")

    for path in (tmp_path / "broken.png", tmp_path / "lost.png"):
        with pytest.raises(DataError, match=f"the picture {path.name}"):
            TextPicture(path.name, "1", "g", "single", path).grey()


@pytest.mark.data
def test_the_real_sets_are_whole_and_of_known_signs(real_mnist: Path) -> None:
    counts = {}
    for name in TEXT_SETS:
        pictures = load_text_set(name, real_mnist)
        counts[name] = len(pictures)
        signs = set("".join(picture.text for picture in pictures))
        assert signs <= set("0123456789,.-\n")
        assert all(len(picture.text) > 0 or picture.kind == "nondigit" for picture in pictures)
        for picture in pictures[:: max(1, len(pictures) // 20)]:
            assert picture.grey().size > 0

    assert counts == {
        "clinic_cells": 4926,
        "unipen/strings": 1462,
        "sudoku": 20,
        "real_dev": 333,
        "drawn": 567,
    }
