"""What is waited for how long, and how many of one address may be waited for."""

import errno
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Bounds in seconds; ``slowest_bytes_a_second`` and ``answer_seconds`` None set none."""

    head_seconds: float = 10.0
    """A request's head has to be whole by then, TLS included; a silent connection is closed."""

    body_seconds: float = 300.0
    """So has its body: 20 MiB at 70 kB/s."""

    slowest_bytes_a_second: float | None = None
    """A longer body has more time than that, as much as it takes at this pace."""

    silence_seconds: float = 10.0
    """No pause within either may be longer."""

    answer_seconds: float | None = None
    """Each piece of an answer has to be taken by then."""

    most_waiting: int = 24
    """Connections of one address that may hold a thread each while their head does not come."""

    def body_within_seconds(self, length_bytes: int) -> float:
        """How long a body may take; 0 bytes where the length is not known."""
        if self.slowest_bytes_a_second is None:
            return self.body_seconds
        return self.body_seconds + length_bytes / self.slowest_bytes_a_second


class Waiting:
    """How many connections of each address hold a thread and say nothing."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold a place while waiting. Raises ConnectionResetError where the address has too many."""
        with self._lock:
            if self._counts[address] >= self.patience.most_waiting:
                raise ConnectionResetError(errno.ECONNRESET, "too many connections of this address wait")
            self._counts[address] += 1
        try:
            yield
        finally:
            with self._lock:
                self._counts[address] -= 1
                self._counts += Counter()  # drops addresses that have none
