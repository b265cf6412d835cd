"""The client itself."""

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from itertools import count
from typing import IO, Any, BinaryIO, Literal, Self, TypeVar
from uuid import UUID, uuid4

import httpx2

from legible.client.address import API_PATH, normalise_url
from legible.client.answers import decode, parse, parse_lines
from legible.client.batch import Batch, BatchItem, Source
from legible.client.errors import LegibleError, NoConnection, NotFound, error_of, no_connection
from legible.client.files import open_target, take_content
from legible.client.models import Reading, ReadingList, ReadingSummary, build
from legible.client.retry import Retries

Made = TypeVar("Made")
Format = Literal["csv", "jsonl", "xlsx"]

_CONNECT_S = 10.0


class Client:
    """Asks a service, with an API key or an access token. Threads may share one.

    A refusal for now (429, 503) and a connection that fails are tried again, as `retries` says;
    each POST has an `Idempotency-Key`, the same in all its attempts.

    Args:
        base_url: where the service is, e.g. `https://legible.example.com`.
        api_key: sent as `Authorization: Bearer`.
        retries: how often, and with which waits.
        timeout_s: how long an answer may take.

    Raises:
        ValueError: no address of the web, or a key that cannot be one.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str,
        retries: Retries = Retries(),  # noqa: B008  immutable
        timeout_s: float = 120.0,
    ) -> None:
        if not api_key.isascii() or not api_key.isprintable() or not api_key.strip():
            raise ValueError("expected an API key such as lgb_..., got none or other characters")
        self._retries = retries
        self._http = httpx2.Client(
            base_url=f"{normalise_url(base_url)}{API_PATH}",
            headers={"Authorization": f"Bearer {api_key.strip()}", "User-Agent": "legible-client"},
            timeout=httpx2.Timeout(timeout_s, connect=_CONNECT_S),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def read(
        self,
        source: str | os.PathLike[str] | bytes | BinaryIO,
        *,
        file_name: str | None = None,
        symbols: Literal["digits", "number"] = "digits",
        pattern: str | None = None,
        stages: bool = False,
        idempotency_key: str | None = None,
    ) -> Reading:
        """Send a picture and answer what is written in it.

        Args:
            source: a path, the content itself, or a file open for reading bytes.
            file_name: what the reading is called; by default as the file.
            symbols: `number` allows `.` `,` `-` besides digits.
            pattern: what the text should look like.
            stages: whether what the networks saw is answered as well.
            idempotency_key: the same for the same picture sent again; by default a new one.

        Raises:
            LegibleError: of the kind that says what is wrong.
            OSError: the file cannot be opened or read.
        """
        name, data = take_content(source)
        response = self._send(
            "POST",
            "/readings",
            params={"detail": "stages"} if stages else None,
            files={"file": (file_name or name, data)},
            data={"symbols": symbols} | ({"pattern": pattern} if pattern else {}),
            headers={"Idempotency-Key": idempotency_key or str(uuid4())},
        )
        return parse(response, Reading)

    def read_batch(
        self,
        sources: Iterable[Source],
        *,
        symbols: Literal["digits", "number"] = "digits",
        pattern: str | None = None,
        idempotency_key: str | None = None,
    ) -> Generator[BatchItem, None, None]:
        """Send many files and answer each as soon as it is read, in order.

        A request that breaks off is sent again from where it was; nothing is read or counted twice.

        Args:
            sources: paths, or names with contents: pictures, PDF files, zip archives of them.
            symbols, pattern: as in `read`.
            idempotency_key: the same for the same files sent again, e.g. by a program that was
                killed: what was read is answered from memory. By default a new one.

        Raises:
            LegibleError: no more can be read; what is wrong with one file is the `error` of its
                item.
        """
        fields = {"symbols": symbols} | ({"pattern": pattern} if pattern else {})
        key = idempotency_key or str(uuid4())
        yield from Batch(self._streaming_once, self._retries, key=key, fields=fields).read(sources)

    def get(self, reading_id: UUID | str) -> Reading:
        """Answer one reading. Raises NotFound."""
        return parse(self._send("GET", f"/readings/{_id(reading_id)}"), Reading)

    def delete(self, reading_id: UUID | str) -> None:
        """Delete a reading and its picture. Raises NotFound."""
        path = f"/readings/{_id(reading_id)}"

        def attempt(failed: int) -> None:
            try:
                self._ask_once("DELETE", path)
            except NotFound as error:
                # An attempt before this one may have done it, and its answer got lost.
                if not failed or error.code != "not_found":
                    raise

        self._retry(attempt)

    def list(
        self,
        *,
        status: str | None = None,
        text: str | None = None,
        since: date | None = None,
        until: date | None = None,
        page_rows: int = 100,
    ) -> Iterator[ReadingSummary]:
        """Go through the readings, newest first, asking for `page_rows` (1 to 100) at a time.

        Args:
            status: only those with this status.
            text: only those whose text contains this.
            since, until: only those of these days in UTC, both included.
            page_rows: how many to ask for at once.
        """
        asked = {**_filters(status, text, since, until), "limit": str(page_rows)}
        cursor = None
        while True:
            params = asked if cursor is None else {**asked, "cursor": cursor}
            part = parse(self._send("GET", "/readings", params=params), ReadingList)
            yield from part.items
            cursor = part.next_cursor
            if cursor is None:
                return

    def export(
        self,
        target: str | os.PathLike[str] | IO[bytes],
        *,
        file_format: Format = "csv",
        status: str | None = None,
        text: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> None:
        """Write all readings (that `list` would give) to a file; a path only gets a whole one."""
        params = {**_filters(status, text, since, until), "format": file_format}
        with (
            open_target(target) as file,
            self._streaming("GET", "/readings/export", params=params) as response,
        ):
            for chunk in response.iter_bytes():
                file.write(chunk)

    def export_rows(
        self,
        *,
        status: str | None = None,
        text: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> Iterator[ReadingSummary]:
        """Go through the same readings as `list` does, with one request for all of them."""
        params = {**_filters(status, text, since, until), "format": "jsonl"}
        with self._streaming("GET", "/readings/export", params=params) as response:
            for line in parse_lines(response):
                yield decode(response, partial(build, ReadingSummary, line))

    def email(self) -> str:
        """Answer the address of the account that the key is of. Raises LegibleError."""
        response = self._send("GET", "/users/me")
        return decode(response, lambda: str(response.json()["email"]))

    def check(self) -> None:
        """Ask whether the service is there and knows the key. Raises LegibleError."""
        try:
            response = self._send("GET", "/users/me")
            decode(response, response.json)
        except LegibleError as error:
            if error.code != "not_allowed":  # a key that may only write is a good one too
                raise

    def _streaming(
        self, method: str, path: str, **options: Any
    ) -> AbstractContextManager[httpx2.Response]:
        return self._reading(lambda: self._send(method, path, stream=True, **options))

    def _streaming_once(
        self, method: str, path: str, **options: Any
    ) -> AbstractContextManager[httpx2.Response]:
        return self._reading(lambda: self._ask_once(method, path, stream=True, **options))

    @contextmanager
    def _reading(self, ask: Callable[[], httpx2.Response]) -> Iterator[httpx2.Response]:
        response = ask()
        try:
            yield response
        except httpx2.TransportError as error:
            raise NoConnection("no_connection", "The answer broke off. Try again.") from error
        finally:
            response.close()

    def _send(
        self, method: str, path: str, *, stream: bool = False, **options: Any
    ) -> httpx2.Response:
        """Send a request until it succeeds or `retries` gives up. Raises LegibleError."""
        return self._retry(lambda _: self._ask_once(method, path, stream=stream, **options))

    def _retry(self, attempt: Callable[[int], Made]) -> Made:
        """Try until it succeeds or `retries` gives up; `attempt` is told how often it failed."""
        for failed in count():
            try:
                return attempt(failed)
            except LegibleError as error:
                wait_s = self._retries.wait_s(failed + 1, error)
                if wait_s is None:
                    raise
            time.sleep(wait_s)
        raise AssertionError  # the count never ends

    def _ask_once(
        self, method: str, path: str, *, stream: bool = False, **options: Any
    ) -> httpx2.Response:
        """Send a request. Raises LegibleError."""
        try:
            request = self._http.build_request(method, path, **options)
            response = self._http.send(request, stream=stream)
            if response.is_success:
                return response
            response.read()
        except httpx2.TransportError as failure:
            raise no_connection(self._http.base_url.host, failure) from failure
        raise error_of(response)


def _id(reading_id: UUID | str) -> UUID:
    return reading_id if isinstance(reading_id, UUID) else UUID(reading_id)


def _filters(
    status: str | None, text: str | None, since: date | None, until: date | None
) -> Mapping[str, str]:
    given = {"status": status, "text": text, "from": since, "to": until}
    return {name: str(value) for name, value in given.items() if value is not None}
