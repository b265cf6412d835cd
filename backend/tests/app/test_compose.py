"""What `docker-compose.yml` and `.env.example` say of the service, against the service."""

import json
import re
from pathlib import Path

import pytest
from redis import Redis

from legible.app.settings import Settings
from tests.app.redis_server import RedisServer

TOP = Path(__file__).resolve().parents[3]
EXAMPLE = (TOP / ".env.example").read_text()
COMPOSE = (TOP / "docker-compose.yml").read_text()

# What nobody sets in `.env`, and why.
NOT_SET_THERE = {
    "env": "always production in a container",
    "host": "the image's own; LEGIBLE_BIND is where the page is served",
    "port": "the image's own; LEGIBLE_PORT is where the page is served",
    "database_url": "made from POSTGRES_PASSWORD",
    "var_dir": "the volume",
    "models_dir": "the image's own",
    "spa_dir": "the image `web` serves the pages",
}


def test_the_example_names_every_setting_and_compose_hands_it_on() -> None:
    settings = {
        f"LEGIBLE_{name.upper()}" for name in Settings.model_fields if name not in NOT_SET_THERE
    }
    named = set(re.findall(r"^#?(LEGIBLE_\w+)=", EXAMPLE, re.MULTILINE))
    handed_on = set(re.findall(r"^    (LEGIBLE_\w+): \$\{\1:[-?]", COMPOSE, re.MULTILINE))

    assert settings - named == set()
    assert settings - handed_on == set()
    # And nothing that means nothing: these are read by compose itself, and by the images.
    of_images = {"LEGIBLE_BIND", "LEGIBLE_PORT", "LEGIBLE_WORKERS", "LEGIBLE_STORAGE_ORIGIN"}
    assert named - settings == of_images
    assert NOT_SET_THERE.keys() <= Settings.model_fields.keys()


def test_a_setting_that_is_left_out_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose hands on what is not in `.env` as an empty variable."""
    plain = Settings()
    for name in re.findall(r"^    (LEGIBLE_\w+): \$\{\1:-\}", COMPOSE, re.MULTILINE):
        monkeypatch.setenv(name, "")

    assert Settings() == plain


def test_the_values_shown_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Settings()
    own = {"SECRET", "BIND", "PORT", "WORKERS", "PREVIOUS_SECRETS", "STORAGE_ORIGIN"}
    of_a_place = {"TRUSTED_PROXIES", "REDIS_URL", "OTLP_ENDPOINT", "PLANS_FILE", "READER_THREADS"}
    of_a_place |= {"SMTP_URL", "MAIL_FROM", "PUBLIC_URL", "STORAGE_URL"}
    for name, value in re.findall(r"^#?LEGIBLE_(\w+)=(.*)$", EXAMPLE, re.MULTILINE):
        if name not in own | of_a_place:
            monkeypatch.setenv(f"LEGIBLE_{name}", value)

    assert Settings() == plain


def test_a_full_redis_forgets_what_ends_soonest_and_still_counts(tmp_path: Path) -> None:
    found = re.search(r'command: (\["redis-server".*\])', COMPOSE)
    assert found
    own_redis = RedisServer(tmp_path)
    limits = json.loads(found[1])[1:]
    own_redis.start(*limits)
    try:
        with own_redis.client() as redis:
            _fill(redis)
            guesses = redis.exists(*(f"guess-{n}" for n in range(100)))
            evicted = redis.info("stats")["evicted_keys"]
    finally:
        own_redis.stop()

    assert evicted > 0
    assert guesses == 100


def _fill(redis: Redis) -> None:
    """Guesses that are kept for an hour, then the minutes of more addresses than there is room."""
    for n in range(100):
        redis.set(f"guess-{n}", "x" * 100, ex=3600)
    for n in range(800):
        redis.set(f"minute-{n}", "x" * 100_000, ex=60)
