"""The limit of one opinion: an engine that hangs would else keep its lease, and its case, for ever."""

import faulthandler
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Give what is done meanwhile so many seconds, else this process ends, with exit status 1.

    Its heartbeat ends with it, so that the job is free once its lease is over. Where it hung stands on
    stderr. One at a time in a process.
    """
    # This watch is no thread of Python's, which could not run while an engine holds the interpreter's lock.
    faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or 2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
