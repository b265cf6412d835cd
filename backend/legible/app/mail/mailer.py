"""Sends letters without anybody waiting, from the settings that say how."""

import ipaddress
import logging
import smtplib
from collections.abc import Callable
from email.headerregistry import Address
from email.utils import parseaddr
from functools import partial
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from legible.app.errands import Errands
from legible.app.errors import PROBLEMS, AppError
from legible.app.mail.letters import Letter
from legible.app.mail.transport import (
    FolderTransport,
    SmtpTransport,
    Transport,
    parse_smtp_url,
    write_message,
)
from legible.app.settings import Settings, StartError

_log = logging.getLogger(__name__)


class Mailer:
    """Sends letters after the answer has left; without a mail server, none."""

    def __init__(self, settings: Settings, errands: Errands) -> None:
        """Read the settings. Nothing is connected to yet.

        Raises:
            StartError: they do not fit together.
        """
        self._transport = _transport(settings)
        self._sender = _sender(settings)
        self._pages = _public_url(settings)
        self._errands = errands
        if settings.require_verified_email and self._transport is None:
            raise StartError(
                "LEGIBLE_REQUIRE_VERIFIED_EMAIL lets nobody read before a mail came, and there is "
                "no mail server. Set LEGIBLE_SMTP_URL, or leave it unset."
            )

    def require(self) -> None:
        """Refuse what is of no use without a mail.

        Raises:
            AppError: 503 `mail_not_configured`.
        """
        if self._transport is None:
            raise AppError(503, "mail_not_configured", PROBLEMS["mail_not_configured"][1])

    def link(self, page: str, token: str = "") -> str:
        """Write the address of a page, with a token where no server, log or referrer sees it."""
        return f"{self._pages}/{page}#token={token}" if token else f"{self._pages}/{page}"

    def send(self, letter: Letter) -> None:
        """Send a letter soon. Call it after the commit, as a task after the response."""
        if self._transport is not None:
            self._errands.run("mail", partial(self._deliver, self._transport, letter))

    def send_what(self, write: Callable[[], Letter | None]) -> None:
        """Write a letter, or none, and send it, all of it later: the answer tells nothing of it."""

        def write_and_send() -> None:
            letter = write()
            if letter is not None and self._transport is not None:
                self._deliver(self._transport, letter)

        self._errands.run("mail", write_and_send)

    def _deliver(self, transport: Transport, letter: Letter) -> None:
        try:
            message = write_message(
                sender=self._sender,
                to=_reachable(letter.to),
                subject=letter.subject,
                text=letter.text,
            )
            transport.deliver(message)
        # ValueError: no address to send to.
        except (OSError, ValueError) as error:
            # Not the error's own words: mail servers repeat addresses in theirs.
            fields: dict[str, object] = {"mail": letter.kind, "error": type(error).__name__}
            if isinstance(error, smtplib.SMTPResponseException):
                fields["smtp_code"] = error.smtp_code
            _log.error("a mail could not be sent", extra=fields)


def _transport(settings: Settings) -> Transport | None:
    if settings.smtp_url:
        return SmtpTransport(parse_smtp_url(settings.smtp_url))
    if settings.env == "production":
        return None
    return FolderTransport(settings.var_dir / "mail")


def _sender(settings: Settings) -> str:
    if not settings.mail_from:
        if settings.smtp_url:
            raise StartError(
                "LEGIBLE_MAIL_FROM is not set, and LEGIBLE_SMTP_URL is. Write the address that "
                "mails come from, such as Legible <no-reply@your.domain>."
            )
        return "Legible <no-reply@localhost>"
    name, address = parseaddr(settings.mail_from)
    try:
        validate_email(address, check_deliverability=False, globally_deliverable=False)
        return str(Address(name, addr_spec=address))
    except (EmailNotValidError, ValueError) as error:
        raise StartError(
            "LEGIBLE_MAIL_FROM is no e-mail address. Write one such as "
            "Legible <no-reply@your.domain>."
        ) from error


def _public_url(settings: Settings) -> str:
    """Where the pages are, for links; never what a request calls us, which anybody can make up."""
    url = settings.public_url.rstrip("/")
    if not url:
        if settings.smtp_url:
            raise StartError(
                "LEGIBLE_PUBLIC_URL is not set, and LEGIBLE_SMTP_URL is. Write the address that "
                "people see the page at, such as https://your.domain, for the links in mails."
            )
        return f"http://{settings.host}:{settings.port}"
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))
    if not safe or not parts.hostname or parts.query or parts.fragment or not url.isascii():
        raise StartError(
            f"LEGIBLE_PUBLIC_URL must be an address such as https://your.domain (http only on this "
            f"machine), since links in mails open accounts; it is {url!r}."
        )
    return url


def _is_loopback(host: str | None) -> bool:
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def _reachable(email: str) -> str:
    """An address as mail servers know it: all domains have a spelling in ASCII."""
    known = validate_email(email, check_deliverability=False, globally_deliverable=False)
    return f"{known.local_part}@{known.ascii_domain}"


def check_mail(settings: Settings) -> None:
    """Refuse to start with settings that do not fit together; nothing is sent.

    Raises:
        StartError: and which setting.
    """
    Mailer(settings, Errands())
