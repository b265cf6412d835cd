import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from legible.app.settings import Settings, StartError, signing_secrets

GOOD = "k3Jd9sPq0Lx7Vb2Nm8Zr5Tw1Yc6Hf4Ga"


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("", "not set"),
        ("short", "has 5 bytes"),
        (GOOD[:31], "has 31 bytes"),
        ("change-me-to-32-random-bytes-or-more", "an example"),
        ("CHANGEME" + GOOD, "an example"),
        ("a-secret-for-example-of-some-length-x", "an example"),
        ("a" * 64, "an example"),
    ],
)
def test_production_does_not_start_with_a_bad_secret(
    tmp_path: Path, secret: str, reason: str
) -> None:
    settings = Settings(env="production", secret=secret, var_dir=tmp_path)

    with pytest.raises(StartError, match=reason) as caught:
        signing_secrets(settings)

    assert "LEGIBLE_SECRET" in str(caught.value)
    assert not secret or secret not in str(caught.value)


def test_production_starts_with_a_good_secret(tmp_path: Path) -> None:
    settings = Settings(env="production", secret=GOOD, var_dir=tmp_path / "var")

    assert signing_secrets(settings) == (GOOD,)
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("weak", [{"argon2_memory_kib": 1024}, {"argon2_passes": 1}])
def test_production_does_not_start_with_weak_hashing(weak: dict[str, int]) -> None:
    settings = Settings(env="production", secret=GOOD, **weak)  # type: ignore[arg-type]

    with pytest.raises(StartError, match="LEGIBLE_ARGON2"):
        signing_secrets(settings)


def test_development_makes_a_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path / "var")

    (first,) = signing_secrets(settings)

    assert len(first) >= 32
    assert signing_secrets(settings) == (first,)
    kept = tmp_path / "var" / "secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(kept.parent.iterdir()) == [kept]


def test_two_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: signing_secrets(settings), range(8)))

    assert len(secrets) == 1


def test_a_given_secret_is_checked_in_development_too(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="has 5 bytes"):
        signing_secrets(Settings(secret="short", var_dir=tmp_path))


def test_settings_come_from_the_environment_and_never_show_their_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEGIBLE_PORT", "9000")
    monkeypatch.setenv("LEGIBLE_SECRET", GOOD)
    monkeypatch.setenv("LEGIBLE_HOST", "")  # as a compose file leaves it
    monkeypatch.setenv("LEGIBLE_DATABASE_URL", "postgresql://ada:hidden@db/legible")

    settings = Settings()

    assert settings.port == 9000
    assert settings.host == "127.0.0.1"
    assert settings.sqlalchemy_url() == "postgresql+psycopg://ada:hidden@db/legible"
    assert GOOD not in repr(settings)
    assert "hidden" not in repr(settings)


def test_previous_secrets_are_accepted_besides_the_one_that_signs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    older, oldest = GOOD[::-1], GOOD.swapcase()
    monkeypatch.setenv("LEGIBLE_SECRET", GOOD)
    monkeypatch.setenv("LEGIBLE_PREVIOUS_SECRETS", f" {older}, {oldest},")

    settings = Settings()

    assert signing_secrets(settings) == (GOOD, older, oldest)
    assert older not in repr(settings)


def test_a_bad_previous_secret_is_refused_by_its_own_name() -> None:
    settings = Settings(secret=GOOD, previous_secrets=[GOOD[::-1], "short"])

    with pytest.raises(StartError, match="LEGIBLE_PREVIOUS_SECRETS has 5 bytes"):
        signing_secrets(settings)
