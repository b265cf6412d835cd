"""`/usage` and `/statements`."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from legible.app.dates import Day
from legible.app.deps import API_PREFIX, CurrentUser, ServicesDep, SessionDep, needs
from legible.app.errors import CALLER_PROBLEMS, AppError, FieldProblem, problems
from legible.app.models.base import now
from legible.app.usage import service, statements
from legible.app.usage.schemas import StatementListOut, StatementOut, UsageOut

router = APIRouter(prefix=API_PREFIX, tags=["usage"])

_MOST_DAYS = 366


@router.get(
    "/usage",
    dependencies=[needs("read")],
    responses=problems(*CALLER_PROBLEMS, "invalid_request"),
)
def get_usage(
    *,
    services: ServicesDep,
    session: SessionDep,
    user: CurrentUser,
    first: Annotated[
        Day | None,
        Query(alias="from", description="The first day (UTC); unset: the first of the month."),
    ] = None,
    last: Annotated[
        Day | None, Query(alias="to", description="The last day (UTC), included; unset: today.")
    ] = None,
) -> UsageOut:
    """Count the pages you had read, by day, API key and networks."""
    last = last or now().date()
    first = first or service.month_of(last)
    if not 0 <= (last - first).days < _MOST_DAYS:
        detail = (
            f"`from` must not be after `to`, and at most {_MOST_DAYS} days are told at once; these "
            f"are {first} to {last}. Ask for a shorter range."
        )
        raise AppError(422, "invalid_request", detail, [FieldProblem(field="from", message=detail)])
    lines = service.tally(session, user_id=user.id, first=first, last=last, by_day=True)
    plan = services.plans.of(user.plan)
    return UsageOut.of(first, last, lines, service.standing(session, user_id=user.id, plan=plan))


@router.get("/statements", dependencies=[needs("read")], responses=problems(*CALLER_PROBLEMS))
def list_statements(session: SessionDep, user: CurrentUser) -> StatementListOut:
    """List the months that have a statement: the current one, and all in which you read."""
    months = statements.list_months(session, user_id=user.id)
    return StatementListOut(months=[f"{month:%Y-%m}" for month in months])


@router.get(
    "/statements/{month}",
    response_model=StatementOut,
    dependencies=[needs("read")],
    responses={
        **problems(*CALLER_PROBLEMS, "not_found", "invalid_request"),
        200: {
            "description": "The statement.",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            },
        },
    },
)
def get_statement(
    *,
    month: Annotated[
        str,
        Path(
            pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$", description="In UTC.", examples=["2026-01"]
        ),
    ],
    services: ServicesDep,
    session: SessionDep,
    user: CurrentUser,
    file_format: Annotated[Literal["json", "csv", "pdf"], Query(alias="format")] = "json",
) -> StatementOut | Response:
    """Fetch the statement of a month: what was read, and what the pages beyond the plan cost."""
    statement = statements.make_statement(
        session,
        user_id=user.id,
        month=date.fromisoformat(f"{month}-01"),
        plan=services.plans.of(user.plan),
    )
    if file_format == "json":
        return StatementOut.of(statement)
    # Here, since its PDF library would make every start slower.
    from legible.app.usage import documents  # noqa: PLC0415

    if file_format == "csv":
        body, media_type = documents.statement_csv(statement), "text/csv"
    else:
        body, media_type = documents.statement_pdf(statement, user), "application/pdf"
    name = f"legible-{month}.{file_format}"
    return Response(
        body,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
