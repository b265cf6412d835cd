"""MNIST's download against real servers on this machine: nothing here leaves it."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from trainer.__main__ import main
from trainer.data import LEARNED_FILES, MEASURED_FILES, DataError, fingerprints, load_mnist
from trainer.download import MNIST, QMNIST, Publication, download_mnist

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
IMAGES = "train-images-idx3-ubyte.gz"


@dataclass
class Mirror:
    """What a server has, what it breaks, and what it was asked for."""

    files: dict[str, bytes]
    address: str = ""
    damaged: set[str] = field(default_factory=set)
    broken_off: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.rpartition("/")[2]
        self.asked.append(name)
        content = self.files.get(name)
        if content is None:
            request.send_error(404)
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        # As one of the public mirrors says of its .gz files: they are to be kept as they come.
        request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        if name in self.damaged:
            content = bytes([content[0] ^ 1]) + content[1:]
        request.wfile.write(content[: len(content) // 2] if name in self.broken_off else content)


@pytest.fixture
def published(made_mnist: Path) -> dict[str, bytes]:
    """The files of a small MNIST, and QMNIST's labels of it with more test digits than it has."""
    files = {path.name: path.read_bytes() for path in (made_mnist / "mnist").glob("*.gz")}
    with np.load(made_mnist / "mnist" / "mnist_writers.npz") as known:
        for part, extra in (("train", 0), ("test", 9)):
            writers = np.concatenate([known[f"{part}_writer"], np.full(extra, 7)])
            table = np.zeros((len(writers), 8), ">i4")
            table[:, 1] = np.where(writers % 2, 4, 1)
            table[:, 2] = writers
            header = bytes([0, 0, 0x0C, 2]) + np.array(table.shape, ">u4").tobytes()
            name = f"qmnist-{part}-labels-idx2-int.gz"
            files[name] = gzip.compress(header + table.tobytes())
    return files


@pytest.fixture
def mirrors(
    published: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Mirror, Mirror]]:
    """Two servers that have everything."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made, servers = [], []
    for _ in range(2):
        mirror = Mirror(dict(published))

        class Handler(BaseHTTPRequestHandler):
            serving = mirror

            def do_GET(self) -> None:
                self.serving.answer(self)

            def log_message(self, *args: object) -> None:
                """Not into the tests' output."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        mirror.address = f"http://127.0.0.1:{server.server_port}/mnist/"
        made.append(mirror)
        servers.append(server)
    yield made[0], made[1]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def sources(
    mirrors: tuple[Mirror, Mirror], published: dict[str, bytes]
) -> tuple[Publication, Publication]:
    """The two publications as the two servers have them."""
    addresses = tuple(mirror.address for mirror in mirrors)
    digits, labels = (
        Publication(addresses, {name: md5(published[name]) for name in known.md5})
        for known in (MNIST, QMNIST)
    )
    return digits, labels


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_a_downloaded_data_set_is_loaded_like_a_copied_one(
    tmp_path: Path, made_mnist: Path, sources: tuple[Publication, Publication]
) -> None:
    done = download_mnist(tmp_path / "data", *sources)

    assert set(done.values()) == {"127.0.0.1"}
    for part in ("train", "test"):
        copied, fetched = load_mnist(part, made_mnist), load_mnist(part, tmp_path / "data")
        np.testing.assert_array_equal(copied.images, fetched.images)
        np.testing.assert_array_equal(copied.labels, fetched.labels)
        np.testing.assert_array_equal(copied.writers, fetched.writers)
    with np.load(tmp_path / "data" / "mnist" / "mnist_writers.npz") as kept:
        assert set(kept["test_hsf"]) == {1, 4}
        assert {name: kept[name].dtype.name for name in kept} == {
            "train_writer": "int32",
            "train_hsf": "int8",
            "test_writer": "int32",
            "test_hsf": "int8",
        }
    assert sorted(path.name for path in (tmp_path / "data" / "mnist").iterdir()) == sorted(
        [*MNIST.md5, "MD5SUMS", "mnist_writers.npz"]
    )


