"""Pictures of a service that keeps them in a bucket: of moto's server, a stand-in for S3."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from legible.app.storage import FileStorage, storage_at
from tests.service import Service
from trainer.__main__ import main
from trainer.corrections import open_pictures
from trainer.data import DataError

pytestmark = [pytest.mark.model, pytest.mark.enable_socket]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "AKIAOFTHETESTS"),
        ("AWS_SECRET_ACCESS_KEY", "the-secret-of-the-tests"),
        ("AWS_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    return "s3://pictures/of/legible"


def test_a_set_comes_from_a_bucket_as_from_a_folder(
    *,
    service: Service,
    tiny_mnist: Path,
    tmp_path: Path,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    service.confirmed(service.account(), 1)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
        urlopen(Request(f"http://{host}:{port}/pictures", method="PUT")).close()
        store, files = storage_at(bucket), FileStorage(service.pictures)
        for entry in files.entries():
            store.put(entry.key, files.get(entry.key))
        counts: list[Any] = []
        for pictures in (str(service.pictures), bucket):
            where = ["--pictures", pictures, "--to", str(tmp_path / f"sets-{len(counts)}")]
            assert main(["collect", "--db", service.url, *where]) == 0
            counts.append(json.loads(capsys.readouterr().out)["counts"])
        with pytest.raises(DataError, match="NoSuchBucket"):
            open_pictures("s3://of-nobody")
    finally:
        server.stop()

    assert counts[0] == counts[1]
    assert counts[0]["digits"]


def test_a_store_that_is_none_or_does_not_answer_is_told(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")

    with pytest.raises(DataError, match="expected a store that answers"):
        open_pictures(bucket)
    with pytest.raises(DataError, match="--pictures names no store"):
        open_pictures("https://bucket.example.com")
