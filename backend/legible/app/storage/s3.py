"""Pictures as objects in a bucket: AWS S3, IBM Cloud Object Storage, MinIO, Ceph and their like."""

import base64
import hashlib
import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from legible.app.settings import StartError
from legible.app.storage.s3_trouble import start_error
from legible.app.storage.store import Entry, Storage, StorageUnavailable, check_key

# More than the threads that requests and errands have, so that none waits for a connection.
_CONNECTIONS = 50
# A network within a data centre connects in milliseconds; beyond this a host is not there.
_CONNECT_S = 3
# Of one call, the first included, with jittered and growing waits between (mode `standard`).
_ATTEMPTS = 3
# What `/readyz` may cost: nobody waits longer, and the store is asked this rarely.
_PROBE_TIMEOUT_S = 2
_PROBE_EVERY_S = 5
# Long enough to follow a redirect; whoever finds it in a history later finds nothing.
LINK_S = 60
# The most that one request can list or delete.
_MOST_KEYS = 1000


def open_s3(bucket: str, prefix: str, *, timeout_s: float, gives_links: bool) -> Storage:
    """Open a bucket as AWS's standard environment variables, profile or role say.

    Raises:
        StartError: these cannot be understood, or the prefix is none.
    """
    # Compose hands on what nobody has set as an empty variable.
    for name in [name for name, value in os.environ.items() if name.startswith("AWS_")]:
        if not os.environ[name]:
            del os.environ[name]
    try:
        if prefix:
            check_key(prefix)
        return S3Storage(bucket, prefix, timeout_s=timeout_s, gives_links=gives_links)
    except (BotoCoreError, ValueError) as error:
        raise StartError(
            f"The store of LEGIBLE_STORAGE_URL cannot be used: {error}. Check AWS_ENDPOINT_URL_S3 "
            "(https://HOST), AWS_REGION and AWS_PROFILE, and that the prefix has only letters, "
            "digits, - and /."
        ) from error


