"""Sets of corrected digits and lines: what `trainer collect` writes, and training reads back.

`<shelf>/<number>/` holds `digits.npz`, `lines.npz`, `items.jsonl`, `left_out.jsonl`,
`contact.png` and `manifest.json`, which has the sha256 of the others. A set is never changed.
"""

import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from trainer.data import SIDE_PX, DataError, Digits, Images
from trainer.line_data import Lines
from trainer.sheets import contact_sheet

Split = Literal["train", "validation", "test"]
Picture = NDArray[np.uint8]

FORMAT = 1
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
# What the digit network calls a picture that shows no digit.
NO_DIGIT = 10
LINE_HEIGHT_PX = 32
# Remembers the last number that was given, beside the sets.
_LAST = "LAST"
_FILES = ("digits.npz", "lines.npz", "items.jsonl", "left_out.jsonl", "contact.png")


@dataclass(frozen=True)
class Item:
    """One labelled picture of a set, and where it comes from.

    `index` is its place in `digits.npz` or `lines.npz`. `writer` stands for the account: 16 hex
    digits of the SHA-256 of its id. `page`, `line` and `symbol` are indices in the reading as it
    is stored (`symbol` None for lines), `read` and `confidence` what the networks `models` said
    there. `label` is the text of a line, or the digit as text, "10" where there is none.
    `agreeing`: how many accounts said the same of the same picture.
    """

    kind: Literal["digit", "line"]
    index: int
    split: Split
    writer: str
    reading: str
    page: int
    line: int
    symbol: int | None
    label: str
    read: str
    confidence: float
    models: Mapping[str, str]
    judgement: str
    picture_sha256: str
    agreeing: int = 1


@dataclass(frozen=True)
class FeedbackSet:
    """A set that was read back whole.

    `tiles` (N, 28, 28) uint8 and `strips[i]` (32, W) uint8 are 0 paper .. 255 ink; the items of
    each kind are in their order.
    """

    number: int
    manifest: Mapping[str, Any]
    tiles: Picture
    strips: Sequence[Picture]
    digit_items: Sequence[Item]
    line_items: Sequence[Item]

    def digits(self, split: Split) -> Digits:
        """The digits of a split as networks take them, label 10 = no digit.

        Returns:
            `writers` are the accounts as numbers; there may be no digits.
        """
        chosen = [item for item in self.digit_items if item.split == split]
        tiles = self.tiles[[item.index for item in chosen]].reshape(-1, SIDE_PX, SIDE_PX, 1)
        return Digits(
            _scaled(tiles),
            np.array([int(item.label) for item in chosen], np.int64),
            np.array([writer_number(item.writer) for item in chosen], np.int64),
        )

    def lines(self, split: Split) -> Lines:
        """The lines of a split; there may be none."""
        chosen = [item for item in self.line_items if item.split == split]
        return Lines([self.strips[item.index] for item in chosen], [item.label for item in chosen])


def writer_number(writer: str) -> int:
    """A writer as a number that fits an int64."""
    return int(writer[:15], 16)


def load_set(folder: Path) -> FeedbackSet:
    """Read a set back and check that it is as it was written.

    Args:
        folder: of the set, i.e. `<shelf>/<number>`.

    Raises:
        DataError: there is none, or it was changed or damaged since.
    """
    manifest = read_manifest(folder)
    for name in _FILES:
        _check_file(folder, name, manifest["files"].get(name))
    items = read_items(folder)
    digit_items = [item for item in items if item.kind == "digit"]
    line_items = [item for item in items if item.kind == "line"]
    with np.load(folder / "digits.npz", allow_pickle=False) as kept:
        tiles, labels = kept["tiles"], kept["labels"]
    with np.load(folder / "lines.npz", allow_pickle=False) as kept:
        pictures, offsets, texts = kept["pictures"], kept["offsets"], kept["texts"]
    if [item.label for item in digit_items] != [str(label) for label in labels.tolist()] or [
        item.label for item in line_items
    ] != texts.tolist():
        raise _damaged(folder, "items.jsonl tells other labels than digits.npz and lines.npz")
    strips = [pictures[:, start:end] for start, end in pairwise(offsets)]
    return FeedbackSet(manifest["number"], manifest, tiles, strips, digit_items, line_items)


