"""The composition root: the one place that names the real networks.

For an ASGI server: `uvicorn --factory legible.app.asgi:create`.
"""

import time

from fastapi import FastAPI

from legible.app.deps import ReaderLike
from legible.app.main import create_app
from legible.app.settings import Settings, StartError
from legible.app.system.memory import share_one_heap


def create() -> FastAPI:
    """Build the service as its environment says."""
    settings = Settings()
    return create_app(settings, lambda: open_reader(settings))


def open_reader(settings: Settings) -> ReaderLike:
    """Load the networks that are shipped.

    Raises:
        StartError: one of them must not be served, and which check says so.
    """
    # Here, so that the OpenAPI document can be made without a runtime for networks.
    import cv2  # noqa: PLC0415

    from legible.reader.bundle import BundleError  # noqa: PLC0415
    from legible.reader.reader import Reader  # noqa: PLC0415

    share_one_heap()
    # Several pictures are read at the same time already; more threads for each only get in the way.
    cv2.setNumThreads(1)
    try:
        return Reader.open(settings.models_dir, time.perf_counter)
    except BundleError as error:
        raise StartError(str(error)) from error
