"""The tables. Rows are always written `models.Reading`, so that they are not taken for schemas.

Importing the package makes all of them known to the metadata, which migrations compare with.
"""

from legible.app.models.accounts import AccountToken, PictureRemoval, User
from legible.app.models.audit import AuditEvent
from legible.app.models.base import Base, UtcDateTime, now, uuid7
from legible.app.models.feedback import Judgement
from legible.app.models.idempotency import IdempotencyKey
from legible.app.models.identities import Identity, PendingLink, SignIn
from legible.app.models.keys import ApiKey
from legible.app.models.learning import Activation, Challenger, CorrectionDecision, ShadowReading
from legible.app.models.readings import PictureDeletion, Reading, picture_key
from legible.app.models.sessions import RefreshToken, UserSession
from legible.app.models.usage import Usage, UsageMonth

__all__ = [
    "AccountToken",
    "Activation",
    "ApiKey",
    "AuditEvent",
    "Base",
    "Challenger",
    "CorrectionDecision",
    "IdempotencyKey",
    "Identity",
    "Judgement",
    "PendingLink",
    "PictureDeletion",
    "PictureRemoval",
    "Reading",
    "RefreshToken",
    "ShadowReading",
    "SignIn",
    "Usage",
    "UsageMonth",
    "User",
    "UserSession",
    "UtcDateTime",
    "now",
    "picture_key",
    "uuid7",
]
