"""How the process gives memory back after large pictures."""

import ctypes


def give_memory_back() -> None:
    """Return what is free in the heap to the system.

    glibc keeps freed arrays of up to 32 MiB for the next ones, in an arena for each thread: four
    threads that have read 8 megapixels each hold 600 MB more than they did, and 30 after this.
    Giving every large array pages of its own (`M_MMAP_THRESHOLD`) holds less too, but took a third
    more processor time a picture. Other C libraries have no `malloc_trim`.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
