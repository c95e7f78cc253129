"""What every process of the server does first, and how it ends."""

import logging
import os
import signal
import sys
import threading
from typing import Protocol


class Foreground(Protocol):
    """What runs until it is stopped."""

    def run(self) -> int:
        """Run; the exit status."""

    def stop(self) -> None:
        """End soon; called from another thread."""


def prepare() -> None:
    """Files are for the server's own group; the log goes to stderr."""
    os.umask(0o007)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")


def run_until_stopped(process: Foreground) -> int:
    """Run until a signal comes. The handler runs between two steps of this very thread, which may hold
    the lock that ``stop`` wants: so another thread asks for the end.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=process.stop).start())
    return process.run()
