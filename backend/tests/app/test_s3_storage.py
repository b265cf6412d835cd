"""A bucket alone: what is sent, what fails and how it is told. The store is moto's, or a script."""

import base64
import hashlib
from typing import Any

import pytest

from legible.app.settings import Settings, StartError
from legible.app.storage import Storage, StorageUnavailable, open_storage, storage_at
from legible.cli import main
from tests.app.running import Answer, run_script
from tests.app.s3_server import BUCKET, S3Server

KEY = "01a2-03c4/ab/abcdef"


def test_more_objects_than_one_request_takes_are_listed_and_deleted(
    s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("legible.app.storage.s3._MOST_KEYS", 3)
    storage = storage_at(f"s3://{BUCKET}")
    for number in range(8):
        storage.put(f"many/{number}", b"")

    assert len(list(storage.entries())) == 8
    storage.delete_all("many")

    assert list(storage.entries()) == []
    storage.close()


def test_objects_are_as_private_and_as_encrypted_as_the_bucket_says() -> None:
    """What is sent, read from the wire: no ACL, no encryption of our own, MD5 and no newer sum."""
    with run_script(Answer(200)) as script:
        storage = _at(script.address)
        storage.put(KEY, b"a picture")
        storage.delete_all("01a2")
    put, listing = script.asked[0], script.asked[1]

    assert put[:2] == ("PUT", f"/{BUCKET}/{KEY}")
    assert put[2]["content-md5"] == base64.b64encode(hashlib.md5(put[3]).digest()).decode()
    assert not [
        name for name in put[2] if "acl" in name or "encryption" in name or "checksum" in name
    ]
    assert listing[0] == "GET"


def _at(address: str, *, timeout_s: float = 1) -> Storage:
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patched:
        for name, value in (
            ("AWS_ENDPOINT_URL_S3", address),
            ("AWS_ACCESS_KEY_ID", "AKIAOFTHETESTS"),
            ("AWS_SECRET_ACCESS_KEY", "the-secret-of-the-tests"),
            ("AWS_PROFILE", ""),  # as compose hands on what is not set
        ):
            patched.setenv(name, value)
        return storage_at(f"s3://{BUCKET}", timeout_s=timeout_s)


def test_deleting_many_sends_the_checksum_that_every_store_knows() -> None:
    listed = (
        b"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/b</Key>"
        b"<Size>1</Size></Contents></ListBucketResult>"
    )
    refused = b"<DeleteResult><Error><Key>a/b</Key><Code>AccessDenied</Code></Error></DeleteResult>"
    with run_script(Answer(200, listed), Answer(200, refused)) as script:
        storage = _at(script.address)
        with pytest.raises(StorageUnavailable, match="AccessDenied"):
            storage.delete_all("a")
    method, path, headers, body = script.asked[1]

    assert (method, path) == ("POST", f"/{BUCKET}?delete")
    assert b"<Key>a/b</Key>" in body
    assert "content-md5" in headers
    assert not [name for name in headers if "checksum" in name]


def test_a_store_that_fails_once_is_asked_again() -> None:
    with run_script(Answer(503), Answer(0), Answer(200)) as script:
        _at(script.address).put(KEY, b"a picture")

    assert len(script.asked) == 3


def test_an_answer_that_ends_too_early_is_no_picture() -> None:
    with run_script(Answer(200, b"half a pi", length=18)) as script:
        storage = _at(script.address)
        with pytest.raises(StorageUnavailable, match="read: "):
            storage.get(KEY)
        with storage.open(KEY) as file:
            assert file.read(4) == b"half"
            with pytest.raises(StorageUnavailable):
                file.read()


def test_a_store_that_does_not_answer_is_given_up(
    own_s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("legible.app.storage.s3._ATTEMPTS", 2)
    storage = storage_at(f"s3://{BUCKET}", timeout_s=0.2)
    storage.put(KEY, b"a picture")
    own_s3.freeze()

    with pytest.raises(StorageUnavailable, match="put: ReadTimeoutError"):
        storage.put(KEY, b"a picture")
    assert not storage.answers()
    with pytest.raises(StartError, match=f"The store at {own_s3.url} does not answer"):
        storage.check()

    own_s3.thaw()
    assert storage.get(KEY) == b"a picture"
    storage.close()


def _trouble(url: str = f"s3://{BUCKET}") -> str:
    with pytest.raises(StartError) as caught:
        storage_at(url, timeout_s=1).check()
    return str(caught.value)


def test_a_missing_bucket_is_told(s3_server: S3Server) -> None:
    said = _trouble("s3://of-nobody/prefix")

    assert f"There is no bucket 'of-nobody' at {s3_server.url}" in said
    assert "Make it" in said


def test_missing_keys_are_told(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")

    assert "Set AWS_ACCESS_KEY_ID" in _trouble()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([("InvalidAccessKeyId", 403)], "does not take the credentials"),
        ([("SignatureDoesNotMatch", 403)], "does not take the credentials"),
        ([("AccessDenied", 403)], "may not list the bucket"),
        ([("", 200), ("AccessDenied", 403)], "may not write to the bucket"),
        (
            [("", 200), ("", 200), ("", 200), ("AccessDenied", 403)],
            "may not delete from the bucket",
        ),
        ([("PermanentRedirect", 400)], "set AWS_REGION"),
    ],
)
def test_what_a_store_refuses_is_told_without_the_secret(
    monkeypatch: pytest.MonkeyPatch, answers: list[tuple[str, int]], words: str
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHETESTS")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-secret-of-the-tests")
    bodies = [
        Answer(status, f"<Error><Code>{code}</Code></Error>".encode() if code else b"")
        for code, status in answers
    ]
    with run_script(*bodies) as script:
        # A name and password in the address are shown to nobody either.
        address = script.address.replace("://", "://user:hidden-word@")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        said = _trouble()

    assert words in said
    assert "the-secret" not in said
    assert "hidden-word" not in said


def test_nobody_at_the_address_is_told(s3_server: S3Server, monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")

    assert "The store at http://127.0.0.1:9 does not answer" in _trouble()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("s3://", "names no store"),
        ("var/pictures", "names no store"),
        ("file://elsewhere/pictures", "names no store"),
        ("https://bucket.example.com", "names no store"),
        ("s3://key:hidden-word@bucket", "AWS_ACCESS_KEY_ID"),
        ("s3://bucket/../prefix", "the prefix has only"),
        ("s3://bucket?secret=hidden-word", "holds more than an address"),
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(url: str, words: str) -> None:
    with pytest.raises(StartError, match=words) as caught:
        open_storage(Settings(storage_url=url))

    assert "hidden-word" not in str(caught.value)


def test_an_endpoint_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "no address")

    with pytest.raises(StartError, match="AWS_ENDPOINT_URL_S3"):
        open_storage(Settings(storage_url="s3://bucket"))


def test_the_service_does_not_start_without_its_store(
    s3_server: S3Server,
    sqlite_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LEGIBLE_VAR_DIR", str(sqlite_settings.var_dir))
    monkeypatch.setenv("LEGIBLE_STORAGE_URL", "s3://of-nobody")

    assert main(["serve", "--port", "0"]) == 2
    assert main(["storage", "check"]) == 2

    told = capsys.readouterr().err.splitlines()
    assert [line.startswith("legible: There is no bucket 'of-nobody'") for line in told] == [
        True
    ] * 2
