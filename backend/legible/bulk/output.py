"""What is written: parts in a folder, and beside it one file of them all, if that was asked for."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from legible.bulk.chunks import part_name
from legible.bulk.errors import BulkError
from legible.bulk.places import Place, Storage, answering, open_place, read_bytes, write_whole
from legible.bulk.plan import Chunk
from legible.bulk.tables import FORMATS, Format, count_failed, merge_tables

_ENDING = re.compile(r".*[^/\\]\.(parquet|jsonl|csv)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"part-(\d{5,})\.(\w+)")
# Enough to hide the way to a bucket.
_READ_AT_ONCE = 8


@dataclass(frozen=True)
class Output:
    """Where the rows go: `parts` is the folder of the parts, `whole` the one file of them all."""

    parts: Place
    whole: Place | None
    format: Format

    def finished(self) -> set[int]:
        """The numbers of the chunks whose part is there."""
        try:
            found = self.parts.fs.ls(self.parts.path, detail=False)
        except FileNotFoundError:
            return set()
        names = [str(path).rpartition("/")[2] for path in found]
        matches = [match for match in map(_PART.fullmatch, names) if match]
        return {int(match[1]) for match in matches if match[2] == self.format}

    def count_failed(self, chunks: Iterable[Chunk]) -> int:
        """How many rows of finished parts have an error."""
        paths = [self._path(chunk) for chunk in chunks]
        with ThreadPoolExecutor(_READ_AT_ONCE) as pool:
            contents = pool.map(lambda path: read_bytes(self.parts, path), paths)
            return sum(count_failed(content or b"", self.format) for content in contents)

    def begin(self) -> None:
        """Take back that all is there."""
        if self.parts.fs.exists(self._success()):
            self.parts.fs.rm_file(self._success())

    def finish(self, chunks: Sequence[Chunk], summary: Mapping[str, Any]) -> None:
        """Write the one file, if there is to be one, and then that all is there."""
        if self.whole is not None:
            self._merge(self.whole, chunks)
        write_whole(self.parts, self._success(), json.dumps(summary, indent=1).encode() + b"\n")

    def _merge(self, whole: Place, chunks: Sequence[Chunk]) -> None:
        parts = [self._path(chunk) for chunk in chunks]
        if not whole.is_local:
            with whole.fs.open(whole.path, "wb") as file:
                merge_tables(self.parts, parts, self.format, file)
            return
        target = Path(whole.path)
        hidden = target.with_name(f".{target.name}.{uuid4().hex}")
        try:
            with hidden.open("wb") as file:
                merge_tables(self.parts, parts, self.format, file)
            hidden.replace(target)
        finally:
            hidden.unlink(missing_ok=True)

    def _path(self, chunk: Chunk) -> str:
        return self.parts.join(part_name(chunk.number, self.format))

    def _success(self) -> str:
        return self.parts.join("_SUCCESS")


def open_output(named: str, kind: Format | None, storage: Storage) -> Output:
    """Find where to write.

    Args:
        named: a folder or a prefix in a bucket; or one file, if it ends in a format.
        kind: the format; None: that of the ending, or Parquet.
        storage: as in `open_place`.

    Raises:
        BulkError: the ending is of another format, there is what we did not write, or the storage
            does not answer.
    """
    place = open_place(named, storage)
    with answering(place):
        return _choose(place, kind, storage)


def _choose(place: Place, kind: Format | None, storage: Storage) -> Output:
    named = place.named
    ending = _ENDING.fullmatch(named)
    if ending is None or named.endswith("/") or place.fs.isdir(place.path):
        output = Output(place, None, kind or "parquet")
    else:
        by_ending: Format = next(each for each in FORMATS if each == ending[1].lower())
        if kind not in {None, by_ending}:
            raise BulkError(
                f"{named} ends in .{by_ending}, and --format says {kind}. Leave one of them out."
            )
        output = Output(open_place(f"{named}.parts", storage), place, by_ending)
    parts = output.parts
    if parts.is_local and not parts.fs.isdir(parts.path) and parts.fs.exists(parts.path):
        raise BulkError(f"{parts.named} is a file. Name a folder, or a file that ends in a format.")
    if output.finished() and read_bytes(parts, parts.join("_legible/plan.json")) is None:
        raise BulkError(
            f"{parts.named} holds parts that were not written by this command. "
            "Write to another place."
        )
    return output
