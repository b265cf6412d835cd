"""`legible model`: which networks are served, said where the service runs.

The processes of the service see it in the database and follow within seconds.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from legible.app import models
from legible.app.asgi import current_versions, make_loader
from legible.app.db import Database, migrate
from legible.app.errors import PROBLEMS, AppError
from legible.app.networks import activations, challengers
from legible.app.networks.service import versions_of
from legible.app.networks.shelf import Shelf, wanted_versions
from legible.app.settings import Settings
from legible.app.system.serve import says_why

_Do = Callable[[Session, Shelf], str]


@says_why
def list_models() -> int:
    """Print each network with its versions, and what reads along."""
    return _run(_list)


@says_why
def activate(*, name: str, version: str) -> int:
    """Have a version served, once it has passed all checks."""

    def do(session: Session, shelf: Shelf) -> str:
        row = activations.activate(session, shelf, name=name, version=version, actor_id=None)
        return _served(row)

    return _run(do)


@says_why
def roll_back(*, name: str) -> int:
    """Have served what was served before."""
    return _run(
        lambda session, shelf: _served(
            activations.roll_back(session, shelf, name=name, actor_id=None)
        )
    )


@says_why
def challenge(*, name: str, version: str, share: float) -> int:
    """Have a version read along."""

    def do(session: Session, shelf: Shelf) -> str:
        challengers.start_trial(
            session, shelf, name=name, version=version, share=share, actor_id=None
        )
        return f"{name} {version} reads along, of {share:.0%} of the readings."

    return _run(do)


@says_why
def end_challenge() -> int:
    """Let it read along no more."""

    def do(session: Session, _shelf: Shelf) -> str:
        trial = challengers.end_trial(session, actor_id=None)
        if trial is None:
            raise AppError(409, "no_challenger", PROBLEMS["no_challenger"][1])
        return f"{trial.name} {trial.version} reads along no more."

    return _run(do)


@says_why
def compare() -> int:
    """Print how the challenger and the served networks did on the same pictures."""
    return _run(_compare)


def _list(session: Session, shelf: Shelf) -> str:
    wanted = wanted_versions(session, shelf.current)
    trial = challengers.running_trial(session)
    lines = []
    for name, served in sorted(wanted.items()):
        lines.append(f"{name} {served} is served")
        lines += [
            f"  {version}{_mark(name, version, served, trial)}"
            for version in versions_of(shelf.models_dir / name)
        ]
    return "\n".join(lines)


def _mark(name: str, version: str, served: str, trial: models.Challenger | None) -> str:
    if version == served:
        return "  served"
    reads_along = trial is not None and (trial.name, trial.version) == (name, version)
    return "  reads along" if reads_along else ""


def _compare(session: Session, _shelf: Shelf) -> str:
    trial = challengers.newest_trial(session)
    if trial is None:
        raise AppError(404, "not_found", "No challenger has read along yet. Start one first.")
    found = challengers.compare(session, trial)
    state = "reads along" if trial.ended_at is None else "read along"
    lines = [f"{trial.name} {trial.version} {state}: {found.n} readings"]
    if found.served and found.challenger:
        low, high = found.same_interval
        lines.append(
            f"same text: {found.same} ({found.same / found.n:.1%}, 95% {low:.1%} to {high:.1%})"
        )
        for who, side in (("served", found.served), ("challenger", found.challenger)):
            lines.append(
                f"{who}: confidence {side.mean_confidence:.3f}, median {side.median_ms:.0f} ms, "
                f"95% within {side.p95_ms:.0f} ms, right {side.right} of {found.judged} judged"
            )
    return "\n".join(lines)


def _served(row: models.Activation) -> str:
    return (
        f"{row.name} {row.version} is to be served instead of {row.previous}; "
        "running services follow within seconds."
    )


def _run(do: _Do) -> int:
    """Do it in one transaction and print what is answered. 1: it was refused."""
    settings = Settings()
    shelf = Shelf(settings.models_dir, current_versions(settings), make_loader(settings))
    migrate(settings)
    try:
        with _session(settings) as session:
            told = do(session, shelf)
    except AppError as error:
        print(f"legible: {error.detail}", file=sys.stderr)  # noqa: T201
        return 1
    print(told)  # noqa: T201  the command's own answer
    return 0


@contextmanager
def _session(settings: Settings) -> Iterator[Session]:
    database = Database(settings.sqlalchemy_url())
    try:
        with database.writes() as session:
            yield session
    finally:
        database.close()
