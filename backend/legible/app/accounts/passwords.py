"""Which passwords are too easy to guess (NIST SP 800-63B, 5.1.1.2: length and a list, no rules)."""

import re
from functools import cache
from importlib.resources import files

from legible.app.security import MAX_PASSWORD_CHARS, is_possible

MIN_LENGTH = 10

# One to four characters over and over: aaaaaaaaaa, 1212121212, abcdabcdabcd.
_REPEATED = re.compile(r"(.{1,4}?)\1+", re.DOTALL)
# What people write for letters.
_LEET = str.maketrans("013457@$!", "oleastasi")


def find_weakness(password: str, *, email: str, name: str) -> str | None:
    """Say in words why a password will not do, or None for one that will."""
    if len(password) < MIN_LENGTH:
        return f"The password needs at least {MIN_LENGTH} characters; this one has {len(password)}."
    if not is_possible(password):
        return f"The password may have at most {MAX_PASSWORD_CHARS} characters, all of them whole."
    folded = password.casefold()
    if _REPEATED.fullmatch(folded):
        return "The password is one piece repeated. Use several unrelated words instead."
    own = {_letters(part) for part in (email, email.partition("@")[0], name)}
    if _letters(folded) in own:
        return "The password is your name or e-mail address. Use several unrelated words instead."
    if folded in common_passwords() or _without_leet(folded) in common_passwords():
        return "The password is among the most common ones. Use several unrelated words instead."
    return None


def _without_leet(folded: str) -> str:
    """`p4ssw0rd123` to `password123`: figures at the end are meant as figures."""
    word = folded.rstrip("0123456789")
    return word.translate(_LEET) + folded[len(word) :]


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


@cache
def common_passwords() -> frozenset[str]:
    """The bundled list: common passwords of at least `MIN_LENGTH` characters, in lower case."""
    text = files("legible.app.accounts").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(text.split())
