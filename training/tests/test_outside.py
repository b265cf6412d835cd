from pathlib import Path

import cv2
import numpy as np
import pytest

from legible.reader.normalise import Convention
from trainer.data import DataError
from trainer.golden import draw_digits
from trainer.nodigit import load_signs
from trainer.outside import load_array, load_outside, load_signs_and_shapes, single_rows

DIGITS = draw_digits()[:30]


def test_small_bright_digits_come_out_as_large_as_all_others(tiny_mnist: Path) -> None:
    (tiny_mnist / "usps_train").mkdir()
    pictures = np.round(255 * DIGITS[:10, 6:22, 6:22, 0]).astype(np.uint8)
    np.savez(tiny_mnist / "usps_train" / "usps_train.npz", x=pictures, y=np.arange(10))

    digits = load_array("usps_train", Convention())

    assert digits.images.shape == (10, 28, 28, 1)
    assert digits.labels.tolist() == list(range(10))
    inked = (digits.images[..., 0] > 0.3).any(axis=2).sum(axis=1)
    assert inked.min() >= 18


def test_dark_pictures_of_a_folder_become_bright_ink(tiny_mnist: Path) -> None:
    folder = tiny_mnist / "hwd1000"
    folder.mkdir()
    cv2.imwrite(str(folder / "3.png"), 255 - np.round(255 * DIGITS[3]).astype(np.uint8))
    (folder / "labels.csv").write_text("file,text\n3.png,3\n")

    sets = dict(load_outside(Convention()))

    assert sets["hwd1000"].labels.tolist() == [3]
    assert sets["hwd1000"].images.mean() < 0.3
    assert set(sets) == {
        "hwd1000",
        "unipen/digits (test writers)",
        "pendigits/pendigits_train (test writers)",
    }


def test_a_missing_picture_is_named(tiny_mnist: Path) -> None:
    folder = tiny_mnist / "hwd1000"
    folder.mkdir()
    (folder / "labels.csv").write_text("file,text\nlost.png,3\n")

    with pytest.raises(DataError, match=r"hwd1000/lost\.png"):
        list(load_outside(Convention()))


def test_only_rows_of_the_asked_kind_are_given(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,text,kind\na.png,1,single\nb.png,12,string\n")

    assert [text for _, text in single_rows(tmp_path)] == ["1"]


def test_what_is_no_digit_comes_by_kind(tiny_mnist: Path) -> None:
    kinds = dict(load_signs_and_shapes(Convention(), 60))

    assert sum(map(len, kinds.values())) >= 40
    assert all(images.shape[1:] == (28, 28, 1) for images in kinds.values())
    assert len(kinds["letters (test writers)"]) > 0


def test_signs_written_like_digits_are_kinds_of_their_own(tiny_mnist: Path) -> None:
    kinds = {name: len(images) for name, images in load_signs_and_shapes(Convention(), 60)}

    written = {name.removesuffix(" (test writers)"): n for name, n in kinds.items()}
    lookalikes = load_signs("test", lookalikes=True)
    assert written["look-alike letters"] + written["look-alike symbols"] == len(lookalikes) > 0
    assert written["letters"] + written["symbols"] == len(load_signs("test"))


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Expected.*hwd1000/labels\.csv"):
        list(single_rows(tmp_path / "hwd1000"))
