"""A stand-in for S3: moto's server, as a process of its own on loopback, in front of which
`s3_door` refuses presigned addresses that a real store would refuse."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config

BUCKET = "pictures"
# What the stand-in takes; a real store knows its own.
ACCESS_KEY, SECRET_KEY = "AKIAOFTHETESTS", "the-secret-of-the-stand-in"


class S3Server:
    """Starts and stops the stand-in on one port. It keeps all in memory: stopped, it is empty."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """What boto3 needs to find it."""
        return {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self) -> Any:
        """A client of the tests' own."""
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name="us-east-1",
            config=Config(signature_version="s3v4"),
        )

    def start(self, *, bucket: str | None = BUCKET) -> None:
        command = [sys.executable, "-m", "tests.app.s3_door", str(self._port)]
        backend = str(Path(__file__).resolve().parents[2])
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([backend, os.environ.get("PYTHONPATH", "")]),
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        for _ in range(600):
            if self._process.poll() is not None:
                pytest.fail(f"the stand-in ended: {self._process.communicate()[1].decode()}")
            try:
                with urlopen(f"{self.url}/moto-api/", timeout=5):
                    break
            except (HTTPError, URLError, ConnectionError):
                time.sleep(0.05)
        else:
            pytest.fail("the stand-in does not answer after 30 s")
        if bucket is not None:
            self.client().create_bucket(Bucket=bucket)

    def empty(self) -> None:
        """Forget everything but the bucket."""
        self.accept()
        self._tell("moto-api/reset")
        self.client().create_bucket(Bucket=BUCKET)

    def refuse(self) -> None:
        """Answer 503 to all that is asked, as a store under too much load does."""
        self._tell("door/close")

    def accept(self) -> None:
        """Answer again."""
        self._tell("door/open")

    def _tell(self, what: str) -> None:
        with urlopen(Request(f"{self.url}/{what}", method="POST"), timeout=5):
            pass

    def list_keys(self) -> list[str]:
        """What is in the bucket, without help of what is tested."""
        found = self.client().list_objects_v2(Bucket=BUCKET).get("Contents", [])
        return [each["Key"] for each in found]

    def stop(self) -> None:
        if self._process is not None:
            self.thaw()
            self._process.kill()
            self._process.communicate()
            self._process = None

    def freeze(self) -> None:
        """Let it take connections and never answer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
