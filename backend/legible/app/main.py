"""The application, from settings and a way to open a reader."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache, partial
from importlib.metadata import version
from typing import Any, TypedDict

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from legible.app import idempotency
from legible.app.accounts import me_routes, token_routes
from legible.app.accounts import routes as accounts
from legible.app.accounts.deletion import remove_pictures
from legible.app.admin import correction_routes as corrections
from legible.app.admin import routes as admin
from legible.app.batches import routes as batches
from legible.app.db import Database
from legible.app.deps import API_PREFIX, Services
from legible.app.errands import Errands
from legible.app.errors import Problem, add_handlers, problems
from legible.app.exports import routes as exports
from legible.app.feedback import routes as feedback
from legible.app.identities import account_routes as linked
from legible.app.identities import routes as identities
from legible.app.identities.provider import open_provider
from legible.app.keys import routes as keys
from legible.app.limiting.attempts import Attempts
from legible.app.limiting.counters import Counters
from legible.app.limiting.requests import RequestLimits
from legible.app.mail.mailer import Mailer
from legible.app.networks import admin_routes as switching
from legible.app.networks import routes as networks
from legible.app.networks.serving import Loader, ReaderLike, ServedReader
from legible.app.networks.shadow import Shadow
from legible.app.networks.shelf import Shelf
from legible.app.networks.watcher import Watcher
from legible.app.readings import routes as readings
from legible.app.readings.forgetting import forget_noted
from legible.app.security import Passwords, Tokens
from legible.app.sessions import routes as sessions
from legible.app.settings import Settings, signing_secrets
from legible.app.stopping import Stopping
from legible.app.storage import open_storage, refusal
from legible.app.system import pages
from legible.app.system import routes as system
from legible.app.system.body_limit import BodyLimit
from legible.app.system.metrics import Metrics
from legible.app.system.observe import Observe
from legible.app.system.tracing import open_tracing
from legible.app.system.upload_gate import UploadGate
from legible.app.trials import routes as trials
from legible.app.trials.service import decode_limits
from legible.app.turns import Turns
from legible.app.usage import routes as usage
from legible.app.usage.plans import load_plans

FILE_PATH = f"{API_PREFIX}/readings"
BATCH_PATH = f"{FILE_PATH}/batch"
TRY_PATH = f"{API_PREFIX}/try"
# Each visitor who waits holds one of the threads that `Turns` leaves for others.
_VISITORS_WAITING = 3

_DESCRIPTION = """Reads handwritten numbers from any picture, with a confidence you can trust.

