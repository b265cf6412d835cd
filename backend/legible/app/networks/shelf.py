"""Which versions lie here, and which of them is to be served."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from legible.app import models
from legible.app.errors import AppError
from legible.app.networks.service import versions_of
from legible.app.networks.serving import CannotServe, Loader


@dataclass(frozen=True)
class Shelf:
    """The versions that lie here, those that `CURRENT.json` names, and how they are loaded."""

    models_dir: Path
    current: Mapping[str, str]
    loader: Loader | None  # None: the networks were given, and stay

    def find(self, name: str, version: str) -> None:
        """Look whether there is such a version of a network that reads here.

        Raises:
            AppError: 404 `not_found`.
        """
        # What was asked for is only ever compared with names that were found.
        if name not in self.current or version not in versions_of(self.models_dir / name):
            raise AppError(
                404,
                "not_found",
                "There is no such version of a network. `legible model list` and "
                "`GET /admin/models` show them.",
            )

    def check(self, name: str, version: str) -> None:
        """Open a version with all its checks, and forget it.

        Raises:
            AppError: 404 `not_found`; 409 `bad_bundle`, and which check failed.
        """
        self.find(name, version)
        try:
            if self.loader is None:
                raise CannotServe("The networks of this service cannot be exchanged.")
            self.loader.check(name, version)
        except CannotServe as error:
            raise AppError(
                409, "bad_bundle", f"This version cannot be served, and nothing changed. {error}"
            ) from error


def wanted_versions(session: Session, current: Mapping[str, str]) -> dict[str, str]:
    """Answer the version of each network that is to be served. Asked every few seconds."""
    wanted = dict(current)
    for name in current:
        version = session.scalar(
            sa.select(models.Activation.version)
            .where(models.Activation.name == name)
            .order_by(models.Activation.id.desc())
            .limit(1)
        )
        wanted[name] = version or wanted[name]
    return wanted


def one_at_a_time(session: Session) -> None:
    """Let others who change what is served wait for the end of this transaction.

    On SQLite writing transactions come one after the other anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE activations, challengers IN SHARE ROW EXCLUSIVE MODE"))
