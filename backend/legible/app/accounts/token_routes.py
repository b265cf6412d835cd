"""`/auth`: asking for mails, and what the links in them do."""

from functools import partial

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response

from legible.app.accounts import credentials
from legible.app.accounts.schemas import (
    ForgotPasswordIn,
    ResetPasswordIn,
    TokenIn,
    normalise_email,
)
from legible.app.deps import API_PREFIX, CallerDep, ServicesDep, SessionDep, limit_address, needs
from legible.app.errors import CALLER_PROBLEMS, problems
from legible.app.limiting.address import client_address

router = APIRouter(prefix=f"{API_PREFIX}/auth", tags=["accounts"])

_BODY_PROBLEMS = ("too_large", "invalid_request")


@router.post(
    "/verify-email/request",
    status_code=202,
    response_class=Response,
    dependencies=[needs("account")],
    responses=problems(*CALLER_PROBLEMS, "mail_not_configured"),
)
def request_verification(
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    after_response: BackgroundTasks,
) -> None:
    """Get another mail to confirm your address with; none if it is confirmed."""
    services.mailer.require()
    address = client_address(request)
    services.attempts.begin("mail", account=str(caller.user.id), address=address)
    letter = credentials.ask_again_to_verify(session, services.mailer, caller)
    if letter is not None:
        after_response.add_task(services.mailer.send, letter)


@router.post(
    "/verify-email",
    status_code=204,
    dependencies=[Depends(limit_address)],
    responses=problems(*_BODY_PROBLEMS, "bad_token"),
)
def verify_email(known: TokenIn, session: SessionDep) -> None:
    """Confirm an address with the token that was mailed to it."""
    credentials.verify_email(session, known.token.get_secret_value())


@router.post(
    "/change-email",
    status_code=204,
    dependencies=[Depends(limit_address)],
    responses=problems(*_BODY_PROBLEMS, "bad_token", "account_frozen", "email_taken"),
)
def confirm_email_change(known: TokenIn, session: SessionDep) -> None:
    """Change to a new address with the token that was mailed to it."""
    credentials.change_email(session, known.token.get_secret_value())


@router.post(
    "/forgot-password",
    status_code=202,
    response_class=Response,
    dependencies=[Depends(limit_address)],
    responses=problems(*_BODY_PROBLEMS, "mail_not_configured"),
)
def forgot_password(known: ForgotPasswordIn, request: Request, services: ServicesDep) -> None:
    """Get a mail to set a new password with, if there is such an account.

    The answer is the same if there is none. An account without a password gets one so.
    """
    services.mailer.require()
    services.attempts.begin(
        "forgot", account=normalise_email(known.email), address=client_address(request)
    )
    # Even looking for the account comes later, so that the answer takes as long for nobody.
    services.mailer.send_what(partial(credentials.write_reset, services, known.email))


@router.post(
    "/reset-password",
    status_code=204,
    dependencies=[Depends(limit_address)],
    responses=problems(*_BODY_PROBLEMS, "bad_token", "weak_password", "account_frozen"),
)
def reset_password(
    known: ResetPasswordIn,
    services: ServicesDep,
    session: SessionDep,
    after_response: BackgroundTasks,
) -> None:
    """Set a new password with the token of the mail. All your sessions end; API keys stay.

    If the address was never confirmed before, API keys and accounts elsewhere do not stay either:
    somebody else may have made them.
    """
    letter = credentials.reset_password(
        session,
        services,
        token=known.token.get_secret_value(),
        password=known.new_password.get_secret_value(),
    )
    after_response.add_task(services.mailer.send, letter)
