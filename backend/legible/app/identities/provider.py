"""The OpenID provider: where it is, its keys, and how a code becomes a person."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from legible.app.identities import id_token
from legible.app.identities.fetching import client_options
from legible.app.identities.refusals import Reason, SignInRefused
from legible.app.settings import Settings, StartError

_log = logging.getLogger(__name__)

_DISCOVERY_PATH = "/.well-known/openid-configuration"
# Providers announce new keys long before they sign with them; a lost one is gone after this.
_KEPT_S = 60 * 60
# The provider's own errors that say: try again (RFC 6749, 4.1.2.1).
_PASSING = {"server_error", "temporarily_unavailable"}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class _Metadata:
    """What the provider says of itself (OpenID Connect Discovery, 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_auth_method: str
    names_itself: bool  # in each answer, as RFC 9207 has it
    read_at: float

    @classmethod
    def read(cls, document: object, issuer: str) -> Self:
        """Check what matters of a discovery document.

        Raises:
            ValueError: it is not this issuer's, or lacks something.
        """
        if not isinstance(document, Mapping) or document.get("issuer") != issuer:
            raise ValueError("expected a discovery document of the issuer itself")
        urls: dict[str, str] = {}
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            url = document.get(name)
            if not isinstance(url, str) or not _is_safe(url):
                raise ValueError(f"expected `{name}` to be an address with https")
            urls[name] = url
        if "S256" not in _listed(document, "code_challenge_methods_supported", "S256"):
            raise ValueError("expected a provider that checks PKCE with S256")
        # The standard's default, where none is named.
        basic = "client_secret_basic"
        methods = _listed(document, "token_endpoint_auth_methods_supported", basic)
        return cls(
            authorization_endpoint=urls["authorization_endpoint"],
            token_endpoint=urls["token_endpoint"],
            jwks_uri=urls["jwks_uri"],
            token_auth_method=basic if basic in methods else "client_secret_post",
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
            read_at=time.monotonic(),
        )


def _listed(document: Mapping[str, Any], name: str, default: str) -> list[Any]:
    found = document.get(name, [default])
    return found if isinstance(found, list) else []


class Provider:
    """One OpenID provider, and us as its client. Used by several threads at once."""

    def __init__(self, *, issuer: str, client_id: str, client_secret: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._kept_metadata: _Metadata | None = None
        self._kept_keys: tuple[KeySet, float] | None = None

    def get_ready(self) -> None:
        """Ask the provider what it says of itself, unless that is known.

        Raises:
            SignInRefused: it does not answer as it should.
        """
        with _failures():
            self._metadata()

    def authorization_url(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Say where to send somebody to be asked who they are.

        Raises:
            SignInRefused: the provider does not answer.
        """
        with _failures():
            metadata = self._metadata()
        url, _ = self._client(metadata, redirect_uri).create_authorization_url(
            metadata.authorization_endpoint,
            state=state,
            code_verifier=verifier,
            nonce=nonce,
            prompt="select_account",  # nobody is logged in to what they did not choose
        )
        return str(url)

    def exchange(
        self, *, code: str, named_issuer: str | None, redirect_uri: str, nonce: str, verifier: str
    ) -> id_token.Claims:
        """Exchange a code for who somebody is.

        Raises:
            SignInRefused: the provider does not answer, refuses, or answers what does not hold.
        """
        with _failures():
            metadata = self._metadata()
            # RFC 9207: the answer of another provider is not for this one to see.
            if named_issuer not in (
                {self._issuer} if metadata.names_itself else {self._issuer, None}
            ):
                raise OAuthError("mixed_up_issuer")
            token = self._fetch_token(
                metadata, code=code, redirect_uri=redirect_uri, code_verifier=verifier
            )
            if not isinstance(token.get("id_token"), str):
                raise OAuthError("no_id_token")
            return self._verify(metadata, token, nonce)

    def _fetch_token(self, metadata: _Metadata, **given: str) -> Mapping[str, Any]:
        with self._client(metadata, given["redirect_uri"]) as client:
            try:
                token: Mapping[str, Any] = client.fetch_token(
                    metadata.token_endpoint, grant_type="authorization_code", **given
                )
            except (TypeError, AttributeError) as error:  # an `expires_in` that is no number
                raise ValueError("expected a token as RFC 6749, 5.1 has it") from error
        return token

    def _verify(self, metadata: _Metadata, token: Mapping[str, Any], nonce: str) -> id_token.Claims:
        def verify(keys: KeySet) -> id_token.Claims:
            return id_token.verify(
                token["id_token"],
                keys,
                issuer=self._issuer,
                client_id=self._client_id,
                nonce=nonce,
                access_token=token.get("access_token"),
            )

        try:
            return verify(self._keys(metadata))
        except InvalidKeyIdError:  # the provider may have new keys
            return verify(self._keys(metadata, anew=True))

    def _metadata(self) -> _Metadata:
        kept = self._kept_metadata
        if kept is None or time.monotonic() - kept.read_at > _KEPT_S:
            document = self._get(self._issuer.rstrip("/") + _DISCOVERY_PATH)
            kept = self._kept_metadata = _Metadata.read(document, self._issuer)
        return kept

    def _keys(self, metadata: _Metadata, *, anew: bool = False) -> KeySet:
        kept = self._kept_keys
        if anew or kept is None or time.monotonic() - kept[1] > _KEPT_S:
            keys = id_token.import_keys(self._get(metadata.jwks_uri))
            kept = self._kept_keys = (keys, time.monotonic())
        return kept[0]

    def _get(self, url: str) -> Any:
        with httpx2.Client(**client_options()) as client:
            response = client.get(url)
            response.raise_for_status()
            return response.json()

    def _client(self, metadata: _Metadata, redirect_uri: str) -> Any:
        return OAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            token_endpoint_auth_method=metadata.token_auth_method,
            scope="openid email profile",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            **client_options(),
        )


def open_provider(settings: Settings) -> Provider | None:
    """Answer the provider that is configured, if one is. Nothing is asked of it yet.

    Raises:
        StartError: half of it is configured, or unsafely.
    """
    if not settings.google_client_id and not settings.google_client_secret:
        return None
    if not settings.google_client_id or not settings.google_client_secret:
        raise StartError(
            "LEGIBLE_GOOGLE_CLIENT_ID and LEGIBLE_GOOGLE_CLIENT_SECRET belong together, and one of "
            "them is not set. Set both, or neither to do without signing in with Google."
        )
    if not _is_safe(settings.google_issuer) or urlsplit(settings.google_issuer).query:
        raise StartError(
            "LEGIBLE_GOOGLE_ISSUER must be an address with https, such as "
            "https://accounts.google.com. Leave it unset for Google."
        )
    if settings.public_url or settings.env == "production":
        _refuse_bad_public_url(settings)
    return Provider(
        issuer=settings.google_issuer,
        client_id=settings.google_client_id,
        client_secret=settings.google_client_secret,
    )


def _refuse_bad_public_url(settings: Settings) -> None:
    parts = urlsplit(settings.public_url)
    schemes = {"https"} if settings.env == "production" else {"https", "http"}
    only_host = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in schemes or not parts.hostname or not only_host:
        raise StartError(
            "LEGIBLE_PUBLIC_URL must be where people see the service, with https and without a "
            "path, such as https://legible.example.com: Google sends them back there."
        )


def _is_safe(url: str) -> bool:
    """HTTPS, or this very machine, where tests and developers have their provider."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


@contextmanager
def _failures() -> Iterator[None]:
    """Turn all that can go wrong with a provider into the two reasons that people are told."""
    try:
        yield
    except OAuthError as error:
        passing = error.error in _PASSING
        _note("refused", error)
        reason = Reason.PROVIDER_UNAVAILABLE if passing else Reason.SIGN_IN_FAILED
        raise SignInRefused(reason) from None
    except JoseError as error:
        _note("gave an ID token that does not hold", error)
        raise SignInRefused(Reason.SIGN_IN_FAILED) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        _note("does not answer as it should", error)
        raise SignInRefused(Reason.PROVIDER_UNAVAILABLE) from None


def _note(what: str, error: Exception) -> None:
    # The kind of error alone: its words may hold a code, a token or an address.
    _log.warning("the OpenID provider %s", what, extra={"error": type(error).__name__})
