"""A client of the service for programs: `pip install 'legible[client]'`."""

from legible.client.api import Client
from legible.client.batch import BatchItem
from legible.client.errors import (
    LegibleError,
    NoConnection,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Refused,
    ServerFailed,
    TooManyRequests,
)
from legible.client.models import Reading, ReadingSummary

__all__ = [
    "BatchItem",
    "Client",
    "LegibleError",
    "NoConnection",
    "NotAllowed",
    "NotAuthenticated",
    "NotFound",
    "Reading",
    "ReadingSummary",
    "Refused",
    "ServerFailed",
    "TooManyRequests",
]
