"""Looks every few seconds which versions are to be served, and has this process serve them."""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from legible.app.db import Database
from legible.app.networks.activations import candidates
from legible.app.networks.challengers import running_trial
from legible.app.networks.serving import CannotServe, ServedReader
from legible.app.networks.shadow import Shadow, Trial
from legible.app.networks.shelf import Shelf, wanted_versions
from legible.app.system.memory import give_memory_back
from legible.app.system.metrics import Metrics

# A version that cannot be served may only not have arrived yet where this process runs.
_TRY_AGAIN_S = 30
# What stands for the version on trial among refusals.
_CHALLENGER = "challenger"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """A version that is to be served, and why this process does not."""

    version: str
    reason: str
    try_again_at: float  # of the monotonic clock


class Watcher:
    """Keeps a process at what the database says. Requests go on meanwhile, and none waits."""

    def __init__(
        self,
        *,
        db: Database,
        shelf: Shelf,
        reader: ServedReader,
        shadow: Shadow,
        metrics: Metrics,
        poll_s: float,
    ) -> None:
        self.shelf = shelf
        self._db = db
        self._reader = reader
        self._shadow = shadow
        self._metrics = metrics
        self._poll_s = poll_s
        self._refusals: dict[str, Refusal] = {}
        self._is_blind = False
        self._wake = threading.Event()
        self._is_closed = False
        self._thread = threading.Thread(target=self._watch, name="networks", daemon=True)
        metrics.tell_served(reader.models)

    @property
    def refused(self) -> Mapping[str, str]:
        """Why a network is not served here in the version that it should have; empty if all are.

        The name "challenger" tells of the version on trial.
        """
        return {name: refusal.reason for name, refusal in dict(self._refusals).items()}

    def start(self) -> None:
        """Serve what is to be served, or the newest before it that can be; then keep watching."""
        if self.shelf.loader is None:
            return
        try:
            with self._db.reads() as session:
                wanted = {
                    name: candidates(session, name, version)
                    for name, version in self.shelf.current.items()
                }
        except sa.exc.SQLAlchemyError:
            self._tell_blind(is_blind=True)
        else:
            for name, versions in wanted.items():
                self._serve_first(name, versions)
        self._thread.start()

    def wake(self) -> None:
        """Look at once: somebody has just changed what is to be served."""
        self._wake.set()

    def close(self) -> None:
        """Stop watching."""
        self._is_closed = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._is_closed:
            try:
                self._look()
            except Exception:  # a thread that ended would leave this process behind for good
                _log.exception("looking for the versions to serve failed")
            self._wake.wait(self._poll_s)
            self._wake.clear()

    def _look(self) -> None:
        try:
            with self._db.reads() as session:
                wanted = wanted_versions(session, self.shelf.current)
                row = running_trial(session)
        except sa.exc.SQLAlchemyError:
            self._tell_blind(is_blind=True)
            return
        self._tell_blind(is_blind=False)
        for name, version in wanted.items():
            self._serve_first(name, [version])
        self._follow(Trial(row.id, row.name, row.version, row.share) if row else None)

    def _serve_first(self, name: str, versions: Sequence[str]) -> None:
        """Serve the first of some versions that can be; where none can, what is served stays."""
        wanted, *older = versions
        if self._reader.models.get(name) == wanted:
            self._refusals.pop(name, None)
            return
        if self._is_refused(name, wanted):
            return
        reason = self._exchange(name, wanted)
        if reason is None:
            self._refusals.pop(name, None)
            return
        self._refuse(name, wanted, reason)
        for version in older:
            if self._reader.models.get(name) == version:
                return
            reason = self._exchange(name, version)
            if reason is None:
                return
            _log.error("%s %s cannot be served either: %s", name, version, reason)

    def _exchange(self, name: str, version: str) -> str | None:
        """Serve another version of a network, or answer why not."""
        loader, before = self.shelf.loader, self._reader.current
        if loader is None:
            return None
        begun = time.monotonic()
        try:
            reader = loader.open({**before.models, name: version}, [before])
        except CannotServe as error:
            return str(error)
        except Exception as error:  # the networks that read must go on, whatever it is
            _log.exception("loading %s %s failed", name, version)
            return f"Loading it failed: {type(error).__name__}."
        self._reader.exchange(reader)
        self._metrics.count_switch(name)
        self._metrics.tell_served(reader.models)
        told = {"network": name, "version": version, "before": before.models.get(name)}
        took_ms = round((time.monotonic() - begun) * 1000)
        _log.info("network exchanged", extra={**told, "took_ms": took_ms})
        del before
        give_memory_back()
        return None

    def _follow(self, trial: Trial | None) -> None:
        """Have the challenger of the trial that runs loaded, and no other."""
        loader = self.shelf.loader
        version = f"{trial.name} {trial.version}" if trial else ""
        if loader is None or (trial and self._is_refused(_CHALLENGER, version)):
            return
        try:
            self._shadow.follow(trial, self._reader.current, loader)
        except CannotServe as error:
            self._refuse(_CHALLENGER, version, str(error))
        else:
            self._refusals.pop(_CHALLENGER, None)

    def _is_refused(self, name: str, version: str) -> bool:
        """Whether it was tried a moment ago."""
        known = self._refusals.get(name)
        return (
            known is not None and known.version == version and time.monotonic() < known.try_again_at
        )

    def _refuse(self, name: str, version: str, reason: str) -> None:
        known = self._refusals.get(name)
        self._refusals[name] = Refusal(version, reason, time.monotonic() + _TRY_AGAIN_S)
        if known is None or (known.version, known.reason) != (version, reason):
            self._metrics.count_refusal(name)
            _log.error("%s %s is not served, what is served stays: %s", name, version, reason)

    def _tell_blind(self, *, is_blind: bool) -> None:
        """Say once that the database does not answer."""
        if is_blind and not self._is_blind:
            _log.warning("the database does not say which networks to serve; they stay")
        self._is_blind = is_blind