def read_items(folder: Path) -> list[Item]:
    """What a set holds, without the pictures.

    Raises:
        DataError: as `load_set`, for these files.
    """
    _check_file(folder, "items.jsonl", read_manifest(folder)["files"].get("items.jsonl"))
    lines = (folder / "items.jsonl").read_text("utf-8").splitlines()
    return [Item(**json.loads(line)) for line in lines]


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a set says of itself; its files are not looked at.

    Raises:
        DataError: there is no set, or it is of another format.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise DataError(
            f"Expected a set of corrections in {folder}, found no manifest.json. Name the folder "
            "of one set, e.g. sets/3, or make one with `python -m trainer collect`."
        )
    try:
        manifest = json.loads(path.read_text("utf-8"))
        found = manifest["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, "manifest.json is not as it was written") from error
    if found != FORMAT:
        raise DataError(
            f"Expected a set of corrections of format {FORMAT}, got {found} in {folder}. "
            "Collect it again with this version of the trainer."
        )
    return dict(manifest)


def newest_set(shelf: Path) -> Path | None:
    """The folder of the set with the highest number, None where there is none yet."""
    sets = [path for path in shelf.glob("*") if path.name.isdecimal() and path.is_dir()]
    return max(sets, key=lambda path: int(path.name), default=None)


def write_set(
    shelf: Path,
    manifest: Mapping[str, Any],
    digits: Sequence[tuple[Item, Picture]],
    lines: Sequence[tuple[Item, Picture]],
    left_out: Sequence[Mapping[str, Any]],
) -> Path:
    """Write the next set: aside first, then under its number, so that it is there whole or not.

    Args:
        shelf: the folder of all sets; made if need be.
        manifest: what is to be told beside `number`, `format` and `files`; the same input gives
            the same bytes.
        digits: items with tiles (28, 28) uint8; `index` is set here.
        lines: items with strips (32, W) uint8; likewise.
        left_out: one object for each that was set aside, with its `reason`.

    Returns:
        The folder of the set.

    Raises:
        DataError: another set was written meanwhile.
    """
    shelf.mkdir(parents=True, exist_ok=True)
    number = _next_number(shelf)
    # Made for its owner alone: it holds people's handwriting.
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=shelf))
    try:
        for name, content in _contents(digits, lines, left_out).items():
            (draft / name).write_bytes(content)
        whole = {
            "format": FORMAT,
            "number": number,
            **manifest,
            "files": {name: _sha256(draft / name) for name in _FILES},
        }
        (draft / "manifest.json").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
        if (shelf / str(number)).exists():
            raise DataError(f"Set {number} was written by somebody else meanwhile. Collect again.")
        folder = draft.rename(shelf / str(number))
    except BaseException:
        shutil.rmtree(draft)
        raise
    (shelf / _LAST).write_text(f"{number}\n", "utf-8")
    return folder


def _next_number(shelf: Path) -> int:
    """One more than any set has had: a number means one set, also when older ones are deleted."""
    newest = newest_set(shelf)
    last = shelf / _LAST
    told = last.read_text("utf-8").strip() if last.is_file() else ""
    return 1 + max(int(told) if told.isdecimal() else 0, 0 if newest is None else int(newest.name))


def _contents(
    digits: Sequence[tuple[Item, Picture]],
    lines: Sequence[tuple[Item, Picture]],
    left_out: Sequence[Mapping[str, Any]],
) -> dict[str, bytes]:
    """The bytes of each file but the manifest."""
    tiles = np.zeros((len(digits), SIDE_PX, SIDE_PX), np.uint8)
    for place, (_, tile) in enumerate(digits):
        tiles[place] = tile
    labels = np.array([int(item.label) for item, _ in digits], np.int8)
    bare = np.zeros((LINE_HEIGHT_PX, 0), np.uint8)
    offsets = np.cumsum([0, *(strip.shape[1] for _, strip in lines)], dtype=np.int64)
    texts = np.array([item.label for item, _ in lines], np.str_)
    items = [
        asdict(item) | {"index": index}
        for kind in (digits, lines)
        for index, (item, _) in enumerate(kind)
    ]
    whole = labels.astype(np.int64)
    shown = Digits(_scaled(tiles[..., np.newaxis]), whole, whole)
    _, sheet = cv2.imencode(".png", contact_sheet(shown))
    return {
        "digits.npz": _npz(tiles=tiles, labels=labels),
        "lines.npz": _npz(
            pictures=np.hstack([bare, *(strip for _, strip in lines)]), offsets=offsets, texts=texts
        ),
        "items.jsonl": _jsonl(items),
        "left_out.jsonl": _jsonl(left_out),
        "contact.png": sheet.tobytes(),
    }


def _scaled(tiles: Picture) -> Images:
    return np.asarray(tiles / np.float32(255), np.float32)


def _npz(**arrays: NDArray[Any]) -> bytes:
    # numpy dates what it puts into an archive 1980, so that equal arrays make equal bytes.
    kept = io.BytesIO()
    np.savez_compressed(kept, **arrays)  # type: ignore[arg-type]  # its other keyword is a flag
    return kept.getvalue()


def _jsonl(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _check_file(folder: Path, name: str, expected: str | None) -> None:
    if not (folder / name).is_file():
        raise _damaged(folder, f"{name} is missing")
    if _sha256(folder / name) != expected:
        raise _damaged(folder, f"{name} has another sha256 than manifest.json says")


def _damaged(folder: Path, what: str) -> DataError:
    return DataError(
        f"Expected the set of corrections {folder} as it was written, got a changed one: {what}. "
        "Copy it again, or collect the next set."
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
