"""The composition root: the one place that names the real networks.

For an ASGI server: `uvicorn --factory legible.app.asgi:create`.
"""

import time
from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import FastAPI

from legible.app.main import create_app
from legible.app.networks.serving import CannotServe, Loader, ReaderLike
from legible.app.settings import Settings
from legible.app.system.memory import share_one_heap


def create() -> FastAPI:
    """Build the service as its environment says."""
    settings = Settings()
    return create_app(settings, lambda: open_reader(settings), make_loader(settings))


def open_reader(
    settings: Settings,
    versions: Mapping[str, str] | None = None,
    like: Sequence[ReaderLike] = (),
) -> ReaderLike:
    """Load the networks that `CURRENT.json` names, or other versions.

    What readers in `like` have open already is shared with them.

    Raises:
        CannotServe: one of them must not be served, and which check says so.
    """
    # Here, so that the OpenAPI document can be made without a runtime for networks.
    import cv2  # noqa: PLC0415

    from legible.reader.bundle import BundleError  # noqa: PLC0415
    from legible.reader.reader import Reader  # noqa: PLC0415

    share_one_heap()
    # Several pictures are read at the same time already; more threads for each only get in the way.
    cv2.setNumThreads(1)
    readers = [one for one in like if isinstance(one, Reader)]
    try:
        return Reader.open(settings.models_dir, time.perf_counter, versions=versions, like=readers)
    except BundleError as error:
        raise CannotServe(str(error)) from error


def make_loader(settings: Settings) -> Loader:
    """Say how other versions are loaded while the service runs."""
    return Loader(open=partial(open_reader, settings), check=partial(check_version, settings))


def check_version(settings: Settings, name: str, version: str) -> None:
    """Open one version with all its checks, and forget it.

    Raises:
        CannotServe: it must not be served, and which check says so.
    """
    from legible.reader import networks  # noqa: PLC0415  as above
    from legible.reader.bundle import BundleError  # noqa: PLC0415

    try:
        networks.check_version(settings.models_dir, name, version)
    except BundleError as error:
        raise CannotServe(str(error)) from error


def current_versions(settings: Settings) -> Mapping[str, str]:
    """Answer the version of each network that `CURRENT.json` names.

    Raises:
        CannotServe: the file is missing or damaged.
    """
    from legible.reader import bundle  # noqa: PLC0415  as above

    try:
        return bundle.current_versions(settings.models_dir)
    except bundle.BundleError as error:
        raise CannotServe(str(error)) from error
