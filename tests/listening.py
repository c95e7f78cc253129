"""A port of loopback where somebody stands in between."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class Listening:
    """Listens on ``port`` of loopback; ``meet`` gets its connections, one by one, until ``close``."""

    def __init__(self, meet: Callable[[socket.socket], None]) -> None:
        self._meet = meet
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._meet(self._listener.accept()[0])
