"""Getting the bytes of files, wherever they are."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from legible.bulk.archives import open_archive, read_member
from legible.bulk.errors import BulkError
from legible.bulk.places import Place, Storage, open_place
from legible.bulk.sources import Source
from legible.reader.errors import ReadError
from legible.rows import describe

# So many files of a bucket are on their way while one is read: hides the way, costs 100 MB at most.
_AHEAD = 4

Load = Callable[[], bytes]


class NotThere(Exception):
    """A file that cannot be opened, and never will: it is gone, a folder, or not ours."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.problem = describe(error)


class Loader:
    """Gets the bytes of files; those of a bucket a few ahead, since their way is long."""

    def __init__(self, storage: Storage, max_bytes: int) -> None:
        self._storage = storage
        self._max_bytes = max_bytes
        self._archive: tuple[str, Any, Any] | None = None

    def __enter__(self) -> "Loader":
        return self

    def __exit__(self, *_error: object) -> None:
        self._close_archive()

    def load_all(self, sources: Sequence[Source]) -> Iterator[tuple[Source, Load]]:
        """Answer each file with what gives its bytes."""
        with ThreadPoolExecutor(_AHEAD) as pool:
            waiting: deque[tuple[Source, Load]] = deque()
            for source in sources:
                waiting.append((source, self._begin(pool, source)))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft()
            yield from waiting

    def _begin(self, pool: ThreadPoolExecutor, source: Source) -> Load:
        place = open_place(source.at, self._storage)
        if source.problem or source.member is not None or place.is_local:
            return lambda: self._load(place, source)
        if source.size > self._max_bytes:
            return bytes
        future: Future[bytes] = pool.submit(self._load, place, source)
        return future.result

    def _load(self, place: Place, source: Source) -> bytes:
        try:
            if source.member is not None:
                archive = self._open_archive(place, source.at)
                return read_member(archive, source.member, source.name or "", self._max_bytes)
            if place.is_local:
                return bytes(place.fs.cat_file(place.path, 0, self._max_bytes + 1))
            # Some stores refuse a range that is longer than the object.
            return bytes(place.fs.cat_file(place.path))
        except OSError as error:
            lasting = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
            if place.is_local or isinstance(error, lasting):
                raise NotThere(error) from error
            raise _no_answer(source) from error
        except ReadError:
            raise
        except Exception as error:  # each storage has its own
            raise _no_answer(source) from error

    def _open_archive(self, place: Place, at: str) -> Any:
        if self._archive is None or self._archive[0] != at:
            self._close_archive()
            file = place.fs.open(place.path, "rb")
            self._archive = (at, file, open_archive(file))
        return self._archive[2]

    def _close_archive(self) -> None:
        if self._archive is not None:
            self._archive[2].close()
            self._archive[1].close()
            self._archive = None


def _no_answer(source: Source) -> BulkError:
    return BulkError(f"The storage did not give {source.file}. Look whether it can be reached.")
