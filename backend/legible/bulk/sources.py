"""What is to be read: the files of folders, globs, archives and buckets, in a fixed order."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from legible.bulk.archives import list_archive, open_archive
from legible.bulk.errors import BulkError
from legible.bulk.places import Place, Storage, answering, open_place
from legible.reader.errors import ReadError

# Of a folder only what its name says is a picture or an archive; what is named is read as it is.
_FILE = re.compile(r".*\.(jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf]|pdf|zip)", re.IGNORECASE)
_GLOB = re.compile(r"[*?\[]")
# What file systems call the time of the last change, or the fingerprint of the content.
_STAMPS = ("ETag", "etag", "mtime", "LastModified", "updated", "created")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that is to be read.

    `file` is its name in the output; `at` its address from anywhere; `stamp` changes with its
    content. In an archive `at` is that of the archive, `member` the place in its list and `name`
    what it is called there. `problem` is the code and the words of why it is not read.
    """

    file: str
    at: str
    size: int
    stamp: str
    member: int | None = None
    name: str | None = None
    problem: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        """What makes it this file, and no other."""
        return self.at if self.member is None else f"{self.at}!{self.member}!/{self.name}"

    def to_dict(self) -> dict[str, Any]:
        """As it is kept, without what it has not."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Source":
        """The reverse."""
        problem = told.get("problem")
        return cls(**{**told, "problem": tuple(problem) if problem else None})


def find_sources(names: Sequence[str], storage: Storage) -> Iterator[Source]:
    """List all files, folder by folder, each in the order of names.

    No more than one folder's or archive's names are in memory. Files that two of the names lead
    to come twice.

    Raises:
        BulkError: there is nothing under one of the names, or its storage does not answer.
    """
    for named in names:
        place = open_place(named, storage)
        found = False
        with answering(place):
            for info, shown in _begin(place):
                for source in _walk(place, info, shown, chosen=True):
                    found = True
                    yield source
        if not found:
            raise BulkError(f"There is no picture at {named}. Check the name, or leave it out.")


def _begin(place: Place) -> Iterator[tuple[Mapping[str, Any], str]]:
    """What a name stands for: itself, or all that a glob matches; each with its name shown."""
    if _GLOB.search(place.path) and not place.fs.exists(place.path):
        for path, info in sorted(place.fs.glob(place.path, detail=True).items()):
            yield info, _shown(place, path)
    else:
        yield place.fs.info(place.path), place.named


def _shown(place: Place, path: str) -> str:
    """The name of a match as the user would have written it."""
    if not place.is_local:
        return place.address(path)
    fixed = _GLOB.split(place.named)[0]
    fixed_path = _GLOB.split(place.path)[0]
    return fixed + path.removeprefix(fixed_path)


def _walk(place: Place, info: Mapping[str, Any], shown: str, *, chosen: bool) -> Iterator[Source]:
    path = str(info["name"])
    if info["type"] == "directory":
        if info.get("islink") and not chosen:  # it may lead back to where it lies
            return
        for each in sorted(place.fs.ls(path, detail=True), key=lambda each: str(each["name"])):
            name = str(each["name"]).rstrip("/").rpartition("/")[2]
            within = str(each["name"]).rstrip("/") != path.rstrip("/")
            if within and not name.startswith("."):
                yield from _walk(place, each, f"{shown.rstrip('/')}/{name}", chosen=False)
    elif path.lower().endswith(".zip"):
        yield from _list_archive(place, info, shown)
    elif chosen or _FILE.fullmatch(path):
        yield Source(shown, place.address(path), int(info["size"] or 0), _stamp(info))


def _stamp(info: Mapping[str, Any]) -> str:
    return next((str(info[name]) for name in _STAMPS if info.get(name) is not None), "")


def _list_archive(place: Place, info: Mapping[str, Any], shown: str) -> Iterator[Source]:
    path, at = str(info["name"]), place.address(str(info["name"]))
    try:
        with place.fs.open(path, "rb") as file, open_archive(file) as archive:
            entries = list(list_archive(archive))
    except ReadError as error:
        damaged = (error.code, error.detail)
        yield Source(shown, at, int(info["size"] or 0), _stamp(info), problem=damaged)
        return
    for index, entry, why in entries:
        name = entry.orig_filename
        problem = (why.code, why.detail) if why else None
        stamp = f"{entry.CRC:08x}"
        yield Source(f"{shown}!/{name}", at, entry.file_size, stamp, index, name, problem)
