"""Passwords and access tokens."""

import hashlib
import hmac
import re
import threading
import time
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from jose import ExpiredSignatureError, JWTError, jwt

from legible.app.errors import PROBLEMS, AppError
from legible.app.settings import Settings

with warnings.catch_warnings():
    # passlib 1.7.4 looks for `crypt` and asks argon2 for its version, both deprecated; we use
    # neither, and whoever runs with warnings as errors must still be able to start.
    warnings.simplefilter("ignore", DeprecationWarning)
    from passlib.context import CryptContext
    from passlib.hash import argon2

    argon2.set_backend("argon2_cffi")

_ALGORITHM = "HS256"
_ISSUER = "legible"
_AUDIENCE = "legible-api"
_REQUIRED_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti")  # and `sid`
# What a claim that is none of ours makes of being read.
_BAD_VALUES = (ValueError, TypeError, AttributeError, OverflowError, OSError)
# A token as we write it. The library also takes padding, characters that Base64 does not have, and
# other values of the last two bits: many texts for one token. 32 bytes are 43 characters.
_SPELLING = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
# Clocks of two machines behind one address may differ by this much.
_MAX_CLOCK_SKEW = timedelta(seconds=30)

# Tokens whose signature is known to be good; a few hundred bytes each.
_MOST_KNOWN = 2_000

MAX_PASSWORD_CHARS = 256  # far beyond any password manager's; bounds the work of one hash

# Each hash takes 19 MiB; this many at once bound the memory that a crowd at the door can take.
_HASHES_AT_ONCE = 4


class Passwords:
    """Hashes and checks passwords with argon2id."""

    def __init__(self, settings: Settings) -> None:
        self._context = CryptContext(
            schemes=["argon2"],
            argon2__type="ID",
            argon2__memory_cost=settings.argon2_memory_kib,
            argon2__time_cost=settings.argon2_passes,
            argon2__parallelism=1,
        )
        self._slots = threading.BoundedSemaphore(_HASHES_AT_ONCE)
        self._nobodys_hash = self.hash(uuid4().hex)

    def hash(self, password: str) -> str:
        """Hash a new password with a fresh salt."""
        with self._slots:
            return self._context.hash(_same_characters(password))

    def check(self, password: str, password_hash: str | None) -> tuple[bool, str | None]:
        """Compare a password with a hash, or with nobody's, which takes the same time.

        What can be nobody's password is wrong without hashing, for everybody alike.

        Returns:
            Whether it is right, and a new hash to keep if the old one has outdated parameters.
        """
        if not is_possible(password):
            return False, None
        with self._slots:
            right, new_hash = self._context.verify_and_update(
                _same_characters(password), password_hash or self._nobodys_hash
            )
        known = password_hash is not None
        return right and known, new_hash if right and known else None


def is_possible(password: str) -> bool:
    """Say whether a password can be hashed at all: not too long, and made of characters."""
    # Composing takes long for a long text and can lengthen a short one, so both are looked at.
    return (
        len(password) <= MAX_PASSWORD_CHARS
        and len(_same_characters(password)) <= MAX_PASSWORD_CHARS
        # JSON can write lone surrogates, and UTF-8 cannot.
        and not any("\ud800" <= char <= "\udfff" for char in password)
    )


def _same_characters(password: str) -> str:
    """The same keys give different code points on different systems (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@dataclass(frozen=True)
class Claims:
    """What an access token says."""

    user_id: UUID
    session_id: UUID
    expires_at: float  # seconds since 1970


class Tokens:
    """Issues and checks access tokens: JWT (RFC 9068), one algorithm, every claim required.

    The header must be word for word the one we write. So it cannot name another algorithm or
    another place to find a key, and a token of another kind is not taken for an access token.
    """

    def __init__(self, secrets: Sequence[str], lifetime: timedelta) -> None:
        """The first secret signs; tokens of the others are good until they expire."""
        self._key_id = _key_id(secrets[0])
        self._secrets = {_key_id(secret): secret for secret in secrets}
        self._lifetime = lifetime
        self._known: dict[bytes, Claims] = {}

    def issue(
        self, user_id: UUID, session_id: UUID, *, ends_at: datetime | None = None
    ) -> tuple[str, timedelta]:
        """Make a token, and say for how long it is good: not longer than its session."""
        now = datetime.now(UTC)
        lifetime = min(self._lifetime, ends_at - now) if ends_at else self._lifetime
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": str(user_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": str(uuid4()),
        }
        token = jwt.encode(
            claims,
            self._secrets[self._key_id],
            algorithm=_ALGORITHM,
            headers=_header(self._key_id),
        )
        return str(token), lifetime

    def read(self, token: str) -> Claims:
        """Answer whose token this is, and of which session.

        Raises:
            AppError: 401 `token_expired`, or 401 `not_authenticated` for any other flaw.
        """
        # Signatures are worked out once: whoever uses a token uses it often. Only its hash is kept.
        known_as = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._known.get(known_as)
        if known is not None and time.time() < known.expires_at:
            return known
        claims = self._read(token)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[known_as] = claims
        return claims

    def _read(self, token: str) -> Claims:
        if not _SPELLING.fullmatch(token):
            raise not_authenticated()
        try:
            header = jwt.get_unverified_header(token)
            key_id = str(header.get("kid"))
            if key_id not in self._secrets or header != _header(key_id):
                raise not_authenticated()
            claims = jwt.decode(
                token,
                self._secrets[key_id],
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                issuer=_ISSUER,
                options={f"require_{name}": True for name in _REQUIRED_CLAIMS},
            )
            issued_at = datetime.fromtimestamp(claims["iat"], UTC)
            read = Claims(UUID(claims["sub"]), UUID(claims["sid"]), float(claims["exp"]))
        except ExpiredSignatureError as error:
            raise AppError(401, "token_expired", PROBLEMS["token_expired"][1]) from error
        except (JWTError, KeyError, *_BAD_VALUES) as error:
            raise not_authenticated() from error
        if issued_at > datetime.now(UTC) + _MAX_CLOCK_SKEW:
            raise not_authenticated()
        return read


def _header(key_id: str) -> dict[str, str]:
    return {"alg": _ALGORITHM, "typ": "at+jwt", "kid": key_id}


def _key_id(secret: str) -> str:
    """Name a key after itself, which tells nothing of it and needs no second setting."""
    return hmac.digest(secret.encode(), b"the id of a signing key", "sha256").hex()[:16]


def refuse_frozen(frozen_at: datetime | None) -> None:
    """Stop whoever has a frozen account; asked for at each login and each request.

    Raises:
        AppError: 403 `account_frozen`, if there is such a time.
    """
    if frozen_at is not None:
        raise AppError(403, "account_frozen", PROBLEMS["account_frozen"][1])


def not_authenticated() -> AppError:
    """The answer to no token, and to one that is not ours."""
    return AppError(401, "not_authenticated", PROBLEMS["not_authenticated"][1])
