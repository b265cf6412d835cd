"""Reading the items of a batch, one after another, each in a transaction of its own."""

import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import anyio
from fastapi.concurrency import run_in_threadpool

from legible.app.batches.items import Contents, Item
from legible.app.deps import Caller, Services, look_up_again
from legible.app.errors import PROBLEMS, AppError, problem_of
from legible.app.fingerprints import fingerprint
from legible.app.idempotency import Claim, Replayed, claiming
from legible.app.readings import making
from legible.app.readings.pictures import clean_file_name
from legible.app.readings.schemas import show_reading
from legible.app.storage import StorageUnavailable
from legible.app.storage.refusal import storage_unavailable
from legible.reader.errors import ReadError
from legible.reader.types import ReadOptions

# What passes by itself: many others are being read, or an earlier request still reads this item.
_PASSING = frozenset({"busy", "in_progress"})
_ASK_AGAIN_S = 0.5
# Beyond the end of a claim, after which the item is free.
_PATIENCE_S = 5

_log = logging.getLogger(__name__)

Line = dict[str, Any]


@dataclass
class Tally:
    """How many items have been answered, and how."""

    read: int = 0
    failed: int = 0
    replayed: int = 0
    pages: int = 0

    def add(self, line: Line) -> None:
        """Count one more."""
        if "error" in line:
            self.failed += 1
            return
        self.read += 1
        self.replayed += "replayed" in line
        self.pages += len(line["reading"]["pages"])


class Batch:
    """The items of one request, and who wants them read."""

    def __init__(
        self,
        services: Services,
        caller: Caller,
        *,
        items: list[Item],
        contents: Contents,
        options: ReadOptions,
        key: str | None,
    ) -> None:
        self._services = services
        self._caller = caller
        self._items = items
        self._contents = contents
        self._options = options
        self._key = key

    async def lines(self, start: int) -> AsyncIterator[bytes]:
        """Read from the `start`-th item on and answer a line each, in order, then the end.

        Nothing is read ahead: the next item begins when its line is wanted. Whoever hangs up is
        noticed after the item that is being read, which then is kept and counted.
        """
        tally, refusal = Tally(), None
        for item in self._items[start:]:
            line = await self._answer(item)
            if isinstance(line, AppError):
                refusal = line
                break
            tally.add(line)
            yield _write(line)
        end: Line = {"done": refusal is None, **vars(tally)}
        if refusal is not None:
            end |= {"code": refusal.code, "detail": refusal.detail}
        yield _write(end)

    async def _answer(self, item: Item) -> Line | AppError:
        """Answer an item; or why it is not the time for any more."""
        give_up_at = time.monotonic() + self._services.settings.idempotency_lease_s + _PATIENCE_S
        while True:
            if self._services.stopping.begun:
                return AppError(503, "stopping", PROBLEMS["stopping"][1])
            try:
                async with self._services.batches:  # in the order of their coming
                    return await run_in_threadpool(self._read, item)
            except _NoMore as refused:
                return refused.error
            except AppError as passing:
                if time.monotonic() > give_up_at:
                    return self._line(item, error=problem_of(passing))
            await anyio.sleep(_ASK_AGAIN_S)

    def _read(self, item: Item) -> Line:
        """Read an item. Raises what passes by itself, and what ends the batch."""
        try:
            # A batch may take an hour, and its owner may lose the right to it meanwhile.
            caller = look_up_again(self._services, self._caller)
        except AppError as error:
            raise _NoMore(error) from error
        try:
            reading = self._read_once(item, caller)
        except Replayed as earlier:
            reading = json.loads(bytes(earlier.response.body))
            return self._line(item, status=201, replayed=True, reading=reading)
        except (AppError, ReadError) as error:
            if error.code in _PASSING:
                raise
            return self._line(item, error=problem_of(error))
        except StorageUnavailable as error:
            return self._line(item, error=problem_of(storage_unavailable(error)))
        except Exception:  # one picture that we fail on must not cost the others
            _log.exception("an item of a batch failed")
            failed = AppError(500, "internal_error", PROBLEMS["internal_error"][1])
            return self._line(item, error=problem_of(failed))
        return self._line(item, status=201, reading=reading)

    def _read_once(self, item: Item, caller: Caller) -> Line:
        data = self._contents.read(item)
        claim = self._claim(item, data, caller.user.id)
        with claiming(self._services, claim) as idempotency:
            made = making.make_reading(
                self._services,
                caller=caller,
                file_name=clean_file_name(item.file_name),
                data=data,
                options=self._options,
            )
            body = show_reading(made.row, made.reading.stages).model_dump_json().encode()
            with making.keeping(self._services, made, caller=caller) as (session, _):
                idempotency.answer(session, 201, body, headers={}, resource_id=made.row.id)
        self._services.shadow.offer(made.row.id, data, self._options, made.reading)
        reading: Line = json.loads(body)
        return reading

    def _claim(self, item: Item, data: bytes, user_id: UUID) -> Claim | None:
        """The right to read this item under the key of its batch.

        The place is in the key and the content in the fingerprint: another file in the same place
        is refused, so a batch that is sent again with some files missing counts none of them twice.
        """
        if self._key is None:
            return None
        content = [
            item.file_name,
            item.archive,
            self._options.symbols,
            self._options.pattern,
            hashlib.sha256(data).hexdigest(),
        ]
        return Claim(
            user_id,
            f"batch-{hashlib.sha256(self._key.encode()).hexdigest()}-{item.index}",
            fingerprint("POST", "/readings/batch", json.dumps(content).encode()),
            uuid4(),
        )

    def _line(self, item: Item, **values: Any) -> Line:
        archive = {} if item.archive is None else {"archive": item.archive}
        return {
            "index": item.index,
            "of": len(self._items),
            "part": item.part.number,
            "file_name": item.file_name,
            **archive,
            **values,
        }


class _NoMore(Exception):  # the end of a batch, no error of its item
    """The caller may not have any more items read."""

    def __init__(self, error: AppError) -> None:
        super().__init__()
        self.error = error


def _write(line: Line) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"
