"""Asking the provider with bounds: no redirects, little time, few bytes."""

import time
from collections.abc import Iterator
from typing import Any

import httpx2

# A discovery document has 2 kB, a token's answer 3 kB.
MAX_BYTES = 200_000
MAX_S = 10.0
TIMEOUT_S = 5.0  # for each piece


def client_options() -> dict[str, Any]:
    """Options of an HTTP client that a provider cannot hold up, fill up or send elsewhere."""
    return {
        "timeout": TIMEOUT_S,
        "follow_redirects": False,
        # Packed, few bytes could become many.
        "headers": {"Accept-Encoding": "identity", "Accept": "application/json"},
        "event_hooks": {"response": [_bound]},
    }


def _bound(response: httpx2.Response) -> None:
    """Called before the body is read."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise httpx2.DecodingError(
            "expected an answer that is not packed", request=response.request
        )
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Bounded(response.stream, response.request)


class _Bounded(httpx2.SyncByteStream):
    """A body that ends with an error when it is too long or takes too long."""

    def __init__(self, inner: httpx2.SyncByteStream, request: httpx2.Request) -> None:
        self._inner = inner
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        ends_at = time.monotonic() + MAX_S
        left = MAX_BYTES
        for chunk in self._inner:
            left -= len(chunk)
            if left < 0:
                raise httpx2.ReadError("expected a short answer", request=self._request)
            if time.monotonic() > ends_at:
                raise httpx2.ReadTimeout("expected a quick answer", request=self._request)
            yield chunk

    def close(self) -> None:
        self._inner.close()
