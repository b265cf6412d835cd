import pytest

from legible.app.accounts.passwords import MIN_LENGTH, common_passwords, find_weakness


def _weakness(password: str) -> str | None:
    return find_weakness(password, email="ada.byron@example.com", name="Ada Byron King")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "at least 10"),
        ("short pas", "at least 10"),
        ("x" * 50 + "y" * 207, "at most 256"),
        ("password123", "most common"),
        ("PassWord123", "most common"),
        ("p4$$w0rd123", "most common"),
        ("1234567890", "most common"),
        ("qwertyuiop", "most common"),
        ("aaaaaaaaaaaa", "repeated"),
        ("1212121212", "repeated"),
        ("abcdabcdabcd", "repeated"),
        ("ada.byron@example.com", "your name or e-mail"),
        ("ADA.BYRON@EXAMPLE.COM", "your name or e-mail"),
        ("Ada Byron King", "your name or e-mail"),
        ("adabyronking", "your name or e-mail"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    weakness = _weakness(password)

    assert weakness is not None
    assert reason in weakness


@pytest.mark.parametrize(
    "password", ["a lamp by the window", "xkTq7!mdPz", "dëux œufs frits", "x" * 5 + "yz" * 125]
)
def test_a_good_password_is_taken_whatever_its_characters(password: str) -> None:
    assert _weakness(password) is None


def test_every_listed_password_is_long_enough_to_be_worth_listing_and_refused() -> None:
    listed = common_passwords()

    assert len(listed) > 500
    assert [password for password in listed if len(password) < MIN_LENGTH] == []
    assert [password for password in listed if _weakness(password) is None] == []
