import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from trainer.config import PRESETS
from trainer.data import Digits, load_mnist
from trainer.data_report import report_data
from trainer.duplicates import COPY, find_nearest
from trainer.golden import draw_digits
from trainer.pictures import TextPicture
from trainer.sheets import contact_sheet, mean_sheet, pair_sheet, text_sheet

DIGITS = draw_digits()[:30]


def labelled(images: np.ndarray) -> Digits:
    count = len(images)
    return Digits(images, np.arange(count) % 10, np.zeros(count, np.int64))


def test_a_contact_sheet_has_a_row_for_each_label() -> None:
    sheet = contact_sheet(labelled(DIGITS))

    assert sheet.shape == (11 * 28, 24 * 28)
    np.testing.assert_array_equal(sheet[28:56, 28:56], np.round(255 * DIGITS[11, :, :, 0]))
    assert not sheet[:, 3 * 28 :].any()


def test_means_stand_side_by_side() -> None:
    sheet = mean_sheet(labelled(DIGITS[:10]))

    assert sheet.shape == (28, 11 * 28)
    np.testing.assert_array_equal(sheet[:, 28:56], np.round(255 * DIGITS[1, :, :, 0]))


def test_pairs_stand_above_each_other_the_closest_first_and_without_1s_below() -> None:
    digits = labelled(DIGITS[:3])
    among = labelled(np.concatenate([DIGITS[1:2], DIGITS[2:3] * 0.5]))

    sheet = pair_sheet(digits, among, find_nearest(digits.images, among.images))

    np.testing.assert_array_equal(sheet[:28, :28], np.round(255 * DIGITS[1, :, :, 0]))
    np.testing.assert_array_equal(sheet[28:56, :28], sheet[:28, :28])
    np.testing.assert_array_equal(sheet[56:84, :28], np.round(255 * DIGITS[2, :, :, 0]))


def test_numbers_are_shown_above_their_text() -> None:
    page = np.full((40, 90), 255, np.uint8)
    page[10:30, 10:80] = 0
    pictures = [TextPicture("a", "12\n3", "g", "string", page)] * 9

    sheet = text_sheet(pictures)

    assert sheet.shape == (2 * (72 + 18), 960)
    assert sheet[:72, :120].min() < 50
    assert sheet[72:90, :120].min() < 150
    assert sheet[90:, 120:].min() == 255


def test_the_report_counts_every_set_and_shows_it_on_one_page(
    tiny_mnist: Path, tmp_path: Path
) -> None:
    shutil.rmtree(tiny_mnist / "clinic_cells")
    (tiny_mnist / "clinic_cells").mkdir()
    (tiny_mnist / "clinic_cells" / "labels.csv").write_text('file,text,group\na.png,"1,1",7\n')
    shutil.copy(Path(__file__).parents[2] / "backend" / "docs" / "sample.jpg",
                tiny_mnist / "clinic_cells" / "a.png")  # fmt: skip
    out = tmp_path / "out"

    found = report_data(out, PRESETS["smoke"])

    test = load_mnist("test")
    assert found["sets"]["mnist test"]["n"] == 64
    assert found["sets"]["mnist test"]["classes"][:10] == np.bincount(test.labels).tolist()
    assert found["sets"]["no digit training"]["classes"][:10] == [0] * 10
    assert found["texts"]["clinic_cells"]["signs"] == {",": 1, "1": 2}
    # The made-up test part is drawn from the very pictures of the training part.
    assert found["copies"]["pairs"]["mnist test in mnist training"]["closest"] < 1e-3
    assert found["copies"]["pairs"]["mnist test in pen training"]["suspects"] == 0
    assert json.loads((out / "report.json").read_text("utf-8")) == found
    page = (out / "index.html").read_text("utf-8")
    shown = {path.name for path in out.glob("*.png") if f'src="{path.name}"' in page}
    assert {"mnist-test.png", "mnist-test-mean.png", "clinic-cells-numbers.png"} <= shown
    assert "mnist-test-in-pen-training-closest.png" in shown
    assert all((out / part.split('"')[0]).is_file() for part in page.split('src="')[1:]
               if not part.startswith("data:"))  # fmt: skip


def test_mnist_alone_is_reported_where_there_is_no_other_set(
    tiny_mnist: Path, tmp_path: Path
) -> None:
    for name in ("unipen", "pendigits", "clinic_cells"):
        shutil.rmtree(tiny_mnist / name)

    found = report_data(tmp_path / "out", PRESETS["smoke"])

    assert list(found["sets"]) == ["mnist training", "mnist validation", "mnist test"]
    assert found["texts"] == {}


@pytest.mark.data
def test_none_of_200_real_test_digits_copies_one_of_the_first_6000_to_learn_from(
    real_mnist: Path,
) -> None:
    test, train = load_mnist("test", real_mnist), load_mnist("train", real_mnist)
    others = test.take(test.labels != 1).take(slice(0, 200))

    nearest = find_nearest(others.images, train.images[:6_000])

    assert nearest.distance.min() > COPY
