"""The list of what is read, cut into chunks: written once, before anything is read.

    DST/_legible/files-00000.jsonl   the files, in order, at most 8,192 in each list
    DST/_legible/plan.json           what is asked for, and how many files each list has
    DST/part-00000.parquet           the rows of the first chunk, and so on

A chunk is always the same files, and its part always has the same name, so that whoever reads it,
and however often, there is one part with these rows. `plan.json` is written last: without it the
lists count for nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from legible.bulk.errors import BulkError
from legible.bulk.places import Place, read_bytes, write_whole
from legible.bulk.sources import Source

_LIST_FILES = 8192
# So many parts are easy to share among workers, and quick to read anew when one is lost; ...
_GOOD_PARTS = 500
# ... but a part should not be tiny, nor take an hour.
_LEAST_PART_FILES, _MOST_PART_FILES = 16, 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked for. Another run may go on with it only if it asks for the same.

    `models` are the versions of the networks.
    """

    format: str
    symbols: str
    pattern: str | None
    models: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Files that are read together: `count` of a list, from `start` on."""

    number: int
    list_number: int
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for, the most files of a part, and how many files each list has."""

    asked: Asked
    part_files: int
    lists: tuple[int, ...]

    @property
    def files(self) -> int:
        """How many there are in all."""
        return sum(self.lists)

    def chunks(self) -> Iterator[Chunk]:
        """All chunks, numbered in order."""
        number = 0
        for list_number, files in enumerate(self.lists):
            for start in range(0, files, self.part_files):
                yield Chunk(number, list_number, start, min(self.part_files, files - start))
                number += 1


@dataclass(frozen=True, slots=True)
class Listed:
    """What listing found against the plan before: files that are new, and those not there now."""

    plan: Plan
    new: int
    gone: int


def make_plan(
    place: Place, asked: Asked, found: Iterable[Source], part_files: int | None
) -> Listed:
    """Write the plan, or go on with the one that lies there: what is new is added behind it.

    Args:
        place: the folder of the parts.
        asked: what this run is asked for.
        found: the files; what comes twice counts once.
        part_files: the most files of a part; None: whatever the plan has, or suits their number.

    Raises:
        BulkError: the plan there is for something else, or a file has changed since.
    """
    before = _read_plan(place)
    if before is not None:
        _refuse_other(before, asked, part_files)
    known = {} if before is None else _known(place, before)
    seen = set[bytes]()
    first = () if before is None else before.lists
    size = _list_files(part_files if before is None else before.part_files)
    lists = list(first)
    for batch in _batches(_new(found, known, seen), size):
        lines = "".join(json.dumps(each.to_dict()) + "\n" for each in batch)
        write_whole(place, _list_path(place, len(lists)), lines.encode())
        lists.append(len(batch))
    new = sum(lists[len(first) :])
    if before is None:
        plan = Plan(asked, part_files or _good_size(new), tuple(lists))
    else:
        plan = replace(before, lists=tuple(lists))
    if plan != before:
        write_whole(place, _plan_path(place), json.dumps(asdict(plan), indent=1).encode())
    return Listed(plan, new, len(known.keys() - seen))


def read_list(place: Place, number: int) -> list[Source]:
    """The files of one list.

    Raises:
        BulkError: it is not there.
    """
    content = read_bytes(place, _list_path(place, number))
    if content is None:
        raise BulkError(
            f"A list of files is missing at {place.named}: files-{number:05}.jsonl. "
            "Restore it, or write to another place."
        )
    return [Source.from_dict(json.loads(line)) for line in content.splitlines()]


def _plan_path(place: Place) -> str:
    return place.join("_legible/plan.json")


def _list_path(place: Place, number: int) -> str:
    return place.join(f"_legible/files-{number:05}.jsonl")


def _read_plan(place: Place) -> Plan | None:
    content = read_bytes(place, _plan_path(place))
    if content is None:
        return None
    try:
        told = json.loads(content)
        return Plan(Asked(**told["asked"]), told["part_files"], tuple(told["lists"]))
    except (ValueError, TypeError, KeyError) as error:
        raise BulkError(
            f"The plan at {place.named} is none of this version. Write to another place."
        ) from error


def _refuse_other(before: Plan, asked: Asked, part_files: int | None) -> None:
    for name, was in asdict(before.asked).items():
        now = asdict(asked)[name]
        if was != now:
            raise BulkError(
                f"What lies there was begun with {name} = {_told(was)}, not {_told(now)}. "
                "Go on with the same, or write to another place."
            )
    if part_files not in {None, before.part_files}:
        raise BulkError(
            f"What lies there has {before.part_files} files in a part, not {part_files}. "
            "Leave --part-files out, or write to another place."
        )


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {version}" for name, version in sorted(value.items()))
    return "none" if value is None else str(value)


def _new(
    found: Iterable[Source], known: Mapping[bytes, bytes], seen: set[bytes]
) -> Iterator[Source]:
    """Those that are in no list yet. All that are found are `seen` then."""
    for source in found:
        key, state = _digests(source)
        if key in seen:
            continue
        seen.add(key)
        if key not in known:
            yield source
        elif known[key] != state:
            raise BulkError(
                f"{source.file} has changed since it was listed. "
                "Write to another place, so that its row is no older than the file."
            )


def _known(place: Place, plan: Plan) -> dict[bytes, bytes]:
    return dict(
        _digests(source) for number in range(len(plan.lists)) for source in read_list(place, number)
    )


def _digests(source: Source) -> tuple[bytes, bytes]:
    """Which file it is, and what it holds, in few bytes: there may be millions."""
    state = f"{source.size} {source.stamp}"
    return (
        hashlib.blake2b(source.key.encode("utf-8", "surrogateescape"), digest_size=16).digest(),
        hashlib.blake2b(state.encode(), digest_size=8).digest(),
    )


def _batches(sources: Iterator[Source], size: int) -> Iterator[list[Source]]:
    while batch := list(islice(sources, size)):
        yield batch


def _list_files(part_files: int | None) -> int:
    """How many files a list has, so that it ends where a part ends."""
    return _LIST_FILES if part_files is None else part_files * max(1, _LIST_FILES // part_files)


def _good_size(files: int) -> int:
    """How many files a part should have: a power of two, which divides a list."""
    size = _LEAST_PART_FILES
    while size < min(_MOST_PART_FILES, files / _GOOD_PARTS):
        size *= 2
    return size
