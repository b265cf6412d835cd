"""`/users/me`: what somebody does with the account they are logged in to."""

from datetime import UTC, datetime
from functools import partial
from itertools import chain

from fastapi import APIRouter, BackgroundTasks, Request, Response
from fastapi.responses import StreamingResponse

from legible.app.accounts import credentials, service
from legible.app.accounts.data import data_chunks
from legible.app.accounts.deletion import delete_account, remove_pictures
from legible.app.accounts.identity import confirm_identity
from legible.app.accounts.schemas import (
    ChangeEmailIn,
    ChangePasswordIn,
    ConfirmIn,
    MeIn,
    UserOut,
)
from legible.app.deps import API_PREFIX, CallerDep, CurrentUser, ServicesDep, SessionDep, needs
from legible.app.errors import CALLER_PROBLEMS, problems
from legible.app.limiting.address import client_address
from legible.app.sessions.cookies import forget_cookie

router = APIRouter(
    prefix=f"{API_PREFIX}/users/me", tags=["accounts"], dependencies=[needs("account")]
)

_BODY_PROBLEMS = (*CALLER_PROBLEMS, "too_large", "invalid_request")


@router.patch("", responses=problems(*_BODY_PROBLEMS))
def update_me(new: MeIn, session: SessionDep, user: CurrentUser) -> UserOut:
    """Change your name, or whether the networks may learn from what you correct."""
    changed = service.change(
        session, user_id=user.id, name=new.name, shares_corrections=new.shares_corrections
    )
    return UserOut.model_validate(changed)


@router.post(
    "/password",
    status_code=204,
    responses=problems(*_BODY_PROBLEMS, "wrong_password", "no_password", "weak_password"),
)
def change_password(
    *,
    known: ChangePasswordIn,
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    after_response: BackgroundTasks,
) -> None:
    """Change your password. All your other sessions end; API keys stay. You are told by mail."""
    letter = credentials.change_password(
        session,
        services,
        caller,
        current=known.current_password.get_secret_value(),
        new=known.new_password.get_secret_value(),
        address=client_address(request),
    )
    after_response.add_task(services.mailer.send, letter)


@router.post(
    "/email",
    status_code=202,
    response_class=Response,
    responses=problems(
        *_BODY_PROBLEMS, "wrong_password", "login_too_old", "email_taken", "mail_not_configured"
    ),
)
def request_email_change(
    *,
    new: ChangeEmailIn,
    request: Request,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    after_response: BackgroundTasks,
) -> None:
    """Ask for another e-mail address: it is yours once the link in the mail to it is followed."""
    services.mailer.require()
    address = client_address(request)
    confirm_identity(services, caller, password=_text(new), address=address)
    # Each counts: it is a mail to whomever, and tells who has an account.
    services.attempts.begin("mail", account=str(caller.user.id), address=address)
    for letter in credentials.ask_for_email(session, services, caller, new_email=new.email):
        after_response.add_task(services.mailer.send, letter)


@router.get(
    "/data",
    response_class=StreamingResponse,
    responses={
        **problems(*CALLER_PROBLEMS, "storage_unavailable"),
        200: {
            "description": "The file.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
    },
)
def download_my_data(services: ServicesDep, user: CurrentUser) -> StreamingResponse:
    """Take away all that is kept of you, as a zip: account, readings, pictures, feedback, usage.

    Keys and sessions are in it without their secrets.
    """
    body = data_chunks(services.db, services.storage, user)
    first = next(body, b"")  # what fails before the first piece is still an error of its own
    name = f"legible-data-{datetime.now(UTC):%Y-%m-%d}.zip"
    return StreamingResponse(
        chain([first], body),
        media_type="application/zip",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


@router.delete(
    "",
    status_code=204,
    responses=problems(*_BODY_PROBLEMS, "wrong_password", "login_too_old", "last_admin"),
)
def delete_me(
    *,
    request: Request,
    response: Response,
    services: ServicesDep,
    session: SessionDep,
    caller: CallerDep,
    after_response: BackgroundTasks,
    known: ConfirmIn | None = None,
) -> None:
    """Delete your account and all it has: readings, pictures, feedback, keys, sessions, usage.

    It cannot be taken back. Take your data and statements away first.
    """
    password = _text(known) if known else None
    confirm_identity(services, caller, password=password, address=client_address(request))
    letter = delete_account(session, caller)
    forget_cookie(response, services.settings)
    removal = partial(remove_pictures, services.db, services.storage)
    after_response.add_task(services.errands.run, "remove pictures", removal)
    after_response.add_task(services.mailer.send, letter)


def _text(known: ConfirmIn) -> str | None:
    return known.password.get_secret_value() if known.password else None
