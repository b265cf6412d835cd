"""Browsers that sign in with the provider of the tests."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from httpx2 import Response
from starlette.testclient import TestClient

from legible.app.settings import Settings
from tests.app.devices import PROOF
from tests.app.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider

SITE = "http://localhost"
CALLBACK = "/api/v1/auth/google/callback"


def with_provider(settings: Settings, provider: Provider) -> Settings:
    """Settings of a service that signs in with this provider."""
    return settings.model_copy(
        update={
            "google_client_id": CLIENT_ID,
            "google_client_secret": CLIENT_SECRET,
            "google_issuer": provider.issuer,
            "public_url": SITE,
            "address_requests_per_minute": 10_000,
        }
    )


@dataclass
class Browser:
    """A browser with cookies of its own, which goes where it is sent."""

    client: TestClient
    provider: Provider

    def another(self) -> "Browser":
        """Somebody else's browser, at the same service."""
        client = TestClient(self.client.app, base_url=SITE)
        client.app_state.update(self.client.app_state)
        return Browser(client, self.provider)

    def start(self, next_path: str = "/read") -> Response:
        """Press the button; answer where it leads."""
        return self.client.get(
            "/api/v1/auth/google/start", params={"next": next_path}, follow_redirects=False
        )

    def consent(self, url: str) -> str:
        """Be asked by the provider; answer the address it sends back to."""
        answer = httpx2.get(url, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        address = answer.headers["location"]
        assert address.startswith(SITE + CALLBACK)
        return str(address)

    def begin(self, next_path: str = "/read") -> str:
        """Go as far as being sent back."""
        started = self.start(next_path)
        assert started.status_code == 303, started.text
        return self.consent(started.headers["location"])

    def open(self, address: str) -> Response:
        """Open what an address leads to, without following it further."""
        return self.client.get(address.removeprefix(SITE), follow_redirects=False)

    def sign_in(self, next_path: str = "/read") -> Response:
        """All of it."""
        return self.open(self.begin(next_path))

    def refresh(self) -> Response:
        """What the page does when it is landed on."""
        return self.client.post("/api/v1/auth/refresh", headers=PROOF)

    def session(self) -> dict[str, Any]:
        """Who is logged in by the cookie."""
        response = self.refresh()
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found


def problem_of(response: Response) -> str:
    """The code that somebody is sent to the log-in page with."""
    assert response.status_code == 303, response.text
    parts = urlsplit(response.headers["location"])
    assert parts.path == "/login", response.headers["location"]
    assert "legible-refresh" not in response.headers.get("set-cookie", "")
    return parse_qs(parts.query)["problem"][0]
