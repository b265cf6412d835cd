"""Where a service is."""

import httpx2

API_PATH = "/api/v1"


def normalise_url(base_url: str) -> str:
    """Write the address of a service in one way, without the prefix of its API.

    Raises:
        ValueError: no address of the web.
    """
    try:
        url = httpx2.URL(base_url.strip())
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.userinfo:
        raise ValueError("expected an address such as https://legible.example.com")
    return str(url).rstrip("/").removesuffix(API_PATH).rstrip("/")
