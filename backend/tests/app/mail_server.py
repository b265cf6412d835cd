"""A real mail server on loopback, and what came to it."""

import datetime
import ipaddress
import logging
import ssl
import warnings
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from queue import Empty, Queue
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# The server's own log, which is not what is tested.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)

USER, PASSWORD = "legible", "p@ss/word"


@dataclass
class Mail:
    """One mail as it arrived: the envelope, and the message in it."""

    sender: str
    recipients: list[str]
    message: EmailMessage

    @property
    def text(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def token(self) -> str:
        """What stands behind `#token=` in its link."""
        return self.text.partition("#token=")[2].split()[0]


@dataclass
class MailServer:
    """Where it listens, and its inbox."""

    port: int = 0
    refusal: str = ""  # what it answers to each recipient instead, e.g. "550 no such mailbox"
    inbox: Queue[Mail] = field(default_factory=Queue)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def next(self) -> Mail:
        """Wait for the next mail."""
        try:
            return self.inbox.get(timeout=10)
        except Empty:
            raise AssertionError("expected a mail, got none within 10 s") from None

    def next_to(self, *recipients: str) -> list[Mail]:
        """Wait for a mail to each of these, in whatever order they come; answer in theirs."""
        found = {mail.recipients[0]: mail for mail in (self.next() for _ in recipients)}
        assert set(found) == set(recipients)
        return [found[one] for one in recipients]

    async def handle_RCPT(  # noqa: N802  as aiosmtpd calls it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.inbox.put(Mail(envelope.mail_from, envelope.rcpt_tos, message))
        return "250 OK"


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = cast("Server", self.server).sockets[0].getsockname()[1]  # the one free
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _let_in(
    _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword
) -> AuthResult:
    right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def run_mail_server(**options: Any) -> Iterator[MailServer]:
    """Run a mail server; `options` are those of aiosmtpd."""
    server = MailServer()
    if options.get("auth_required"):
        options["authenticator"] = _let_in
    controller = _Controller(
        server, hostname="127.0.0.1", port=0, decode_data=False, enable_SMTPUTF8=True, **options
    )
    with warnings.catch_warnings():
        # Its own, at each connection: a password without STARTTLS.
        warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
        controller.start()
        server.port = controller.port
        try:
            yield server
        finally:
            controller.stop()


def make_certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself; answer it with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_tls(certificate: Path) -> ssl.SSLContext:
    """What the server shows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
