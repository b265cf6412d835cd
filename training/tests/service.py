"""A service's database and pictures, filled without HTTP: what `trainer collect` finds there."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import sqlalchemy as sa

from legible.app import models
from legible.app.db import Database, migrate
from legible.app.feedback.schemas import FeedbackIn
from legible.app.feedback.service import judge
from legible.app.settings import Settings
from legible.app.storage import FileStorage
from legible.reader.reader import Reader
from legible.reader.types import ReadOptions
from trainer.candidates import split_of, writer_of
from trainer.collect import collect
from trainer.feedback import FeedbackSet, Picture, Split, load_set
from trainer.rules import Rules

MODELS = Path(__file__).parents[2] / "models"
# Each as often as another, so that the balance shows.
TEXT = "4103\n972586"


@cache
def shipped_reader() -> Reader:
    return Reader.open(MODELS)


def draw_page(text: str, seed: int) -> bytes:
    """A page with each digit bent a little differently, in the hand of a seed: PNG."""
    rng = np.random.default_rng(seed)
    rows = text.split("\n")
    canvas = np.zeros((40 + 90 * len(rows), 60 + 60 * max(map(len, rows))), np.uint8)
    slant, thickness = rng.uniform(-0.25, 0.25), 3 + seed % 3
    x, y = np.meshgrid(np.arange(60, dtype=np.float32), np.arange(80, dtype=np.float32))
    for row, digits in enumerate(rows):
        for place, digit in enumerate(digits):
            cell = np.zeros((80, 60), np.uint8)
            font = cv2.FONT_HERSHEY_SIMPLEX
            cv2.putText(cell, digit, (14, 62), font, 1.9, 255, thickness, cv2.LINE_AA)
            bent_x = x + slant * (y - 40) + 1.8 * np.sin(y / 9 + rng.uniform(0, 6))
            bent_y = y + 1.8 * np.sin(x / 8 + rng.uniform(0, 6))
            bent = cv2.remap(cell, bent_x.astype("f4"), bent_y.astype("f4"), cv2.INTER_LINEAR)
            top, left = 25 + 90 * row, 25 + 60 * place
            canvas[top : top + 80, left : left + 60] |= np.asarray(bent, np.uint8)
    _, png = cv2.imencode(".png", 255 - canvas // 10 * 9)
    return png.tobytes()


@cache
def _read(data: bytes, options: ReadOptions) -> tuple[str, Sequence[Any], dict[str, str]]:
    reading = shipped_reader().read(data, options)
    return reading.text, [asdict(page) for page in reading.pages], dict(reading.models)


class Service:
    """The database and the folder of pictures of a service that nobody runs."""

    def __init__(self, folder: Path, url: str = "") -> None:
        settings = Settings(var_dir=folder, database_url=url)
        migrate(settings)
        self.url = settings.sqlalchemy_url()
        self.pictures = folder / "pictures"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.database = Database(self.url)

    def account(self, split: Split = "train", *, shares: bool = True) -> UUID:
        """Somebody whose corrections come into a split."""
        while split_of(writer_of(account := models.uuid7())) != split:
            pass
        row = models.User(id=account, email=f"{account}@example.com", name="Somebody")
        row.shares_corrections_since = models.now() if shares else None
        with self.database.writes() as session:
            session.add(row)
        return account

    def change(self, account: UUID, **values: Any) -> None:
        with self.database.writes() as session:
            session.execute(sa.update(models.User).where(models.User.id == account).values(values))

    def delete(self, account: UUID) -> None:
        with self.database.writes() as session:
            session.execute(sa.delete(models.User).where(models.User.id == account))

    def read(
        self,
        account: UUID,
        data: bytes,
        *,
        confidence: float | None = None,
        misread: Mapping[tuple[int, int], str] | None = None,
        symbols: Any = "digits",
    ) -> UUID:
        """Keep a picture and what the shipped networks read in it.

        Args:
            account: whose it is.
            data: of the picture.
            confidence: of each symbol, as if the networks then had been others; None = theirs.
            misread: what they read instead, by line and symbol, not being sure.
            symbols: what is asked for.
        """
        text, pages, networks = _read(data, ReadOptions(symbols=symbols))
        pages = deepcopy(pages)
        for symbol in (s for page in pages for line in page["lines"] for s in line["symbols"]):
            symbol["confidence"] = symbol["confidence"] if confidence is None else confidence
        for (line, symbol), other in (misread or {}).items():
            pages[0]["lines"][line]["symbols"][symbol] |= {"text": other, "confidence": 0.6}
        row = models.Reading(
            id=models.uuid7(),
            user_id=account,
            file_name="card.png",
            media_type="image/png",
            sha256=hashlib.sha256(data).hexdigest(),
            size_bytes=len(data),
            text=text,
            status="read",
            confidence=0.9,
            symbols=symbols,
            pattern=None,
            issues=[],
            models=networks,
            alternatives=[],
            pages=pages,
            timing_ms={},
        )
        FileStorage(self.pictures).put(row.storage_key, data)
        with self.database.writes() as session:
            session.add(row)
        return row.id

    def judge(self, account: UUID, reading: UUID, kind: str, **told: Any) -> UUID:
        """Say something of a reading, as the service would take it."""
        new = FeedbackIn(kind=kind, **told)  # type: ignore[arg-type]
        with self.database.writes() as session:
            judgement, _ = judge(session, user_id=account, reading_id=reading, new=new)
            return judgement.id

    def decide(self, account: UUID, judgement: UUID, verdict: str) -> None:
        row = models.CorrectionDecision(
            user_id=account, judgement_id=judgement, verdict=verdict, decided_by=models.uuid7()
        )
        with self.database.writes() as session:
            session.add(row)

    def confirmed(self, account: UUID, seed: int, text: str = TEXT) -> UUID:
        """A reading that is right and that somebody said so of."""
        reading = self.read(account, draw_page(text, seed))
        self.judge(account, reading, "confirmed")
        return reading

    def close(self) -> None:
        self.database.close()


@contextmanager
def opened(service: Service) -> Iterator[Service]:
    try:
        yield service
    finally:
        service.close()


def collect_set(service: Service, shelf: Path, **rules: Any) -> FeedbackSet:
    """Collect the next set, and read it back."""
    told = collect(service.url, service.pictures, shelf, models=MODELS, rules=Rules(**rules))
    return load_set(Path(told["folder"]))


def left_out(found: FeedbackSet) -> dict[str, int]:
    """How many were left out for which reason."""
    return dict(found.manifest["counts"]["left_out"])


def digit_seen(data: bytes, line: int, symbol: int) -> Picture:
    """A digit as the digit network sees it."""
    stages = shipped_reader().read(data, ReadOptions(stages=True)).stages
    assert stages is not None
    found = next(d for d in stages.pages[0].digits if (d.line, d.symbol) == (line, symbol))
    pixels = cv2.imdecode(np.frombuffer(found.picture.png, np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(pixels, np.uint8)
