"""Whether this process was told to stop, for work that would go on for long."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """Is told by the signals that stop servers; ASGI says nothing while requests run."""

    def __init__(self) -> None:
        self.begun = False

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Listen to the signals for the block, then hand each to whoever listened before.

        Nothing happens outside of the main thread, which alone may, nor where no server listens.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in _SIGNALS}

        def note(number: int, frame: FrameType | None) -> None:
            self.begun = True
            handler = before[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        watched = [number for number in _SIGNALS if callable(before[number])]
        for number in watched:
            signal.signal(number, note)
        try:
            yield
        finally:
            for number in watched:
                if signal.getsignal(number) is note:
                    signal.signal(number, before[number])
