"""What there is to read in a batch, one after another."""

import unicodedata
import zipfile
from dataclasses import dataclass

from legible.app.batches.archives import (
    Budget,
    Entry,
    archive_too_large,
    is_archive,
    list_entries,
    open_archive,
)
from legible.app.batches.archives import read_entry as read_entry_of
from legible.app.batches.form import Form, Part, too_many_files
from legible.app.errors import AppError
from legible.app.settings import Settings

# Folders and what systems put into archives, beside the files.
_ENTRIES_A_FILE = 10
_MAX_NAME_CHARS = 1000


@dataclass(frozen=True)
class Item:
    """One file to read, alone or from an archive; or one that cannot be, and why."""

    index: int
    part: Part
    entry: Entry | None = None
    problem: AppError | None = None

    @property
    def file_name(self) -> str:
        """Its name; in an archive with its folders."""
        return self.part.name if self.entry is None else _shown(self.entry.name)

    @property
    def archive(self) -> str | None:
        """The name of the archive that it is in."""
        return None if self.entry is None else self.part.name


def _shown(name: str) -> str:
    kept = "".join(char for char in name if not unicodedata.category(char).startswith("C"))
    return kept[:_MAX_NAME_CHARS] or "entry"


def find_items(form: Form, settings: Settings) -> list[Item]:
    """List what is in a batch, in its order; each archive is opened once and nothing unpacked.

    Raises:
        AppError: 413 `too_many_files`.
    """
    most = settings.max_batch_files
    budget = Budget(_ENTRIES_A_FILE * most, settings.max_unpacked_bytes)
    items: list[Item] = []
    for part in form.parts:
        if not is_archive(form.spool, part):
            problem = _too_large(part, settings) if part.size > settings.max_upload_bytes else None
            items.append(Item(len(items), part, problem=problem))
        else:
            items += _entries(form, part, settings, budget, first=len(items))
        if len(items) > most:
            raise too_many_files(most)
    return items


def _entries(
    form: Form, part: Part, settings: Settings, budget: Budget, *, first: int
) -> list[Item]:
    try:
        if budget.is_spent:
            raise archive_too_large()
        with open_archive(form.spool, part) as archive:
            entries = list_entries(
                archive,
                packed_bytes=part.size,
                max_bytes=settings.max_upload_bytes,
                budget=budget,
            )
    except AppError as problem:
        return [Item(first, part, problem=problem)]
    return [
        Item(first + number, part, entry, entry.problem) for number, entry in enumerate(entries)
    ]


def _too_large(part: Part, settings: Settings) -> AppError:
    return AppError(
        413,
        "too_large",
        f"The file has {part.size:,} bytes and at most {settings.max_upload_bytes:,} are read. "
        "Send a smaller copy.",
    )


class Contents:
    """Gives the content of one item after another; the archive of the last one stays open."""

    def __init__(self, form: Form, settings: Settings) -> None:
        self._form = form
        self._max_bytes = settings.max_upload_bytes
        self._archive: tuple[Part, zipfile.ZipFile] | None = None

    def read(self, item: Item) -> bytes:
        """Answer the content of an item.

        Raises:
            AppError: why there is none.
        """
        if item.problem is not None:
            raise item.problem
        if item.entry is None:
            return self._form.read(item.part)
        if self._archive is None or self._archive[0] is not item.part:
            self._archive = (item.part, open_archive(self._form.spool, item.part))
        return read_entry_of(self._archive[1], item.entry, self._max_bytes)
