from pathlib import Path

import pytest

from legible.app.storage import FileStorage

KEY = "01a2-03c4/ab/abcdef"


def test_what_is_put_can_be_got_until_it_is_deleted(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    assert not storage.exists(KEY)

    storage.put(KEY, b"a picture")

    assert storage.exists(KEY)
    assert storage.get(KEY) == b"a picture"
    with storage.open(KEY) as file:
        assert file.read(1) == b"a"
    storage.delete(KEY)
    assert not storage.exists(KEY)
    storage.delete(KEY)
    with pytest.raises(FileNotFoundError):
        storage.get(KEY)
    with pytest.raises(FileNotFoundError):
        storage.open(KEY)


def test_putting_again_replaces_and_leaves_no_draft(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    storage.put(KEY, b"one")
    storage.put(KEY, b"two")

    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b"two"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)

    with pytest.raises(TypeError):
        storage.put(KEY, "no bytes")  # type: ignore[arg-type]

    assert not storage.exists(KEY)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("key", ["", "../secret", "a//b", "/etc/passwd", "a/../../b", "a/b.c"])
def test_a_key_cannot_leave_the_directory(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="expected a key"):
        FileStorage(tmp_path).put(key, b"x")


def test_all_below_a_part_is_forgotten_and_nothing_beside_it(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    for key in ("01a2/ab/one", "01a2/cd/two", "01a2-03c4/ab/three"):
        storage.put(key, b"a picture")
    (tmp_path / "01a2" / "ab" / ".draft-of-a-process-that-died").write_bytes(b"half a picture")

    storage.delete_all("01a2")
    storage.delete_all("01a2")

    assert not (tmp_path / "01a2").exists()
    assert storage.exists("01a2-03c4/ab/three")


@pytest.mark.parametrize("prefix", ["", "..", "/", "01a2/../01a2-03c4"])
def test_what_is_forgotten_cannot_lie_outside(tmp_path: Path, prefix: str) -> None:
    storage = FileStorage(tmp_path)
    storage.put("01a2-03c4/ab/three", b"a picture")

    with pytest.raises(ValueError, match="expected a key"):
        storage.delete_all(prefix)

    assert storage.exists("01a2-03c4/ab/three")
