"""A challenger reads along: after the answer, one picture at a time, and never when it is busy."""

import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from legible.app import models
from legible.app.db import Database
from legible.app.errands import Errands
from legible.app.networks.serving import Loader, ReaderLike
from legible.app.system.metrics import Metrics
from legible.app.turns import Turns
from legible.reader.errors import ReadError
from legible.reader.types import Reading, ReadOptions

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trial:
    """A challenger, as far as reading along goes."""

    id: UUID
    name: str
    version: str
    share: float


@dataclass(frozen=True)
class _Running:
    trial: Trial
    reader: ReaderLike


class Shadow:
    """The challenger of this process, loaded while its trial runs."""

    def __init__(self, *, db: Database, errands: Errands, turns: Turns, metrics: Metrics) -> None:
        self._db = db
        self._errands = errands
        self._turns = turns
        self._metrics = metrics
        self._running: _Running | None = None
        self._busy = threading.Lock()

    @property
    def trial(self) -> Trial | None:
        """The trial whose challenger is loaded here."""
        running = self._running
        return running.trial if running else None

    def follow(self, trial: Trial | None, served: ReaderLike, loader: Loader) -> None:
        """Load the challenger of a trial beside the networks served, or free the one before.

        Raises:
            CannotServe: it cannot be loaded; then none reads along.
        """
        running = self._running
        if trial is None:
            self._running = None
            return
        versions = {**served.models, trial.name: trial.version}
        if running and running.trial == trial and running.reader.models == versions:
            return
        like: Sequence[ReaderLike] = [served, running.reader] if running else [served]
        self._running = None
        self._running = _Running(trial, loader.open(versions, like))

    def offer(self, reading_id: UUID, data: bytes, options: ReadOptions, served: Reading) -> None:
        """Let the challenger read a picture whose reading is committed, if it is its turn.

        Nothing waits for it: while it reads, and while all turns are taken, pictures pass by.
        """
        running = self._running
        if running is None or random.random() >= running.trial.share:  # noqa: S311  no secret
            return
        if not self._turns.has_free() or not self._busy.acquire(blocking=False):
            self._metrics.count_shadow("passed_by")
            return
        read = partial(self._read, running, reading_id, data, options, served)
        if not self._errands.run("read along", read):
            self._busy.release()

    def _read(
        self,
        running: _Running,
        reading_id: UUID,
        data: bytes,
        options: ReadOptions,
        served: Reading,
    ) -> None:
        try:
            begun = time.perf_counter()
            theirs = running.reader.read(data, replace(options, stages=False))
            took_ms = theirs.timing_ms.get("total", (time.perf_counter() - begun) * 1000)
            self._keep(running.trial, reading_id, theirs, took_ms, served)
        except ReadError:
            self._metrics.count_shadow("failed")
        except Exception:
            self._metrics.count_shadow("failed")
            raise
        finally:
            self._busy.release()

    def _keep(
        self, trial: Trial, reading_id: UUID, theirs: Reading, took_ms: float, served: Reading
    ) -> None:
        row = models.ShadowReading(
            reading_id=reading_id,
            challenger_id=trial.id,
            text=theirs.text,
            status=theirs.status.value,
            confidence=theirs.confidence,
            challenger_ms=took_ms,
            served_ms=served.timing_ms.get("total", 0.0),
        )
        try:
            with self._db.writes() as session:
                session.add(row)
        except sa.exc.IntegrityError:  # the reading was deleted meanwhile
            self._metrics.count_shadow("failed")
        else:
            self._metrics.count_shadow("read")
