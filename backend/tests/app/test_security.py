from typing import Any

import pytest

from legible.app.security import Passwords
from legible.app.settings import Settings
from tests.app.people import PASSWORD


def test_passwords_are_hashed_with_argon2id_at_the_floor_or_above_by_default() -> None:
    kind, parameters = Passwords(Settings()).hash(PASSWORD).split("$")[1::2][:2]
    cost = dict(part.split("=") for part in parameters.split(","))

    assert kind == "argon2id"
    assert int(cost["m"]) >= 19 * 1024
    assert int(cost["t"]) >= 2
    assert int(cost["p"]) == 1


def _cheap() -> Passwords:
    return Passwords(Settings(argon2_memory_kib=8, argon2_passes=1))


def test_a_password_is_right_or_wrong() -> None:
    passwords = _cheap()
    kept = passwords.hash(PASSWORD)

    assert passwords.check(PASSWORD, kept) == (True, None)
    assert passwords.check(PASSWORD + "s", kept) == (False, None)
    assert passwords.hash(PASSWORD) != kept


def test_a_password_typed_on_another_system_is_the_same() -> None:
    passwords = _cheap()
    kept = passwords.hash("gr\u00fc\u00dfe vom meer")  # u umlaut as one code point

    assert passwords.check("gru\u0308\u00dfe vom meer", kept) == (True, None)  # as two


def test_nobody_has_no_password_but_hashing_it_costs_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords = _cheap()
    kept = passwords.hash(PASSWORD)
    checked: list[str] = []
    verify = passwords._context.verify_and_update

    def note(secret: str, hashed: str) -> Any:
        checked.append(hashed)
        return verify(secret, hashed)

    monkeypatch.setattr(passwords._context, "verify_and_update", note)

    assert passwords.check(PASSWORD, None) == (False, None)
    assert passwords.check(PASSWORD + "s", kept) == (False, None)

    # $argon2id$v=19$m=..,t=..,p=..$salt$digest: the same kind, version and cost
    for_nobody, for_somebody = (hashed.split("$")[:4] for hashed in checked)
    assert for_nobody == for_somebody
