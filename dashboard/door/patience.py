"""How long the server waits for a client: a thread is lent to those who speak, not to those who hesitate."""

import errno
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

HEAD_SECONDS = 10.0
"""A request's head has to be whole by then; a silent connection is closed."""

BODY_SECONDS = 300.0
"""So has its body: 20 MiB at 70 kB/s."""

SILENCE_SECONDS = 10.0
"""And no pause within either may be longer."""

MOST_WAITING = 24
"""Connections of one address that may hold a thread each while their head does not come."""

_PROMPT_SECONDS = 0.25
"""A client that speaks by then does not count as waiting."""


class Waiting:
    """How many connections of each address hold a thread and say nothing."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold a place while waiting. Raises ConnectionResetError where the address has too many."""
        with self._lock:
            if self._counts[address] >= MOST_WAITING:
                raise ConnectionResetError(errno.ECONNRESET, "too many connections of this address wait")
            self._counts[address] += 1
        try:
            yield
        finally:
            with self._lock:
                self._counts[address] -= 1
                self._counts += Counter()  # drops addresses that have none


class PatientSocket(socket.socket):
    """A client's socket whose blocking reads end in time; writes may take as long as they want,
    for streams only write. What gunicorn reads with its own timeout is left alone.
    """

    _address: str
    _waiting: Waiting
    _reads_head = True
    _read_by = 0.0

    @classmethod
    def instead_of(cls, plain: socket.socket, client: Any, waiting: Waiting) -> "PatientSocket":
        """Take over the connection of ``plain``, which is closed to its holder."""
        patient = cls(fileno=plain.detach())
        patient._address = client[0] if isinstance(client, tuple) else ""
        patient._waiting = waiting
        return patient

    def expect_head(self) -> None:
        """A request begins."""
        self._reads_head, self._read_by = True, time.monotonic() + HEAD_SECONDS

    def expect_body(self) -> None:
        """Its head is whole."""
        self._reads_head, self._read_by = False, time.monotonic() + BODY_SECONDS

    def says_something(self) -> bool:
        """Whether a first byte comes in time; it stays to be read."""
        self.setblocking(True)
        try:
            return bool(self.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Read what comes. Raises ConnectionResetError, which gunicorn takes for a client
        that left, where nothing comes in time.
        """
        if self.gettimeout() is not None:
            return super().recv(size, flags)
        try:
            return self._recv_in_time(size, flags)
        except OSError:
            with suppress(OSError):
                self.shutdown(socket.SHUT_RD)  # or gunicorn lingers over it when it closes
            raise

    def _recv_in_time(self, size: int, flags: int) -> bytes:
        with suppress(TimeoutError):
            return self._recv_within(_PROMPT_SECONDS, size, flags)
        place = self._waiting.place(self._address) if self._reads_head else nullcontext()
        with place:
            try:
                return self._recv_within(SILENCE_SECONDS, size, flags)
            except TimeoutError:
                raise ConnectionResetError(errno.ECONNRESET, "the client says nothing") from None

    def _recv_within(self, seconds: float, size: int, flags: int) -> bytes:
        left = min(seconds, self._read_by - time.monotonic())
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)
        try:
            return super().recv(size, flags)
        finally:
            self.settimeout(None)
