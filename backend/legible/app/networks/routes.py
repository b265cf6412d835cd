"""`/models`: which networks read here, and what was measured of them. Open to everybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from legible.app.deps import API_PREFIX, ServicesDep, limit_address
from legible.app.errors import problems
from legible.app.networks import service
from legible.app.networks.schemas import NetworkListOut, NetworkVersionOut

router = APIRouter(
    prefix=f"{API_PREFIX}/models", tags=["models"], dependencies=[Depends(limit_address)]
)

Name = Annotated[str, Path(max_length=50)]

# A version never changes, but what this service tells of it may with the service's own next one.
_CACHE = "public, max-age=86400, immutable"


@router.get("")
def list_models(services: ServicesDep, response: Response) -> NetworkListOut:
    """List the networks that read here, and their versions."""
    response.headers["Cache-Control"] = "no-cache"
    served = services.reader.models
    return NetworkListOut(items=service.list_networks(services.settings.models_dir, served))


@router.get("/{name}/{version}", responses=problems("not_found", "invalid_request"))
def get_model(
    name: Name, version: Name, services: ServicesDep, response: Response
) -> NetworkVersionOut:
    """Show what was measured of one version, and its model card."""
    found = service.get_version(
        services.settings.models_dir, services.reader.models, name=name, version=version
    )
    response.headers["Cache-Control"] = _CACHE
    return found