class S3Storage:
    """Keeps each key as an object, private as the bucket is; one request for each picture."""

    def __init__(
        self, bucket: str, prefix: str, *, timeout_s: float = 10, gives_links: bool = False
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._gives_links = gives_links
        # One session for both, since each reads the description of S3 from the disk.
        session = boto3.session.Session(region_name=os.environ.get("AWS_REGION"))
        self._s3 = _connect(session, timeout_s, _ATTEMPTS)
        self._probe = _connect(session, _PROBE_TIMEOUT_S, 1)
        self._probing = threading.Lock()
        self._probed_at = float("-inf")
        self._answered = True

    def put(self, key: str, data: bytes) -> None:
        """Send an object. The store compares the MD5, so nothing damaged on the way is kept."""
        with _told("put"):
            self._s3.put_object(**self._at(key), Body=data, ContentMD5=_md5(data))

    def get(self, key: str) -> bytes:
        """Fetch the whole object."""
        with self.open(key) as body:
            return body.read()

    def open(self, key: str) -> BinaryIO:
        """Open the object; what is read comes from the connection. The caller closes it."""
        with _told("get"):
            body = self._s3.get_object(**self._at(key))["Body"]
        return cast("BinaryIO", _Body(body))

    def delete(self, key: str) -> None:
        """Delete the object. A bucket with versions keeps the old one until its rule says."""
        with _told("delete"):
            self._s3.delete_object(**self._at(key))

    def delete_all(self, prefix: str) -> None:
        """List what is below a part and delete it, a thousand a request."""
        keys: list[str] = []
        for found in self._list(f"{self._prefix}{check_key(prefix)}/"):
            keys.append(found["Key"])
            if len(keys) == _MOST_KEYS:
                self._delete_keys(keys)
                keys = []
        if keys:
            self._delete_keys(keys)

    def exists(self, key: str) -> bool:
        """Ask for the object's head."""
        try:
            with _told("head"):
                self._s3.head_object(**self._at(key))
        except FileNotFoundError:
            return False
        return True

    def entries(self) -> Iterator[Entry]:
        """List the objects below the prefix, a thousand a request; S3 sorts them."""
        for found in self._list(self._prefix):
            key = found["Key"].removeprefix(self._prefix)
            yield Entry(key, found["Size"], found["LastModified"])

    def remove_drafts(self, before: datetime) -> int:  # noqa: ARG002
        """An object is whole or not there: it comes in one request."""
        return 0

    def link(self, key: str, *, media_type: str, disposition: str) -> str | None:
        """Sign an address for one GET of this key, with these headers and no others."""
        if not self._gives_links:
            return None
        with _told("sign"):
            return str(
                self._s3.generate_presigned_url(
                    "get_object",
                    Params={
                        **self._at(key),
                        "ResponseContentType": media_type,
                        "ResponseContentDisposition": disposition,
                        "ResponseCacheControl": "private, max-age=3600",
                    },
                    ExpiresIn=LINK_S,
                )
            )

    def origin(self) -> str | None:
        """Answer where links lead: the host has the bucket's name in it, or not."""
        link = self.link("any", media_type="image/png", disposition="inline")
        if link is None:
            return None
        parts = urlsplit(link)
        return f"{parts.scheme}://{parts.netloc}"

    def check(self) -> None:
        """List, write, read and delete, so that a right which is missing is told at once."""
        where = urlsplit(self._s3.meta.endpoint_url)
        act = "list"
        try:
            self._s3.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
            # Of this process alone: others may be starting.
            at = self._at(f"start-check-{uuid4().hex}")
            act = "write to"
            self._s3.put_object(**at, Body=b"", ContentMD5=_md5(b""))
            act = "read"
            self._s3.get_object(**at)["Body"].close()
            act = "delete from"
            self._s3.delete_object(**at)
        except (BotoCoreError, ClientError) as error:
            host = f"{where.scheme}://{where.hostname}" + (f":{where.port}" if where.port else "")
            raise start_error(error, act=act, bucket=self._bucket, host=host) from error

    def answers(self) -> bool:
        """Ask for the bucket, at most every few seconds however often this is asked."""
        if not self._probing.acquire(blocking=False):
            return self._answered  # somebody is asking
        try:
            if time.monotonic() >= self._probed_at + _PROBE_EVERY_S:
                self._answered = self._ask()
                self._probed_at = time.monotonic()
            return self._answered
        finally:
            self._probing.release()

    def close(self) -> None:
        """Close the kept connections."""
        self._s3.close()
        self._probe.close()

    def _ask(self) -> bool:
        try:
            self._probe.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        except (BotoCoreError, ClientError):
            return False
        return True

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + check_key(key)}

    def _list(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, PaginationConfig={"PageSize": _MOST_KEYS}
        )
        with _told("list"):
            for page in pages:
                yield from page.get("Contents", ())

    def _delete_keys(self, keys: list[str]) -> None:
        wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        with _told("delete"):
            answer = self._s3.delete_objects(Bucket=self._bucket, Delete=wanted)
        for failed in answer.get("Errors", ()):
            raise StorageUnavailable(f"delete: {failed.get('Code')}")


class _Body(io.RawIOBase):
    """An object's bytes as they come, whose troubles are those of a store."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        """It can be read, once."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes, or all; fewer only at the end, which is checked to be one."""
        with _told("read"):
            return bytes(self._body.read(None if size is None or size < 0 else size))

    def close(self) -> None:
        """Give the connection back, or close it where not all was read."""
        self._body.close()
        super().close()


def _connect(session: Any, timeout_s: float, attempts: int) -> Any:
    client = session.client(
        "s3",
        config=Config(
            connect_timeout=min(_CONNECT_S, timeout_s),
            read_timeout=timeout_s,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=_CONNECTIONS,
            tcp_keepalive=True,
            # Some regions would still sign links the old way.
            signature_version="s3v4",
            # Newer checksums are AWS's alone: MinIO, Ceph and IBM's store refuse or ignore them.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    client.meta.events.register("before-call.s3.DeleteObjects", _add_md5)
    return client


def _add_md5(params: dict[str, Any], **_: Any) -> None:
    """The checksum that every store takes of a list of keys to delete, which needs one."""
    params["context"].pop("checksum", None)
    params["headers"]["Content-MD5"] = _md5(params["body"])


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


@contextmanager
def _told(act: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        # A HEAD has no body, and so no word of its own.
        if code == "NoSuchKey" or (act == "head" and code == "404"):
            raise FileNotFoundError("there is no such key") from error
        raise StorageUnavailable(f"{act}: {code}") from error
    except BotoCoreError as error:
        raise StorageUnavailable(f"{act}: {type(error).__name__}") from error
