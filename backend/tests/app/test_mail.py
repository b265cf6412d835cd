"""Letters on their way to a real mail server."""

import io
import json
import socket
import stat
from email import message_from_bytes, policy
from pathlib import Path
from queue import Queue
from threading import Event
from urllib.parse import quote

import pytest

from legible.app.errands import Errands
from legible.app.errors import AppError
from legible.app.mail.letters import Letter
from legible.app.mail.mailer import Mailer
from legible.app.settings import Settings, StartError
from tests.app.mail_server import (
    PASSWORD,
    USER,
    make_certificate,
    run_mail_server,
    server_tls,
)

LETTER = Letter("test", "ada@example.com", "Good news", "A text.\n\nhttps://example.com/#token=x\n")
KNOWN = f"{USER}:{quote(PASSWORD, safe='')}@"


def _settings(url: str, **changes: object) -> Settings:
    given: dict[str, object] = {
        "smtp_url": url,
        "mail_from": "Legible <no-reply@example.org>",
        "public_url": "https://example.org",
    }
    return Settings(**{**given, **changes})  # type: ignore[arg-type]


def _send(settings: Settings, *letters: Letter) -> None:
    """Send letters and wait until they are sent or given up."""
    errands = Errands()
    mailer = Mailer(settings, errands)
    for letter in letters:
        mailer.send(letter)
    errands.close()


def _failures(log: io.StringIO) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in lines if line["event"] == "a mail could not be sent"]


def test_a_letter_arrives_as_it_was_written() -> None:
    with run_mail_server() as server:
        _send(_settings(server.url), LETTER)
        mail = server.next()

    assert (mail.sender, mail.recipients) == ("no-reply@example.org", ["ada@example.com"])
    assert mail.message["From"] == "Legible <no-reply@example.org>"
    assert mail.message["To"] == "ada@example.com"
    assert mail.subject == "Good news"
    assert mail.text == LETTER.text
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Message-ID"].endswith("@example.org>")
    assert mail.message["Date"].datetime.tzinfo is not None


@pytest.mark.parametrize(
    ("to", "arrives_at"),
    [
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("jürgen@example.com", "jürgen@example.com"),
    ],
)
def test_an_address_of_any_letters_is_reached(to: str, arrives_at: str) -> None:
    with run_mail_server() as server:
        _send(_settings(server.url), Letter("test", to, "Good news", "A text.\n"))

        assert server.next().recipients == [arrives_at]


@pytest.mark.parametrize("kind", ["starttls", "tls"])
def test_a_password_travels_encrypted_to_a_server_that_proves_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # OpenSSL's own: whom to trust
    tls = server_tls(certificate)
    options = (
        {"tls_context": tls, "require_starttls": True, "auth_required": True}
        if kind == "starttls"
        else {"ssl_context": tls, "auth_required": True, "auth_require_tls": False}
    )
    with run_mail_server(**options) as server:
        address = f"{KNOWN}127.0.0.1:{server.port}"
        url = f"smtp://{address}?starttls" if kind == "starttls" else f"smtps://{address}"
        _send(_settings(url), LETTER)

        assert server.next().recipients == ["ada@example.com"]


def test_nothing_is_sent_to_a_server_that_nobody_vouches_for(
    tmp_path: Path, log: io.StringIO
) -> None:
    tls = server_tls(make_certificate(tmp_path))
    with run_mail_server(tls_context=tls) as server:
        _send(_settings(f"{server.url}?starttls"), LETTER)

        assert server.inbox.empty()
    assert [failure["error"] for failure in _failures(log)] == ["SSLCertVerificationError"]


def test_nothing_is_sent_in_the_clear_when_the_server_does_not_offer_tls(log: io.StringIO) -> None:
    with run_mail_server() as server:
        _send(_settings(f"{server.url}?starttls"), LETTER)

        assert server.inbox.empty()
    assert [failure["error"] for failure in _failures(log)] == ["SMTPNotSupportedError"]


def test_a_wrong_password_is_logged_without_it(log: io.StringIO) -> None:
    with run_mail_server(auth_required=True, auth_require_tls=False) as server:
        _send(_settings(f"smtp://{USER}:not-the-one@127.0.0.1:{server.port}"), LETTER)

        assert server.inbox.empty()
    (failure,) = _failures(log)
    assert (failure["error"], failure["smtp_code"]) == ("SMTPAuthenticationError", 535)
    assert "not-the-one" not in log.getvalue()


def test_a_mailbox_that_is_refused_is_logged_without_the_address(log: io.StringIO) -> None:
    with run_mail_server() as server:
        server.refusal = "550 ada@example.com has no mailbox here"
        _send(_settings(server.url), LETTER)
    (failure,) = _failures(log)

    assert (failure["mail"], failure["level"]) == ("test", "error")
    assert "ada" not in log.getvalue()


