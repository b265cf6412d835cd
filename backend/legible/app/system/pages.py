"""What a browser opens: the built page, and Swagger with its assets from this machine."""

from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

# Mantine sets styles on elements; pictures come as blobs fetched with the token.
_PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' blob: data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# Swagger starts from an inline script; nothing on that page comes from a user.
_DOCS_POLICY = _PAGE_POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")

_DOCS_ASSETS = "/docs/assets"

_WORTH_BYTES = 1024
_COMPRESSED = ("image/png", "font/woff2")  # by their own format


class _DocsAssets(StaticFiles):
    """Files that are one route in log lines and counters."""

    path = _DOCS_ASSETS + "/{file}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one file."""
        scope["route"] = self
        await super().__call__(scope, receive, send)


class BuiltPage:
    """Answers what no route matched: a file of the build, or its index for the page's own paths."""

    path = "/{page}"  # the route that log lines and counters name, for all of them

    def __init__(self, directory: Path, *, otherwise: ASGIApp) -> None:
        self._directory = directory.resolve()
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that no route wanted."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._otherwise(scope, receive, send)
            return
        # Where the service sends whoever wants a stored file, if it does.
        origin = scope["state"]["services"].storage.origin()
        response = self._find(Request(scope).url.path, _page_policy(origin))
        if response is None:
            await self._otherwise(scope, receive, send)
        else:
            scope["route"] = self
            # The build has no secrets that its compressed size could tell (BREACH); the API's
            # answers are left as they are.
            await GZipMiddleware(
                response, minimum_size=_WORTH_BYTES, exclude_content_types=_COMPRESSED
            )(scope, receive, send)

    def _find(self, path: str, policy: str) -> Response | None:
        if path == "/api" or path.startswith("/api/"):
            return None
        try:
            wanted = (self._directory / path.lstrip("/")).resolve()
            is_file = wanted.is_relative_to(self._directory) and wanted.is_file()
        except (OSError, ValueError):  # no name that a file can have: too long, a null byte
            return None
        if is_file:
            return _page_file(wanted, policy, immutable=path.startswith("/assets/"))
        if path.startswith("/assets/"):
            return None
        return _page_file(self._directory / "index.html", policy, immutable=False)


def _page_policy(origin: str | None) -> str:
    if origin is None:
        return _PAGE_POLICY
    return _PAGE_POLICY.replace("connect-src 'self'", f"connect-src 'self' {origin}")


def _page_file(path: Path, policy: str, *, immutable: bool) -> Response:
    # Vite puts a hash of the content into the names of its assets.
    cache = "public, max-age=31536000, immutable" if immutable else "no-cache"
    return FileResponse(path, headers={"Cache-Control": cache, "Content-Security-Policy": policy})


def add_built_page(app: FastAPI, directory: Path | None) -> None:
    """Serve the page built in `directory`, if there is one, behind all routes."""
    if directory is not None and (directory / "index.html").is_file():
        app.router.default = BuiltPage(directory, otherwise=app.router.default)


def add_docs(app: FastAPI) -> None:
    """Serve Swagger at `/docs` without loading anything from elsewhere."""
    spec = find_spec("fastapi_offline")  # found, not imported: only its assets are wanted
    if spec is None or spec.origin is None:
        return
    assets = _DocsAssets(directory=Path(spec.origin).parent / "static")
    app.mount(_DOCS_ASSETS, assets, name="docs_assets")

    @app.get("/docs", include_in_schema=False)
    def show_docs() -> HTMLResponse:
        """Show Swagger."""
        page = get_swagger_ui_html(
            openapi_url=str(app.openapi_url),
            title=app.title,
            swagger_js_url=f"{_DOCS_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{_DOCS_ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{_DOCS_ASSETS}/favicon.png",
            swagger_ui_parameters={"persistAuthorization": False},
        )
        page.headers["Content-Security-Policy"] = _DOCS_POLICY
        return page
