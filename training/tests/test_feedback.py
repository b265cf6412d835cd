"""Sets of corrections: written once, read back whole."""

import json
from pathlib import Path

import numpy as np
import pytest

from trainer.data import DataError
from trainer.feedback import Item, Picture, load_set, newest_set, write_set


def _item(kind: str, label: str, split: str, writer: str = "9f86d081884c7d65") -> Item:
    return Item(
        kind=kind,  # type: ignore[arg-type]
        index=0,
        split=split,  # type: ignore[arg-type]
        writer=writer,
        reading="r",
        page=0,
        line=0,
        symbol=0 if kind == "digit" else None,
        label=label,
        read="7",
        confidence=0.5,
        models={"digit": "2.0.0"},
        judgement="j",
        picture_sha256="0" * 64,
    )


def _tile(shade: int) -> Picture:
    return np.full((28, 28), shade, np.uint8)


def _write(shelf: Path) -> Path:
    return write_set(
        shelf,
        {"created_at": "2026-01-31T12:00:00Z"},
        [
            (_item("digit", "4", "train"), _tile(40)),
            (_item("digit", "10", "test"), _tile(100)),
            (_item("digit", "5", "train", "ffffffffffffffff"), _tile(50)),
        ],
        [
            (_item("line", "12", "train"), np.full((32, 40), 12, np.uint8)),
            (_item("line", "3", "test"), np.full((32, 16), 3, np.uint8)),
        ],
        [{"reading": "r", "reason": "disputed"}],
    )


def test_a_set_comes_back_as_it_was_written(tmp_path: Path) -> None:
    folder = _write(tmp_path)

    found = load_set(folder)

    assert (folder.name, found.number) == ("1", 1)
    digits = found.digits("train")
    assert digits.labels.tolist() == [4, 5]
    assert digits.images.shape == (2, 28, 28, 1)
    assert digits.images[0, 0, 0, 0] == np.float32(40 / 255)
    assert len(set(digits.writers.tolist())) == 2
    assert found.digits("test").labels.tolist() == [10]
    assert len(found.digits("validation")) == 0
    lines = found.lines("test")
    assert (lines.texts, lines.pictures[0].shape, int(lines.pictures[0].max())) == (
        ["3"],
        (32, 16),
        3,
    )


def test_sets_are_numbered_and_only_ever_added(tmp_path: Path) -> None:
    first = _write(tmp_path)
    before = {path.name: path.read_bytes() for path in first.iterdir()}

    second = _write(tmp_path)

    assert newest_set(tmp_path) == second == tmp_path / "2"
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before
    same = {name for name, content in before.items() if (second / name).read_bytes() == content}
    assert same == set(before) - {"manifest.json"}
    assert not list(tmp_path.glob(".draft-*"))
    assert second.stat().st_mode & 0o077 == 0


def test_an_empty_set_can_be_written_and_read(tmp_path: Path) -> None:
    found = load_set(write_set(tmp_path, {}, [], [], []))

    assert len(found.digits("train")) == len(found.lines("train")) == 0


@pytest.mark.parametrize(
    "name", ["digits.npz", "lines.npz", "items.jsonl", "left_out.jsonl", "contact.png"]
)
def test_a_damaged_set_is_refused_and_the_file_named(tmp_path: Path, name: str) -> None:
    path = _write(tmp_path) / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")

    with pytest.raises(DataError, match=f"{name} has another sha256"):
        load_set(path.parent)

    path.unlink()
    with pytest.raises(DataError, match=f"{name} is missing"):
        load_set(path.parent)


def test_what_is_no_set_or_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no manifest\.json"):
        load_set(tmp_path)

    manifest = _write(tmp_path) / "manifest.json"
    manifest.write_text(json.dumps({"format": 99}))
    with pytest.raises(DataError, match="format 1, got 99"):
        load_set(manifest.parent)
    manifest.write_text("{")
    with pytest.raises(DataError, match="not as it was written"):
        load_set(manifest.parent)
