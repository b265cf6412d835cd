"""What an ID token says, once it is known to be the provider's, ours, and of now.

OpenID Connect Core 1.0, 3.1.3.7; the checks of claims are Authlib's but where it is stricter here.
"""

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidClaimError, InvalidPayloadError, JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

# Signatures of the provider alone: with HS256 its public key would be the secret.
_ALGORITHMS = ("RS256", "ES256")
_MIN_RSA_BITS = 2048
# Clocks of two machines may differ by this much.
_MAX_CLOCK_SKEW_S = 60
# It was made for the request that it came with.
_MAX_AGE_S = 10 * 60
_MAX_SUBJECT_CHARS = 255
# Google's own tokens may leave out the scheme, its documentation says.
_ALIASES = {"https://accounts.google.com": "accounts.google.com"}


@dataclass(frozen=True)
class Claims:
    """Who the provider says that somebody is."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None


def import_keys(jwk_set: object) -> KeySet:
    """Take the keys that may sign an ID token out of a provider's JWK set.

    Raises:
        ValueError: it is no JWK set.
    """
    given = jwk_set.get("keys") if isinstance(jwk_set, Mapping) else None
    if not isinstance(given, list):
        raise ValueError("expected a JWK set, got something without a list `keys`")
    keys: list[RSAKey | ECKey] = []
    for one in given:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        # A key that is not understood is no reason to do without the others (RFC 7517, 5).
        try:
            if one.get("kty") == "RSA":
                rsa = RSAKey.import_key(one)
                if rsa.public_key.key_size >= _MIN_RSA_BITS:
                    keys.append(rsa)
            elif one.get("kty") == "EC" and one.get("crv") == "P-256":
                keys.append(ECKey.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue
    return KeySet(list(keys))


def verify(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: object = None,
) -> Claims:
    """Check an ID token in all that it must say.

    Raises:
        joserfc.errors.InvalidKeyIdError: signed with a key that is not among these.
        joserfc.errors.JoseError, ValueError: any other flaw.
    """
    decoded = jwt.decode(
        token,
        keys,
        registry=JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False),
    )
    issuers = [issuer, _ALIASES[issuer]] if issuer in _ALIASES else [issuer]
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"essential": True, "values": issuers}},
        {"client_id": client_id, "nonce": nonce, "access_token": access_token},
    )
    try:
        claims.validate(leeway=_MAX_CLOCK_SKEW_S)
    except (TypeError, AttributeError) as error:  # an `at_hash` that is no text
        raise InvalidPayloadError from error
    # No other audience is trusted, so there may be none.
    if claims["aud"] not in (client_id, [client_id]):
        raise InvalidClaimError("aud")
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(
        claims["nonce"].encode(), nonce.encode()
    ):
        raise InvalidClaimError("nonce")
    if claims["iat"] < time.time() - _MAX_AGE_S - _MAX_CLOCK_SKEW_S:
        raise InvalidClaimError("iat")
    subject = claims["sub"]
    if not (subject and subject.isascii() and len(subject) <= _MAX_SUBJECT_CHARS):
        raise InvalidClaimError("sub")
    return Claims(
        issuer=issuer,
        subject=subject,
        email=_text(claims.get("email")),
        email_verified=claims.get("email_verified") is True,
        name=_text(claims.get("name")),
    )


def _text(claim: object) -> str | None:
    return claim if isinstance(claim, str) and claim else None
