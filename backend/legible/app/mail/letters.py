"""What is written to people.

No letter says anything that somebody has typed, not even a name: so nobody can have a text of
their own sent to strangers from our address.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """A text to one address; `kind` names it in the log, where nothing else of it may be."""

    kind: str
    to: str
    subject: str
    text: str


_NOT_YOU = """\
If this was not you, somebody else knows your password or uses a device of yours. Set a new
password now, which logs out all devices, and look through your API keys:

{page}
"""


def verify_email(to: str, link: str) -> Letter:
    """To whoever has just registered, or asks for it again."""
    return Letter(
        "verify_email",
        to,
        "Confirm your e-mail address",
        f"Somebody, probably you, made an account at Legible with this address. Confirm it\n"
        f"here:\n\n"
        f"{link}\n\n"
        "The link works once, for three days. If it was not you, do nothing.\n",
    )


def reset_password(to: str, link: str) -> Letter:
    """To whoever has forgotten the password."""
    return Letter(
        "reset_password",
        to,
        "Set a new password",
        f"Somebody, probably you, asked for a new password for Legible. Set it here:\n\n"
        f"{link}\n\n"
        "The link works once, for one hour. If it was not you, do nothing: your password stays as\n"
        "it is.\n",
    )


def password_changed(to: str, page: str) -> Letter:
    """After it was changed or set anew."""
    text = "Your password for Legible was changed.\n\n" + _NOT_YOU.format(page=page)
    return Letter("password_changed", to, "Your password was changed", text)


def change_email(to: str, link: str) -> Letter:
    """To the new address of an account."""
    return Letter(
        "change_email",
        to,
        "Confirm your new e-mail address",
        f"Somebody, probably you, wants to use this address for an account at Legible. Confirm it\n"
        f"here:\n\n"
        f"{link}\n\n"
        "The link works once, for three days. If it was not you, do nothing.\n",
    )


def email_changes(to: str, page: str) -> Letter:
    """To the address that an account has, when another is asked for."""
    text = (
        "Somebody asked to use another e-mail address for your account at Legible. It changes\n"
        "when that address is confirmed.\n\n" + _NOT_YOU.format(page=page)
    )
    return Letter("email_changes", to, "Your e-mail address is about to change", text)


def account_deleted(to: str) -> Letter:
    """The last one."""
    text = (
        "Your account at Legible was deleted, with all readings and pictures, as was asked for\n"
        "with its password or right after logging in. It cannot be brought back.\n"
    )
    return Letter("account_deleted", to, "Your account was deleted", text)
