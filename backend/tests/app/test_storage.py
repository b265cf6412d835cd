"""What the service expects of a store: of files, and of a bucket of the stand-in for S3 (moto)."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from legible.app.settings import Settings, StartError
from legible.app.storage import FileStorage, Storage, StorageUnavailable, open_storage, storage_at
from tests.app.s3_server import BUCKET

KEY = "01a2-03c4/ab/abcdef"


@pytest.fixture(params=["files", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    url = f"file://{tmp_path}/pictures"
    if request.param == "s3":
        request.getfixturevalue("s3_server")
        url = f"s3://{BUCKET}/some/prefix"
    storage = storage_at(url, timeout_s=5)
    yield storage
    storage.close()


def _keys(storage: Storage) -> list[str]:
    return [entry.key for entry in storage.entries()]


def test_what_is_put_can_be_got_until_it_is_deleted(storage: Storage) -> None:
    assert not storage.exists(KEY)
    assert _keys(storage) == []

    storage.put(KEY, b"a picture")

    assert storage.exists(KEY)
    assert storage.get(KEY) == b"a picture"
    with storage.open(KEY) as file:
        assert file.read(1) == b"a"
        assert file.read() == b" picture"
        assert file.read(10) == b""
    storage.delete(KEY)
    assert not storage.exists(KEY)
    storage.delete(KEY)
    with pytest.raises(FileNotFoundError):
        storage.get(KEY)
    with pytest.raises(FileNotFoundError):
        storage.open(KEY)


def test_putting_again_replaces(storage: Storage) -> None:
    storage.put(KEY, b"one")
    storage.put(KEY, b"two, and longer")
    storage.put("01a2-03c4/ab/empty", b"")

    assert storage.get(KEY) == b"two, and longer"
    assert storage.get("01a2-03c4/ab/empty") == b""
    assert _keys(storage) == [KEY, "01a2-03c4/ab/empty"]


def test_a_file_is_closed_before_its_end_without_harm(storage: Storage) -> None:
    storage.put(KEY, bytes(3_000_000))

    for _ in range(3):
        with storage.open(KEY) as file:
            assert file.read(10) == bytes(10)

    assert len(storage.get(KEY)) == 3_000_000


def test_a_write_that_fails_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(TypeError):
        storage.put(KEY, "no bytes")  # type: ignore[arg-type]

    assert not storage.exists(KEY)
    assert _keys(storage) == []


BAD_KEYS = ["", "../secret", "a//b", "/etc/passwd", "a/../../b", "a/b.c", "a/b\n", "a/ä", "a/b/"]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_cannot_lead_elsewhere(storage: Storage, key: str) -> None:
    for call in (
        lambda: storage.put(key, b"x"),
        lambda: storage.get(key),
        lambda: storage.open(key),
        lambda: storage.delete(key),
        lambda: storage.delete_all(key),
        lambda: storage.exists(key),
    ):
        with pytest.raises(ValueError, match="expected a key"):
            call()


def test_all_below_a_part_is_forgotten_and_nothing_beside_it(storage: Storage) -> None:
    for key in ("01a2/ab/one", "01a2/cd/two", "01a2-03c4/ab/three"):
        storage.put(key, b"a picture")

    storage.delete_all("01a2")
    storage.delete_all("01a2")

    assert _keys(storage) == ["01a2-03c4/ab/three"]


def test_a_listing_is_sorted_and_tells_size_and_time(storage: Storage) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    sizes = {
        f"{user}/{part}/{part}{n}": n
        for user in ("b", "a", "a-b")
        for part in ("ab", "0c")
        for n in (2, 1)
    }
    for key, size in sizes.items():
        storage.put(key, bytes(size))

    entries = list(storage.entries())

    assert {entry.key: entry.size_bytes for entry in entries} == sizes
    assert [entry.key for entry in entries] == sorted(sizes)
    assert all(before < entry.changed_at <= datetime.now(UTC) for entry in entries)


def test_many_threads_use_one_store(storage: Storage) -> None:
    begin = threading.Barrier(8)

    def use(number: int) -> bool:
        begin.wait()
        data = bytes([number]) * 10_000
        key = f"a/{number}/{hashlib.sha256(data).hexdigest()}"
        for _ in range(3):
            storage.put(key, data)
            if storage.get(key) != data:
                return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(8)))


def test_a_good_store_passes_the_check_and_answers(storage: Storage) -> None:
    storage.check()

    assert storage.answers()
    assert _keys(storage) == []


def test_a_killed_write_leaves_a_draft_that_is_no_picture(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)
    storage.put(KEY, b"a picture")
    (tmp_path / "01a2-03c4" / "ab" / ".draft-of-a-process-that-died").write_bytes(b"half")

    assert _keys(storage) == [KEY]
    assert storage.remove_drafts(datetime.now(UTC) - timedelta(hours=1)) == 0
    assert storage.remove_drafts(datetime.now(UTC) + timedelta(hours=1)) == 1
    storage.delete_all("01a2-03c4")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_bytes(b"")
    storage = FileStorage(tmp_path / "a-file")

    with pytest.raises(StartError, match="LEGIBLE_STORAGE_URL"):
        storage.check()
    with pytest.raises(StorageUnavailable, match=r"files: (ENOTDIR|EEXIST)"):
        storage.put(KEY, b"a picture")
    assert not storage.answers()


def test_the_default_is_files_in_the_folder_of_the_service(tmp_path: Path) -> None:
    open_storage(Settings(var_dir=tmp_path)).put(KEY, b"a picture")

    assert (tmp_path / "pictures" / KEY).read_bytes() == b"a picture"


def test_files_give_no_links_and_cannot_be_told_to(tmp_path: Path) -> None:
    assert FileStorage(tmp_path).link(KEY, media_type="image/png", disposition="inline") is None
    with pytest.raises(StartError, match="needs a bucket"):
        open_storage(Settings(var_dir=tmp_path, storage_reads="presigned"))