def test_a_server_that_is_down_is_logged_and_the_next_letter_arrives(log: io.StringIO) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    _send(_settings(f"smtp://127.0.0.1:{port}"), LETTER)
    assert [failure["error"] for failure in _failures(log)] == ["ConnectionRefusedError"]

    with run_mail_server() as server:
        _send(_settings(server.url), LETTER)
        assert server.next().recipients == ["ada@example.com"]


def test_a_server_that_hangs_makes_nobody_wait() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        errands = Errands()
        mailer = Mailer(_settings(f"smtp://127.0.0.1:{silent.getsockname()[1]}"), errands)
        mailer.send(LETTER)
        connection, _ = silent.accept()  # the letter is on its way, and `send` has returned
        connection.close()
        errands.close()


@pytest.mark.parametrize(
    "letter",
    [
        Letter("test", "ada@example.com\r\nBcc: eve@example.com", "Good news", "A text.\n"),
        Letter("test", "ada@example.com, eve@example.com", "Good news", "A text.\n"),
        Letter("test", "ada@example.com", "Good news\r\nBcc: eve@example.com", "A text.\n"),
    ],
    ids=["line feed in the address", "two addresses", "line feed in the subject"],
)
def test_nobody_adds_a_recipient(letter: Letter, log: io.StringIO) -> None:
    with run_mail_server() as server:
        _send(_settings(server.url), letter)

        assert server.inbox.empty()
    assert len(_failures(log)) == 1
    assert "example.com" not in log.getvalue()


def test_in_development_a_letter_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    _send(Settings(var_dir=tmp_path), LETTER, LETTER)

    files = list((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert message["To"] == "ada@example.com"
    assert LETTER.text in message.as_string()


def test_production_without_a_mail_server_sends_nothing_and_says_so(tmp_path: Path) -> None:
    settings = Settings(env="production", var_dir=tmp_path)
    _send(settings, LETTER)

    with pytest.raises(AppError) as refused:
        Mailer(settings, Errands()).require()

    assert (refused.value.status, refused.value.code) == (503, "mail_not_configured")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"smtp_url": "mail.example.org"}, "LEGIBLE_SMTP_URL"),
        ({"smtp_url": "http://mail.example.org"}, "LEGIBLE_SMTP_URL"),
        ({"smtp_url": "smtp://mail.example.org:port"}, "LEGIBLE_SMTP_URL"),
        ({"smtp_url": "smtp://mail.example.org?startls"}, "LEGIBLE_SMTP_URL"),
        ({"smtp_url": "smtp://me:hidden@mail.example.org"}, "LEGIBLE_SMTP_URL"),
        ({"mail_from": ""}, "LEGIBLE_MAIL_FROM"),
        ({"mail_from": "Legible"}, "LEGIBLE_MAIL_FROM"),
        ({"public_url": ""}, "LEGIBLE_PUBLIC_URL"),
        ({"public_url": "example.org"}, "LEGIBLE_PUBLIC_URL"),
        ({"public_url": "http://example.org"}, "LEGIBLE_PUBLIC_URL"),
        ({"public_url": "https://example.org/?page=1"}, "LEGIBLE_PUBLIC_URL"),
        ({"smtp_url": "", "require_verified_email": True}, "LEGIBLE_SMTP_URL"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused_at_the_start(
    changes: dict[str, object], setting: str
) -> None:
    settings = _settings("smtp://mail.example.org", **{"env": "production", **changes})

    with pytest.raises(StartError, match=setting) as refused:
        Mailer(settings, Errands())

    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize("url", ["https://example.org/legible/", "http://127.0.0.1:8080"])
def test_links_begin_with_the_public_address(url: str) -> None:
    mailer = Mailer(_settings("smtp://127.0.0.1", public_url=url), Errands())

    assert mailer.link("verify-email", "abc") == f"{url.rstrip('/')}/verify-email#token=abc"


def test_an_errand_that_fails_is_logged_and_the_others_are_done(log: io.StringIO) -> None:
    errands = Errands()
    done = Event()

    def fail() -> None:
        raise ValueError("no")

    errands.run("first", fail)
    errands.run("second", done.set)
    errands.close()

    assert done.is_set()
    assert "errand first failed" in log.getvalue()


def test_errands_that_cannot_all_wait_are_dropped_and_said_so(log: io.StringIO) -> None:
    errands, go_on, done = Errands(), Event(), Queue[int]()

    def wait() -> None:
        go_on.wait()
        done.put(1)

    for _ in range(1010):
        errands.run("many", wait)
    go_on.set()
    errands.close()

    assert done.qsize() == 1000
    assert log.getvalue().count('"event": "errand many was dropped') == 10
