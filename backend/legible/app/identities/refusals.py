"""Why a sign-in did not work, as codes that the log-in page has words for."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable: they are part of `/login?problem=CODE`."""

    # The person said no at the provider.
    DENIED = "denied"
    # No sign-in that was begun in this browser, or one that has been finished already.
    STATE_MISMATCH = "state_mismatch"
    EXPIRED = "expired"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    # The provider refused the code, or what it answered does not hold.
    SIGN_IN_FAILED = "sign_in_failed"
    EMAIL_UNVERIFIED = "email_unverified"
    ACCOUNT_FROZEN = "account_frozen"
    # Linking: it lets in to another account already.
    IDENTITY_TAKEN = "identity_taken"


class SignInRefused(Exception):
    """A sign-in that ends here."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
