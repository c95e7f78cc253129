"""Streams that stay open: how many there are, and when each has to end.

An open stream holds one of the server's threads, so there are at most so many, and
every one ends by itself when the dashboard stops or its phone is revoked.
"""

import threading
import time

from werkzeug.exceptions import ServiceUnavailable

from device.errors import StoreError
from device.store.phones import Phones

_CHECK_SECONDS = 2.0
_RETRY_SECONDS = 5


class Stream:
    """One open stream, of the phone that holds ``secret``."""

    def __init__(self, streams: "Streams", secret: str) -> None:
        self._streams = streams
        self._secret = secret
        self._paired = True
        self._check_at = time.monotonic() + _CHECK_SECONDS

    def is_over(self) -> bool:
        """Whether to end now: the dashboard stops, or (looked up every 2 s) the phone was revoked."""
        if time.monotonic() >= self._check_at:
            self._paired = self._streams.is_paired(self._secret)
            self._check_at = time.monotonic() + _CHECK_SECONDS
        return self._streams.stopping.is_set() or not self._paired

    def close(self) -> None:
        """Give the place back."""
        self._streams.close(self)


class Streams:
    """All open streams of this process; ``stopping`` is set once and ends them."""

    def __init__(self, phones: Phones, most: int) -> None:
        self.stopping = threading.Event()
        self._phones = phones
        self._most = most
        self._open: set[Stream] = set()
        self._lock = threading.Lock()

    def open(self, secret: str) -> Stream:
        """Take a place. Raises ServiceUnavailable where none is free."""
        with self._lock:
            if len(self._open) >= self._most:
                raise ServiceUnavailable(
                    "too many pages are open on this kiosk: close some and try again",
                    retry_after=_RETRY_SECONDS,
                )
            stream = Stream(self, secret)
            self._open.add(stream)
        return stream

    def close(self, stream: Stream) -> None:
        """Give a stream's place back; doing it twice is no error."""
        with self._lock:
            self._open.discard(stream)

    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def is_paired(self, secret: str) -> bool:
        """Whether the secret still belongs to a phone; a store that fails ends nobody's stream."""
        try:
            return self._phones.by_secret(secret) is not None
        except StoreError:
            return True
