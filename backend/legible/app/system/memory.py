"""How the process gives memory back after large pictures."""

import asyncio
import ctypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_PAUSE_S = 5


def give_back_memory() -> None:
    """Return what is free in the heap to the system.

    glibc keeps freed arrays of up to 32 MiB for the next ones. Giving every large array pages of
    its own (`M_MMAP_THRESHOLD`) holds less too, but took a third more processor time a picture.
    Other C libraries have no `malloc_trim`.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


@asynccontextmanager
async def giving_memory_back() -> AsyncIterator[None]:
    """Give memory back every few seconds, not after every picture: the next one would fetch it."""

    async def now_and_then() -> None:
        while True:
            await asyncio.sleep(_PAUSE_S)
            await asyncio.to_thread(give_back_memory)

    task = asyncio.create_task(now_and_then())
    try:
        yield
    finally:
        task.cancel()
