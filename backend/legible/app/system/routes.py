"""`/healthz`, `/readyz`, `/metrics`: for whoever runs the service."""

from typing import Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel, Field

from legible.app.deps import ServicesDep
from legible.app.errors import PROBLEMS, AppError, problems

router = APIRouter(tags=["system"])


class HealthOut(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"


class ReadinessOut(HealthOut):
    """The service can read: database and store answer, and these networks are loaded."""

    models: dict[str, str] = Field(examples=[{"digit": "1.0.0"}])
    refused: dict[str, str] = Field(
        description="Why a network is not served in the version that it should have: the one "
        "before reads on. `challenger` tells of the version on trial.",
        examples=[{"digit": "Model bundle, check 'sha256': digit 1.2.0: ..."}],
    )


@router.get("/healthz")
async def get_health() -> HealthOut:
    """Say that the process lives.

    Asynchronous unlike all other routes: it must answer while every thread reads a picture.
    """
    return HealthOut()


@router.get("/readyz", responses=problems("not_ready"))
def get_readiness(services: ServicesDep) -> ReadinessOut:
    """Say whether the service can read pictures right now."""
    if not services.db.answers():
        raise AppError(503, "not_ready", PROBLEMS["not_ready"][1])
    if not services.storage.answers():
        detail = "The store of the pictures does not answer. Try again in a moment."
        raise AppError(503, "not_ready", detail)
    return ReadinessOut(models=dict(services.reader.models), refused=dict(services.watcher.refused))


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}
    },
)
def get_metrics(services: ServicesDep) -> Response:
    """Show the counters in Prometheus' text format."""
    if not services.settings.metrics:  # as if it were not there
        raise AppError(404, "not_found", "There is nothing at this address.")
    return Response(services.metrics.render(), media_type=CONTENT_TYPE_LATEST)
