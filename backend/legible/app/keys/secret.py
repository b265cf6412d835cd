"""How a key is written: `lgb_`, 256 random bits and a checksum.

The mark and the checksum let a scanner find a key that was published by mistake, and tell it from
what only looks like one; with them garbage is refused without asking the database.
"""

import hashlib
import re
import secrets
import string
import zlib

MARK = "lgb_"
SECRET_BITS = 256
# 62 ** 43 is just above 2 ** 256, and 62 ** 6 above 2 ** 32.
_SECRET_CHARS = 43
_CHECKSUM_CHARS = 6
# Eight characters of the secret: enough to tell keys by, and 208 bits are left.
_PREFIX_CHARS = len(MARK) + 8

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHAPE = re.compile(rf"{MARK}[0-9A-Za-z]{{{_SECRET_CHARS + _CHECKSUM_CHARS}}}", re.ASCII)


def make_key() -> str:
    """Make a new key."""
    body = MARK + _base62(secrets.randbits(SECRET_BITS), _SECRET_CHARS)
    return body + _checksum(body)


def is_key(token: str) -> bool:
    """Say whether a bearer token means to be a key; no JWT begins so."""
    return token.startswith(MARK)


def is_well_formed(key: str) -> bool:
    """Say whether a key has the right shape and checksum."""
    body, checksum = key[:-_CHECKSUM_CHARS], key[-_CHECKSUM_CHARS:]
    return _SHAPE.fullmatch(key) is not None and _checksum(body) == checksum


def key_prefix(key: str) -> str:
    """The part of a key that may be shown."""
    return key[:_PREFIX_CHARS]


def hash_key(key: str) -> str:
    """The hash that a key is found by."""
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKSUM_CHARS)


def _base62(number: int, width: int) -> str:
    chars = ""
    for _ in range(width):
        number, rest = divmod(number, len(_BASE62))
        chars = _BASE62[rest] + chars
    return chars
