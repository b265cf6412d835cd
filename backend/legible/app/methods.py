"""Which methods an address has."""

from fastapi import Request
from starlette.routing import Match
from starlette.staticfiles import StaticFiles

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def allowed_methods(request: Request) -> list[str]:
    """All methods that an address has (RFC 9110, 10.2.1).

    Each call is a route of its own here, and the framework only tells the method of the first.
    """
    if isinstance(request.scope.get("endpoint"), StaticFiles):
        return ["GET", "HEAD"]
    # What was found on the way is left out: it would be asked again instead of all routes.
    asked = {name: request.scope[name] for name in ("type", "path", "root_path", "headers")}
    routes = request.app.router.routes
    return [
        method
        for method in METHODS
        if any(route.matches({**asked, "method": method})[0] is Match.FULL for route in routes)
    ]
