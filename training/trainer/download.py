"""MNIST from its public mirrors, and who wrote each digit from QMNIST's published labels.

Every file is checked against its published md5 before it gets its name, so that a broken-off
transfer leaves nothing behind; files that are there and whole are not fetched again.
"""

import gzip
import hashlib
import io
import logging
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from numpy.typing import NDArray

from trainer.data import MNIST_FILES, WRITERS, DataError, data_folder, parse_idx, read_idx

# No file has a tenth of it; a mirror that sends more sends something else.
_MAX_BYTES = 32_000_000
_TIMEOUT_S = 30.0
# QMNIST's labels have eight columns (Yadav & Bottou 2019, README); these two are kept.
_COLUMNS, _SERIES, _WRITER = 8, 1, 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Publication:
    """Where files are published and what they are.

    `mirrors` are addresses that end in a slash, the first tried first; `md5` is by file name.
    """

    mirrors: tuple[str, ...]
    md5: Mapping[str, str]


# The sums are the ones that torchvision checks; of the decompressed files, `train-images` is
# 6bbc9ace898e44ae57da46a324031adb.
MNIST = Publication(
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    {
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    },
)
QMNIST = Publication(
    (
        "https://raw.githubusercontent.com/facebookresearch/qmnist/master/",
        "https://github.com/facebookresearch/qmnist/raw/master/",
    ),
    {
        "qmnist-train-labels-idx2-int.gz": "0058f8dd561b90ffdd0f734c6a30e5e4",
        "qmnist-test-labels-idx2-int.gz": "5b5b05890a5e13444e108efe57b788aa",
    },
)


def download_mnist(
    folder: Path | None = None, digits: Publication = MNIST, labels: Publication = QMNIST
) -> dict[str, str]:
    """Make `mnist/` in the data folder whole, as `load_mnist` reads it.

    Args:
        folder: the data folder, made if missing; default `data_folder()`.
        digits: where MNIST's four files come from.
        labels: where QMNIST's two label files come from, `train` first.

    Returns:
        By file of `mnist/`, the host it came from or "already there".

    Raises:
        DataError: no mirror had a file as published, or the folder cannot be written.

    Source: LeCun, Cortes & Burges, "The MNIST database"; Yadav & Bottou, "Cold Case: The Lost
    MNIST Digits" (2019): its digits are MNIST's, in the same order, the test part's first.
    """
    mnist = (folder or data_folder()) / "mnist"
    done = {}
    try:
        mnist.mkdir(parents=True, exist_ok=True)
        with httpx2.Client(timeout=_TIMEOUT_S, follow_redirects=True) as client:
            for name in digits.md5:
                done[name] = _complete(client, mnist, name, digits)
            sums = "".join(f"{md5}  {name}\n" for name, md5 in digits.md5.items())
            _put(mnist / "MD5SUMS", sums.encode())
            done[WRITERS] = _complete_writers(client, mnist, labels)
    except OSError as error:
        raise DataError(
            f"Expected to write into the data folder, got: {error.strerror or error}. "
            "Set LEGIBLE_DATA to a folder that may be written to and has 12 MB free."
        ) from error
    return done


def _complete(client: httpx2.Client, mnist: Path, name: str, published: Publication) -> str:
    path = mnist / name
    if path.is_file() and _md5(path.read_bytes()) == published.md5[name]:
        return "already there"
    content, host = _fetch(client, name, published)
    _put(path, content)
    return host


def _complete_writers(client: httpx2.Client, mnist: Path, labels: Publication) -> str:
    counts = {
        part: len(read_idx(mnist / labels_file, axes=1))
        for part, (_, labels_file) in MNIST_FILES.items()
    }
    if _has_writers(mnist / WRITERS, counts):
        return "already there"
    known: dict[str, NDArray[Any]] = {}
    hosts = []
    for (part, count), name in zip(counts.items(), labels.md5, strict=True):
        content, host = _fetch(client, name, labels)
        rows = parse_idx(gzip.decompress(content), name, axes=2)
        if rows.shape[1] != _COLUMNS or len(rows) < count:
            raise DataError(
                f"{name}: expected {_COLUMNS} columns for {count} digits, got {rows.shape}. "
                "The mirror has another file: copy mnist/ into the data folder."
            )
        # After MNIST's 10,000 test digits come the 50,000 that were lost.
        known[f"{part}_writer"] = rows[:count, _WRITER].astype(np.int32)
        known[f"{part}_hsf"] = rows[:count, _SERIES].astype(np.int8)
        hosts.append(host)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **known)
    _put(mnist / WRITERS, buffer.getvalue())
    return ", ".join(sorted(set(hosts)))


def _has_writers(path: Path, counts: Mapping[str, int]) -> bool:
    try:
        with path.open("rb") as stream, np.load(stream) as kept:
            return all(len(kept[f"{part}_writer"]) == count for part, count in counts.items())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return False


def _fetch(client: httpx2.Client, name: str, published: Publication) -> tuple[bytes, str]:
    """The content of a file and the host that had it, from the first mirror that has it whole."""
    failures = []
    for mirror in published.mirrors:
        url = httpx2.URL(mirror).join(name)
        try:
            content = _receive(client, url)
        except httpx2.HTTPError as error:
            failures.append(f"{url.host}: {_why(error)}")
        else:
            found = _md5(content)
            if found == published.md5[name]:
                return content, url.host
            failures.append(f"{url.host}: {len(content):,} bytes with md5 {found}")
        _log.warning("%s not from %s", name, failures[-1])
    raise DataError(
        f"{name}: expected md5 {published.md5[name]} from a mirror, got "
        f"{'; '.join(failures)}. Try again later, or copy mnist/ into the data folder."
    )


def _receive(client: httpx2.Client, url: httpx2.URL) -> bytes:
    # The bytes as stored: some mirrors would unpack a .gz on the way.
    with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as answer:
        answer.raise_for_status()
        content = bytearray()
        for piece in answer.iter_raw():
            content += piece
            if len(content) > _MAX_BYTES:
                break
    return bytes(content)


def _why(error: httpx2.HTTPError) -> str:
    if isinstance(error, httpx2.HTTPStatusError):
        return f"status {error.response.status_code}"
    return str(error) or type(error).__name__


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all."""
    handle, made = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    part = Path(made)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        # Temporary files are for their owner only; a data set is for everyone.
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
