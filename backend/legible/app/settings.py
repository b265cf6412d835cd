"""What the service can be told by its environment, and the checks before it starts."""

import ipaddress
import os
import secrets
import tempfile
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

# .../backend/legible/app/settings.py: the checkout, where the networks lie beside the backend.
_CHECKOUT = Path(__file__).resolve().parents[3]

# RFC 7518, 3.2: an HS256 key has at least as many bits as the hash.
MIN_SECRET_BYTES = 32
# Words that only an example or a placeholder has.
_EXAMPLE_WORDS = ("change-me", "changeme", "change_me", "example", "replace", "placeholder")

# OWASP Password Storage Cheat Sheet: argon2id with m = 19 MiB, t = 2, p = 1 at least.
MIN_ARGON2_MEMORY_KIB = 19 * 1024
MIN_ARGON2_PASSES = 2


class StartError(Exception):
    """The service cannot start; the message tells the operator why and what to do."""


class Settings(BaseSettings):
    """Every field is read from `LEGIBLE_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="LEGIBLE_", env_ignore_empty=True, extra="ignore")

    env: Literal["development", "production"] = "development"
    secret: str = Field(default="", repr=False)
    # Keys that were in use before, or will be next: tokens signed with them are accepted too.
    previous_secrets: Annotated[list[str], NoDecode] = Field(default=[], repr=False)
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    docs: bool = True
    # Whether `/metrics` answers. Where nobody stands in front who would refuse it, it should not.
    metrics: bool = True

    var_dir: Path = Path("var")
    database_url: str = Field(default="", repr=False)
    # Where pictures lie: file:///folder or s3://bucket/prefix; without it files under `var_dir`.
    storage_url: str = Field(default="", repr=False)
    # How long one answer of a bucket may take; it is asked three times at most.
    storage_timeout_s: float = Field(default=10, gt=0)
    # Whether a stored file is sent by the service, or by the bucket at a signed address.
    storage_reads: Literal["proxied", "presigned"] = "proxied"
    models_dir: Path = _CHECKOUT / "models"
    # How often each process asks the database which versions to serve.
    models_poll_s: float = Field(default=2, gt=0)
    spa_dir: Path | None = None

    max_upload_bytes: int = Field(default=25 * 1024 * 1024, ge=1)
    max_pixels: int = Field(default=150_000_000, ge=1)
    max_pages: int = Field(default=20, ge=1)
    # Of `POST /readings/batch`: the files of one, those in archives included; all that is sent; and
    # what its archives may hold unpacked.
    max_batch_files: int = Field(default=1000, ge=1)
    max_batch_bytes: int = Field(default=512 * 1024 * 1024, ge=1)
    max_unpacked_bytes: int = Field(default=4 * 1024 * 1024 * 1024, ge=1)
    # Whether one small picture is read without an account and without keeping it, and what that may
    # cost: bytes, pixels, pictures of an address in an hour, and of all together in a minute.
    try_it: bool = True
    max_try_bytes: int = Field(default=5 * 1024 * 1024, ge=1)
    max_try_pixels: int = Field(default=20_000_000, ge=1)
    try_readings_per_hour: int = Field(default=20, ge=1)
    try_readings_per_minute: int = Field(default=60, ge=1)
    # How many pictures are decoded and read at the same time; the others wait their turn.
    reader_threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)

    # Counters for limits; without it each process counts alone.
    redis_url: str = Field(default="", repr=False)
    # The proxies that are believed when they say who asks: addresses and networks, with commas.
    trusted_proxies: str = "127.0.0.1,::1"
    user_requests_per_minute: int = Field(default=1200, ge=1)
    key_requests_per_minute: int = Field(default=600, ge=1)
    address_requests_per_minute: int = Field(default=120, ge=1)  # of those who are not logged in
    # How many failures of a login are free before there is a wait.
    attempts_per_account: int = Field(default=5, ge=1)
    attempts_per_address: int = Field(default=20, ge=1)

    # The plans and their prices; unset for those that are shipped.
    plans_file: Path | None = None
    # How long a request that was answered is answered the same again, by its `Idempotency-Key`.
    idempotency_hours: int = Field(default=24, ge=1)
    # How long a key stays blocked when the process that worked on its request was killed.
    idempotency_lease_s: int = Field(default=60, ge=1)

    # Where mails go, e.g. smtp://user:password@host:587?starttls; without it they are files under
    # `var_dir` in development, and in production there are none.
    smtp_url: str = Field(default="", repr=False)
    mail_from: str = ""
    # Where people see the page, e.g. https://legible.example.com; links in mails begin with it, and
    # whoever signs in elsewhere comes back to it.
    public_url: str = ""
    # Whether an account must have confirmed its address before anything is read for it.
    require_verified_email: bool = False
    # The client at the OpenID provider; without an id there is no signing in with it.
    google_client_id: str = ""
    google_client_secret: str = Field(default="", repr=False)
    google_issuer: str = "https://accounts.google.com"

    # OTLP over HTTP, e.g. http://127.0.0.1:4318/v1/traces; without it no traces are made.
    otlp_endpoint: str = Field(default="", repr=False)

    access_token_minutes: int = Field(default=15, ge=1)
    # NIST SP 800-63B-4, 2.1.3: at the first level of assurance at most 30 days without logging in.
    session_max_days: int = Field(default=30, ge=1)
    session_idle_days: int = Field(default=14, ge=1)
    # For how long a refresh token that was just used still answers the one that took its place.
    refresh_grace_s: int = Field(default=10, ge=0, le=60)
    argon2_memory_kib: int = Field(default=MIN_ARGON2_MEMORY_KIB, ge=8)
    argon2_passes: int = Field(default=MIN_ARGON2_PASSES, ge=1)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, proxies: str) -> str:
        """Refuse what is no address: also `*`, with which anybody can claim to come from anywhere.

        Proxies append to what a client has written, and only who is not trusted ends the search.
        """
        for proxy in proxies.split(","):
            try:
                ipaddress.ip_network(proxy.strip())
            except ValueError as error:
                raise ValueError(
                    f"expected addresses or networks such as 10.0.0.0/8, got {proxy.strip()!r}"
                ) from error
        return proxies

    @field_validator("previous_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """`one, two` as the environment gives it."""
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @property
    def pictures_dir(self) -> Path:
        """Where the file storage keeps the pictures."""
        return self.var_dir / "pictures"

    def sqlalchemy_url(self) -> str:
        """The database's address as SQLAlchemy wants it: an SQLite file unless one is named."""
        if not self.database_url:
            return f"sqlite:///{(self.var_dir / 'legible.sqlite3').absolute()}"
        scheme, _, rest = self.database_url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            return f"postgresql+psycopg://{rest}"
        return self.database_url


