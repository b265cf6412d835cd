"""The limit on what is sent, over a real connection where that matters."""

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import uvicorn
from starlette.testclient import TestClient

from legible.app import models
from legible.app.db import Database
from legible.app.keys.secret import hash_key, make_key
from legible.app.main import create_app
from legible.app.security import Tokens
from legible.app.settings import Settings
from tests.app.people import SECRET, FakeReader, Person, assert_problem, picture

LIMIT = 100_000
SENDER, SESSION = uuid4(), uuid4()
KEY = make_key()  # only reads
BOUNDARY = b"a-boundary"
PART = (
    b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="a.png"'
    b"\r\nContent-Type: image/png\r\n\r\n"
)


def test_a_file_at_the_limit_is_read_and_one_above_it_is_refused(
    ada: Person, settings: Settings
) -> None:
    limit = settings.max_upload_bytes
    at_limit = picture().ljust(limit, b"\0")

    assert ada.send(at_limit).status_code == 201
    problem = assert_problem(ada.send(at_limit + b"\0"), 413, "too_large")
    assert "200,001" in problem["detail"]
    assert "200,000" in problem["detail"]


def test_a_file_far_above_the_limit_is_refused(ada: Person, settings: Settings) -> None:
    data = bytes(settings.max_upload_bytes * 2)

    assert_problem(ada.send(data), 413, "too_large")


def test_many_small_parts_count_together(ada: Person) -> None:
    files = [("file", (f"{n}.png", bytes(100_000))) for n in range(4)]

    response = ada.client.post("/api/v1/readings", headers=ada.headers, files=files)

    assert_problem(response, 413, "too_large")


@pytest.fixture
def address(sqlite_settings: Settings) -> Iterator[tuple[str, int]]:
    """The service behind a real socket on loopback."""
    settings = sqlite_settings.model_copy(update={"max_upload_bytes": LIMIT})
    database = Database(settings.sqlalchemy_url())
    with database.writes() as session:
        session.add(models.User(id=SENDER, email="ada", name="Ada", password_hash="x"))
        session.flush()
        ends = models.now() + timedelta(days=1)
        session.add(
            models.UserSession(id=SESSION, user_id=SENDER, expires_at=ends, device="A test")
        )
        hashed = hash_key(KEY)
        session.add(
            models.ApiKey(user_id=SENDER, name="a", prefix="b", key_hash=hashed, scopes=["read"])
        )
    database.close()
    app = create_app(settings, FakeReader)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join()
    listener.close()


def _send_until_closed(
    address: tuple[str, int], head: bytes, piece: bytes, most: int
) -> tuple[bytes, int]:
    """Send `piece` over and over until the service hangs up; what it said, and the bytes sent."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(head)
        sent, answer = 0, b""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while sent < most:
                if select.select([connection], [], [], 0)[0]:
                    received = connection.recv(65536)
                    if not received:
                        break
                    answer += received
                connection.sendall(piece)
                sent += len(piece)
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while received := connection.recv(65536):
                answer += received
    return answer, sent


def _token(lifetime: timedelta = timedelta(minutes=15)) -> bytes:
    return Tokens([SECRET], lifetime).issue(SENDER, SESSION)[0].encode()


def _head(length: bytes, authorization: bytes | None = None) -> bytes:
    return (
        b"POST /api/v1/readings HTTP/1.1\r\nHost: test\r\nAuthorization: "
        + (b"Bearer " + _token() if authorization is None else authorization)
        + b"\r\nContent-Type: multipart/form-data; boundary="
        + BOUNDARY
        + b"\r\n"
        + length
        + b"\r\n\r\n"
    )


def _assert_refused(answer: bytes) -> None:
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too_large"' in answer
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer


# The limit, what is thrown away before the connection is closed, and what the system buffers.
FAR_BEYOND = 20_000_000


def test_a_body_without_end_is_cut_off_while_it_comes(address: tuple[str, int]) -> None:
    head = _head(b"Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (len(PART), PART)
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"

    answer, sent = _send_until_closed(address, head, piece, most=200_000_000)

    _assert_refused(answer)
    assert sent < FAR_BEYOND


def test_a_body_that_says_it_is_too_long_is_refused_before_it_comes(
    address: tuple[str, int],
) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(_head(b"Content-Length: 999999999999"))
        answer = b""
        while b'"code"' not in answer:
            answer += connection.recv(65536)

    _assert_refused(answer)


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        (b"", 401, b"not_authenticated"),
        (b"Bearer", 401, b"not_authenticated"),
        (b"Bearer \xff.no.token", 401, b"not_authenticated"),
        (b"Basic " + _token(), 401, b"not_authenticated"),
        (b"Bearer " + _token(timedelta(minutes=-1)), 401, b"token_expired"),
        (b"Bearer " + KEY.encode(), 403, b"not_allowed"),
        (b"Bearer " + make_key().encode(), 401, b"not_authenticated"),
    ],
    ids=["none", "empty", "forged", "another-scheme", "expired", "key", "nobodys-key"],
)
def test_an_upload_from_nobody_is_refused_before_it_comes(
    address: tuple[str, int], authorization: bytes, status: int, code: bytes
) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(_head(b"Content-Length: 50000", authorization))
        answer = b""
        while b'"code"' not in answer:
            answer += connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert (b"www-authenticate: bearer" in answer.lower()) == (status == 401)
    assert b"application/problem+json" in answer
    assert b'"code":"%s"' % code in answer


def test_who_sends_on_after_the_refusal_is_cut_off(address: tuple[str, int]) -> None:
    head = _head(b"Content-Length: 999999999999")

    answer, sent = _send_until_closed(address, head, bytes(0x10000), most=200_000_000)

    _assert_refused(answer)
    assert sent < FAR_BEYOND


def test_who_sends_a_little_too_much_before_listening_hears_the_answer(
    address: tuple[str, int],
) -> None:
    size = 3 * LIMIT
    head = _head(b"Content-Length: %d" % (len(PART) + size)) + PART

    answer, sent = _send_until_closed(address, head, bytes(size // 10), most=size)

    _assert_refused(answer)
    assert sent == size


def test_the_service_goes_on_after_somebody_hung_up(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(_head(b"Content-Length: 5000") + PART)

    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_batch_that_is_no_form_is_refused_before_it_comes(address: tuple[str, int]) -> None:
    """Its limit is that of many files, and none of it is for anything else."""
    head = _head(b"Content-Length: 500000000").replace(b"/readings ", b"/readings/batch ")
    kind = b"multipart/form-data; boundary=" + BOUNDARY
    for other in (b"application/json", b"application/x-www-form-urlencoded", b"text/plain"):
        with socket.create_connection(address, timeout=20) as connection:
            connection.sendall(head.replace(kind, other))
            answer = b""
            while b'"code"' not in answer:
                answer += connection.recv(65536)

        assert answer.startswith(b"HTTP/1.1 422 ")
        assert b'"code":"invalid_request"' in answer


def test_other_paths_take_short_bodies_only(client: TestClient) -> None:
    for path in ("/api/v1/auth/register", "/api/v1/auth/token", "/api/v1/readings/x", "/nothing"):
        response = client.post(path, content=bytes(70_000))
        assert_problem(response, 413, "too_large")
