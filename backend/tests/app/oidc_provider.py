"""A real OpenID provider on loopback: it signs, checks PKCE, and misbehaves when told to."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID = "legible.apps.example.com"
CLIENT_SECRET = "the client's secret at the provider"

Claims = dict[str, Any]
Key = RSAKey | ECKey


@cache
def rsa_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@cache
def ec_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})


@dataclass
class Person:
    """Who is logged in at the provider in the browser."""

    sub: str = "10769150350006150715113082367"
    email: str | None = "ada@example.com"
    email_verified: Any = True
    name: str | None = "Ada"

    def claims(self) -> Claims:
        given = {"sub": self.sub, "email": self.email, "name": self.name}
        return {name: value for name, value in given.items() if value is not None} | {
            "email_verified": self.email_verified
        }


@dataclass
class Provider:
    """What the provider does, and what it was asked."""

    issuer: str
    person: Person = field(default_factory=Person)
    key: Key = field(default_factory=lambda: rsa_key("one"))
    published: list[Key] | None = None  # the signing key, if None
    consents: bool = True
    names_itself: bool = True
    # What becomes of the claims, and of the whole token, before it is given out.
    change: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[Claims, Key], str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    # Answers instead of its own, by path: status, headers, body.
    instead: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # the token endpoint's errors
    grants: dict[str, dict[str, str]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": self.names_itself,
        } | self.metadata

    def jwks(self) -> dict[str, Any]:
        keys = [self.key] if self.published is None else self.published
        return {"keys": [key.as_dict(private=False) for key in keys]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Answer where to send the browser: it has agreed, or it has not."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        answer = {"state": asked["state"]}
        if self.names_itself:
            answer["iss"] = self.issuer
        if self.consents:
            answer["code"] = secrets.token_urlsafe(40)
            self.grants[answer["code"]] = asked
        else:
            answer["error"] = "access_denied"
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, asked: dict[str, str], authorization: str) -> dict[str, Any]:
        """Exchange a code, once, for who has the verifier, at the address it was meant for."""
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {known}":
            return {"error": "invalid_client"}
        grant = self.grants.pop(asked.get("code", ""), None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            grant is None
            or asked.get("grant_type") != "authorization_code"
            or grant.get("code_challenge_method") != "S256"
            or grant.get("code_challenge") != challenge
            or grant["redirect_uri"] != asked.get("redirect_uri")
        ):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = self.change(
            {
                "iss": self.issuer,
                "aud": CLIENT_ID,
                "azp": CLIENT_ID,
                "iat": now,
                "exp": now + 3600,
                "nonce": grant["nonce"],
                **self.person.claims(),
            }
        )
        return {
            "access_token": "an access token that nobody needs",
            "token_type": "Bearer",
            "expires_in": 3600,
            "id_token": (self.sign or sign)(claims, self.key),
        }


def sign(claims: Claims, key: Key, **header: Any) -> str:
    """Sign as the provider does, or with another header."""
    alg = "RS256" if isinstance(key, RSAKey) else "ES256"
    header = {"alg": alg, "kid": key.kid} | header
    return jwt.encode(header, claims, key, algorithms=[str(header["alg"])])


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(dict(parse_qsl(body.decode())))

    def _answer(self, form: dict[str, str]) -> None:
        parts = urlsplit(self.path)
        self.provider.asked.append(parts.path)
        if parts.path in self.provider.instead:
            self._write(*self.provider.instead[parts.path])
        elif parts.path == "/authorize":
            asked = dict(parse_qsl(parts.query))
            self._write(302, {"Location": self.provider.authorize(asked)}, b"")
        elif parts.path == "/token":
            answer = self.provider.token(form, self.headers.get("Authorization", ""))
            if "error" in answer:
                self.provider.refused.append(answer["error"])
            self._write_json(400 if "error" in answer else 200, answer)
        elif parts.path == "/jwks":
            self._write_json(200, self.provider.jwks())
        elif parts.path == "/.well-known/openid-configuration":
            self._write_json(200, self.provider.document())
        else:
            self._write(404, {}, b"")

    def _write_json(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self._write(status, {"Content-Type": "application/json"}, body)

    def _write(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.close_connection = True
        if not status:  # hangs up without a word
            return
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):  # who asked may have had enough
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def run_provider() -> Iterator[Provider]:
    """Run a provider in a thread, behind real HTTP."""
    provider = Provider("")
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
