"""How a letter travels: to a mail server, or into a folder for whoever develops."""

import os
import smtplib
import ssl
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import make_msgid
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from legible.app.settings import StartError

# Of each step of a delivery; a good server takes milliseconds.
_TIMEOUT_S = 10
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

_EXPECTED = (
    "Write smtp://USER:PASSWORD@HOST:587?starttls, or smtps://USER:PASSWORD@HOST for a server that "
    "speaks TLS from the start; special characters of user and password as %XX."
)


class Transport(Protocol):
    """What takes a message away."""

    def deliver(self, message: EmailMessage) -> None:
        """Send it, or raise OSError (which those of smtplib and ssl are)."""


@dataclass(frozen=True)
class SmtpServer:
    """Where LEGIBLE_SMTP_URL says that mail goes."""

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    user: str = field(repr=False)
    password: str = field(repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """Read the setting.

    Raises:
        StartError: it is no such address, or would send a password that anybody can read.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    options = set(parse_qs(parts.query, keep_blank_values=True))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or options - {"starttls"}:
        # Not what was written there, which may hold a password.
        raise StartError(f"LEGIBLE_SMTP_URL is no address of a mail server. {_EXPECTED}")
    tls: Literal["none", "starttls", "tls"] = "none"
    if parts.scheme == "smtps":
        tls = "tls"
    elif options:
        tls = "starttls"
    if parts.username and tls == "none" and parts.hostname not in _LOOPBACK:
        raise StartError(
            "LEGIBLE_SMTP_URL would send the mail server's password without encryption. "
            f"Add ?starttls. {_EXPECTED}"
        )
    return SmtpServer(
        parts.hostname,
        port or {"tls": 465, "starttls": 587, "none": 25}[tls],
        tls,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class SmtpTransport:
    """Hands each message to a mail server, over a connection of its own."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def deliver(self, message: EmailMessage) -> None:
        """Send it. With TLS the server must prove its name; without what was asked for, nothing."""
        server = self._server
        # What we call ourselves; smtplib's own guess asks the name service, which may take long.
        own_name = str(message["From"]).rpartition("@")[2].rstrip(">")
        with self._connect(own_name) as smtp:
            if server.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(message)

    def _connect(self, own_name: str) -> smtplib.SMTP:
        server = self._server
        if server.tls == "tls":
            return smtplib.SMTP_SSL(
                server.host,
                server.port,
                own_name,
                timeout=_TIMEOUT_S,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(server.host, server.port, own_name, timeout=_TIMEOUT_S)


class FolderTransport:
    """Writes each message as a file that a mail program opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, message: EmailMessage) -> None:
        """Write it beside and rename, so that nobody sees half of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=self._folder, prefix=".draft-")  # mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(message))
        Path(draft).replace(self._folder / f"{Path(draft).name.removeprefix('.draft-')}.eml")


def write_message(*, sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Write a message (RFC 5322) that is marked as sent by a machine (RFC 3834).

    Raises:
        ValueError: an address or the subject has a line feed, or `to` is not one address.
    """
    message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = to
    if len(message["To"].addresses) != 1:
        raise ValueError("expected one address")
    message["Subject"] = subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">"))
    message["Auto-Submitted"] = "auto-generated"
    # As it is, so that links are not broken: all we write is ASCII, in short lines.
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    return message