def test_what_is_there_and_whole_is_not_fetched_again(
    tmp_path: Path, mirrors: tuple[Mirror, Mirror], sources: tuple[Publication, Publication]
) -> None:
    download_mnist(tmp_path, *sources)
    before = fingerprints((*LEARNED_FILES, *MEASURED_FILES), tmp_path)
    (tmp_path / "mnist" / IMAGES).write_bytes(b"half a fi")
    mirrors[0].asked.clear()

    done = download_mnist(tmp_path, *sources)

    assert mirrors[0].asked == [IMAGES]
    assert [name for name, host in done.items() if host != "already there"] == [IMAGES]
    assert fingerprints((*LEARNED_FILES, *MEASURED_FILES), tmp_path) == before


@pytest.mark.parametrize("fault", ["missing", "damaged", "broken_off", "gone"])
def test_the_next_mirror_is_asked_when_one_fails(
    tmp_path: Path,
    mirrors: tuple[Mirror, Mirror],
    sources: tuple[Publication, Publication],
    fault: str,
) -> None:
    first, second = mirrors
    if fault == "missing":
        del first.files[IMAGES]
    elif fault == "gone":
        # Nothing listens on port 9, discard.
        first.address = "http://127.0.0.1:9/mnist/"
    else:
        getattr(first, fault).add(IMAGES)
    digits = replace(sources[0], mirrors=(first.address, second.address))

    download_mnist(tmp_path, digits, sources[1])

    assert IMAGES in second.asked
    assert len(load_mnist("train", tmp_path)) == 320


def test_nothing_half_is_left_and_every_failure_told_when_no_mirror_has_a_file(
    tmp_path: Path, mirrors: tuple[Mirror, Mirror], sources: tuple[Publication, Publication]
) -> None:
    first, second = mirrors
    first.broken_off.add(IMAGES)
    del second.files[IMAGES]

    with pytest.raises(DataError, match=r"md5 \w+ from a mirror, got .*; 127.0.0.1: status 404"):
        download_mnist(tmp_path, *sources)

    assert not list((tmp_path / "mnist").iterdir())
    first.broken_off.clear()
    download_mnist(tmp_path, *sources)
    assert len(load_mnist("test", tmp_path)) == 64


def test_writers_are_made_again_when_their_file_is_damaged(
    tmp_path: Path, mirrors: tuple[Mirror, Mirror], sources: tuple[Publication, Publication]
) -> None:
    download_mnist(tmp_path, *sources)
    before = fingerprints((*LEARNED_FILES, *MEASURED_FILES), tmp_path)
    (tmp_path / "mnist" / "mnist_writers.npz").write_bytes(b"PK\x03\x04 no archive")
    mirrors[0].asked.clear()

    download_mnist(tmp_path, *sources)

    assert mirrors[0].asked == list(QMNIST.md5)
    assert fingerprints((*LEARNED_FILES, *MEASURED_FILES), tmp_path) == before


def test_labels_of_fewer_digits_than_there_are_do_not_become_writers(
    tmp_path: Path, published: dict[str, bytes], mirrors: tuple[Mirror, Mirror]
) -> None:
    short = gzip.compress(bytes([0, 0, 0x0C, 2, 0, 0, 0, 1, 0, 0, 0, 8]) + bytes(32))
    files = {**published, "qmnist-train-labels-idx2-int.gz": short}
    mirrors[0].files.update(files)
    digits, labels = (
        Publication((mirrors[0].address,), {name: md5(files[name]) for name in known.md5})
        for known in (MNIST, QMNIST)
    )

    with pytest.raises(DataError, match=r"8 columns for 320 digits.*copy mnist/"):
        download_mnist(tmp_path, digits, labels)

    assert not (tmp_path / "mnist" / "mnist_writers.npz").exists()


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, sources: tuple[Publication, Publication]
) -> None:
    (tmp_path / "mnist").write_text("a file in its place")

    with pytest.raises(DataError, match="Set LEGIBLE_DATA"):
        download_mnist(tmp_path, *sources)


def test_the_command_names_the_download_when_the_data_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEGIBLE_DATA", str(tmp_path))

    assert main(["data", "--out", str(tmp_path / "out")]) == 2

    told = capsys.readouterr().err
    assert "LEGIBLE_DATA" in told
    assert "python -m trainer data --download" in told


@pytest.mark.data
def test_the_downloader_asks_for_the_very_files_of_the_real_data(real_mnist: Path) -> None:
    for name, published in MNIST.md5.items():
        assert md5((real_mnist / "mnist" / name).read_bytes()) == published