Register or log in, then send the token as `Authorization: Bearer <token>`; programs send an API
key (`lgb_...`) the same way. Errors are `application/problem+json` (RFC 9457) with a stable `code`.
"""


class State(TypedDict):
    """What the lifespan hands to every request."""

    services: Services


class LegibleApi(FastAPI):
    """FastAPI whose document knows our error body, which no route names as its model."""

    def openapi(self) -> dict[str, Any]:
        """Make the OpenAPI document once."""
        if self.openapi_schema is None:
            document = super().openapi()
            template = "#/components/schemas/{model}"
            schema = Problem.model_json_schema(ref_template=template)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(schema.pop("$defs", {}))
            schemas["Problem"] = schema
            # The whole answer is text; its lines are values (OpenAPI 3.2 calls this `itemSchema`).
            answer = document["paths"][BATCH_PATH]["post"]["responses"]["200"]["content"]
            lines = answer[batches.NdjsonResponse.media_type]
            lines["x-item-schema"] = {"$ref": lines["schema"].pop("$ref")}
        return dict(self.openapi_schema or {})


def create_app(
    settings: Settings, open_reader: Callable[[], ReaderLike], loader: Loader | None = None
) -> FastAPI:
    """Build the application. Database, networks and secret are only touched when it starts.

    Without a loader the networks that `open_reader` gives are never exchanged.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
        services = _start(settings, open_reader, loader, metrics)
        # Of accounts and readings that were deleted before a process died.
        for name, remove in (("remove", remove_pictures), ("forget", forget_noted)):
            removal = partial(remove, services.db, services.storage)
            services.errands.run(f"{name} pictures", removal)
        services.watcher.start()
        try:
            with services.stopping.watch():
                yield {"services": services}
        finally:
            services.watcher.close()
            services.errands.close()
            services.counters.close()
            services.storage.close()
            services.db.close()
            services.tracing.close()

    app = LegibleApi(
        title="Legible",
        version=version("legible"),
        description=_DESCRIPTION,
        openapi_url=f"{API_PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # FastAPI's own spans and logs tell paths, queries and exceptions' words; see tracing.py.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
        middleware=[
            Middleware(Observe, metrics=metrics),
            Middleware(
                BodyLimit,
                file_path=FILE_PATH,
                max_file_bytes=settings.max_upload_bytes,
                try_path=TRY_PATH,
                max_try_bytes=decode_limits(settings).max_bytes,
                batch_path=BATCH_PATH,
                max_batch_bytes=settings.max_batch_bytes,
                max_batch_files=settings.max_batch_files,
            ),
            Middleware(UploadGate, upload_paths={FILE_PATH, BATCH_PATH}, try_path=TRY_PATH),
        ],
    )
    app.router.routes.extend(_routes())
    add_handlers(app)
    idempotency.add_handler(app)
    refusal.add_handler(app)
    if settings.docs:
        pages.add_docs(app)
    pages.add_built_page(app, settings.spa_dir)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """The routes of every feature, for all applications of a process.

    FastAPI takes a third of a second to work out their signatures, and keeps that with them.
    """
    router = APIRouter(
        responses=problems("internal_error"), generate_unique_id_function=_operation_id
    )
    # Exports before readings, where `export` would be taken for an id.
    for feature in (
        accounts,
        me_routes,
        token_routes,
        sessions,
        identities,
        linked,
        keys,
        exports,
        batches,
        readings,
        trials,
        feedback,
        usage,
        networks,
        admin,
        switching,
        corrections,
    ):
        router.include_router(feature.router, responses=problems("too_many_requests"))
    router.include_router(system.router)
    return router.routes


def _start(
    settings: Settings,
    open_reader: Callable[[], ReaderLike],
    loader: Loader | None,
    metrics: Metrics,
) -> Services:
    secrets = signing_secrets(settings)
    counters = Counters(settings.redis_url)
    errands = Errands()
    db = Database(settings.sqlalchemy_url())
    turns = Turns(settings.reader_threads)
    reader = ServedReader(open_reader())
    shadow = Shadow(db=db, errands=errands, turns=turns, metrics=metrics)
    mailer = Mailer(settings, errands)
    return Services(
        settings=settings,
        db=db,
        storage=open_storage(settings),
        reader=reader,
        watcher=Watcher(
            db=db,
            shelf=Shelf(settings.models_dir, dict(reader.models), loader),
            reader=reader,
            shadow=shadow,
            metrics=metrics,
            poll_s=settings.models_poll_s,
        ),
        shadow=shadow,
        passwords=Passwords(settings),
        tokens=Tokens(secrets, timedelta(minutes=settings.access_token_minutes)),
        metrics=metrics,
        turns=turns,
        visitors=Turns(1, _VISITORS_WAITING),
        batches=CapacityLimiter(settings.reader_threads),
        counters=counters,
        limits=RequestLimits(counters, settings),
        attempts=Attempts(counters, settings),
        plans=load_plans(settings),
        tracing=open_tracing(settings.otlp_endpoint),
        errands=errands,
        mailer=mailer,
        provider=open_provider(settings),
        stopping=Stopping(),
    )


def _operation_id(route: Any) -> str:
    """The function's name, which clients call it by."""
    return str(route.name)