def signing_secrets(settings: Settings) -> tuple[str, ...]:
    """Answer the key that tokens are signed with, then those that are accepted besides.

    In production it must be given and be good. In development a missing one is made once and kept
    under `var_dir`, readable by its owner alone.

    Raises:
        StartError: the secret is missing, short or an example, or passwords are hashed too weakly.
    """
    if settings.env == "production":
        _refuse_weak_hashing(settings)
    if not settings.secret and settings.env == "development":
        secret = _kept_secret(settings.var_dir / "secret")
    else:
        _refuse_bad_secret(settings.secret)
        secret = settings.secret
    for previous in settings.previous_secrets:
        _refuse_bad_secret(previous, "LEGIBLE_PREVIOUS_SECRETS")
    return (secret, *settings.previous_secrets)


def _refuse_weak_hashing(settings: Settings) -> None:
    if (
        settings.argon2_memory_kib < MIN_ARGON2_MEMORY_KIB
        or settings.argon2_passes < MIN_ARGON2_PASSES
    ):
        raise StartError(
            f"LEGIBLE_ARGON2_MEMORY_KIB must be at least {MIN_ARGON2_MEMORY_KIB} and "
            f"LEGIBLE_ARGON2_PASSES at least {MIN_ARGON2_PASSES} in production. "
            "Leave both unset for safe values."
        )


def _refuse_bad_secret(secret: str, setting: str = "LEGIBLE_SECRET") -> None:
    make_one = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    size = len(secret.encode())
    if not secret:
        raise StartError(f"{setting} is not set, and production needs one. {make_one}")
    if size < MIN_SECRET_BYTES:
        raise StartError(
            f"{setting} has {size} bytes; at least {MIN_SECRET_BYTES} are needed. {make_one}"
        )
    if len(set(secret)) < 8 or any(word in secret.lower() for word in _EXAMPLE_WORDS):
        raise StartError(f"{setting} is an example that everybody can guess. {make_one}")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # A link to a finished file is atomic: of two services starting at once both read one key.
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    secret = path.read_text().strip()
    _refuse_bad_secret(secret)
    return secret
