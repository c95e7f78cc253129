"""A client's socket whose reads end in time, and gunicorn's connections over it."""

import errno
import socket
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any, TypeVar

from device.patience.bounds import Waiting

_PROMPT_SECONDS = 0.25
"""A client that speaks by then does not count as waiting."""

Read = TypeVar("Read")


class PatientSocket(socket.socket):
    """A client's socket whose blocking reads end in time, its writes too where there is a bound.

    What gunicorn reads with its own timeout is left alone.
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

    def go_on_from(self, earlier: "PatientSocket") -> None:
        """Wait for the same client, within what is left of its time."""
        self._address, self._waiting = earlier._address, earlier._waiting
        self._reads_head, self._read_by = earlier._reads_head, earlier._read_by

    def expect_head(self) -> None:
        """A request begins."""
        self._reads_head, self._read_by = True, time.monotonic() + self._waiting.patience.head_seconds

    def expect_body(self, length_bytes: int) -> None:
        """Its head is whole; 0 bytes where the body's length is not known."""
        seconds = self._waiting.patience.body_within_seconds(length_bytes)
        self._reads_head, self._read_by = False, time.monotonic() + seconds

    def says_something(self) -> bool:
        """Whether a first byte comes in time; it stays to be read."""
        self.setblocking(True)
        try:
            return bool(self.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Read what comes. Raises ConnectionResetError, which gunicorn takes for a client
        that left, where nothing comes in time.
        """
        read = partial(super().recv, buflen, flags)
        return read() if self.gettimeout() is not None else self._in_time(read)

    def sendall(self, content: Any, flags: int = 0, /) -> None:
        """Write. Raises ConnectionResetError where the client does not take it in time."""
        seconds = self._waiting.patience.answer_seconds
        if seconds is None or self.gettimeout() is not None:
            super().sendall(content, flags)
            return
        self.settimeout(seconds)
        try:
            super().sendall(content, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the client takes nothing") from None
        finally:
            self.settimeout(None)

    def _in_time(self, read: Callable[[], Read]) -> Read:
        try:
            return self._promptly_or_waiting(read)
        except OSError:
            with suppress(OSError):
                # Or gunicorn lingers over it when it closes. TLS, if any, goes on to write.
                socket.socket.shutdown(self, socket.SHUT_RD)
            raise

    def _promptly_or_waiting(self, read: Callable[[], Read]) -> Read:
        with suppress(TimeoutError):
            return self._within(_PROMPT_SECONDS, read)
        with self._waiting.place(self._address) if self._reads_head else nullcontext():
            try:
                return self._within(self._waiting.patience.silence_seconds, read)
            except TimeoutError:
                raise ConnectionResetError(errno.ECONNRESET, "the client says nothing") from None

    def _within(self, seconds: float, read: Callable[[], Read]) -> Read:
        left = min(seconds, self._read_by - time.monotonic())
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)
        try:
            return read()
        finally:
            self.settimeout(None)


def begins(conn: Any, waiting: Waiting) -> bool:
    """Whether the client of gunicorn's connection begins a request; from here on its reads end in time."""
    if not isinstance(conn.sock, PatientSocket):
        conn.sock = PatientSocket.instead_of(conn.sock, conn.client, waiting)
    conn.sock.expect_head()
    return conn.initialized or conn.sock.says_something()


def goes_on(conn: Any, request: Any) -> None:
    """The head of gunicorn's request came: now its body is waited for."""
    lengths = (value for name, value in request.headers if name == "CONTENT-LENGTH")
    conn.sock.expect_body(int(next(lengths, 0)))
