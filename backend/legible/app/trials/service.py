"""Letting visitors in, and reading their pictures without keeping anything.

What keeps them from taking the service away from those with an account, `docs/limits.md` tells.
"""

from fastapi import Request

from legible.app.deps import Services, allow
from legible.app.errors import AppError
from legible.app.limiting.address import client_address
from legible.app.readings.service import read_picture
from legible.app.sessions.cookies import refuse_cross_site
from legible.app.settings import Settings
from legible.app.trials.schemas import TrialOut
from legible.reader.types import DecodeLimits, Reading, ReadOptions


def decode_limits(settings: Settings) -> DecodeLimits:
    """How large a visitor's picture may be: never larger than anybody's, and one page."""
    return DecodeLimits(
        max_bytes=min(settings.max_try_bytes, settings.max_upload_bytes),
        max_pixels=min(settings.max_try_pixels, settings.max_pixels),
        max_pages=1,
    )


def describe(settings: Settings) -> TrialOut:
    """Say whether pictures are read without an account, and which."""
    limits = decode_limits(settings)
    return TrialOut(
        available=settings.try_it, max_bytes=limits.max_bytes, max_pixels=limits.max_pixels
    )


def let_in(request: Request, services: Services) -> None:
    """Count a visitor who sends a picture, before it comes.

    Raises:
        AppError: 404 `not_found` where this is switched off; 403 `cross_site`: a visitor's pictures
            are not for other sites to spend; 429 `too_many_requests`.
    """
    if not services.settings.try_it:
        raise AppError(404, "not_found", "There is nothing at this address.")
    refuse_cross_site(request)
    allow(request, services.limits.count_visitor(client_address(request)))
    everybodys = services.limits.count_visitors()
    if not everybodys.allowed:
        raise AppError(
            429,
            "too_many_requests",
            "Many people are trying this just now. "
            f"Try again in {everybodys.more_in_s} s, or create an account.",
            headers={"Retry-After": str(everybodys.more_in_s)},
        )


def read_for_visitor(services: Services, data: bytes, options: ReadOptions) -> Reading:
    """Read a picture and keep nothing: no row, no file, no page of anybody's.

    Raises:
        ReadError: the file cannot be read.
        AppError: 503 `busy`: others wait already.
    """
    # Of all turns visitors have one at a time, so most of them stay for those with an account.
    with services.visitors.take(), services.turns.take():
        reading = read_picture(services, data, options)
    services.metrics.count_reading(reading)
    return reading
