"""Sets of corrections made from tiles, without a database."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.feedback import Item, Picture, Split, write_set
from trainer.golden import draw_digits

SHIPPED = Path(__file__).parents[2] / "models"
# Tiles (28, 28) uint8, what each is labelled, and whose it is.
Corrected = Sequence[tuple[NDArray[np.uint8], int, str]]


def tiles(account: str, turned: bool) -> Corrected:
    """Thirty drawn digits of one account, with its own contrast; or turned by a quarter."""
    shade = 200 + sum(account.encode()) % 55
    drawn = np.round(draw_digits()[:30, :, :, 0] * shade).astype(np.uint8)
    return [
        (np.rot90(tile).copy() if turned else tile, place % 10, account)
        for place, tile in enumerate(drawn)
    ]


def write_corrections(
    shelf: Path,
    digits: Mapping[Split, Corrected],
    lines: Mapping[Split, Sequence[tuple[NDArray[np.uint8], str, str]]] | None = None,
) -> Path:
    """Write the next set of a shelf; its folder."""
    tiles = [
        (_item("digit", split, str(label), account, place), tile)
        for split, rows in digits.items()
        for place, (tile, label, account) in enumerate(rows)
    ]
    strips: list[tuple[Item, Picture]] = [
        (_item("line", split, text, account, place), strip)
        for split, rows in (lines or {}).items()
        for place, (strip, text, account) in enumerate(rows)
    ]
    return write_set(shelf, {"created_at": "2026-01-31T00:00:00+00:00"}, tiles, strips, [])


def _item(kind: str, split: Split, label: str, account: str, place: int) -> Item:
    return Item(
        kind="digit" if kind == "digit" else "line",
        index=0,
        split=split,
        writer=hashlib.sha256(account.encode()).hexdigest()[:16],
        reading=f"{account}-{place}",
        page=0,
        line=0,
        symbol=0 if kind == "digit" else None,
        label=label,
        read="8",
        confidence=0.5,
        models={"digit": "1.1.0"},
        judgement=f"{account}-{place}",
        picture_sha256="0" * 64,
    )
