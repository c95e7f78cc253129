"""A narrow line between a kiosk and its server: little of it, far away, and some of it has to go twice."""

import queue
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from listening import Listening

SEGMENT_BYTES = 1400
_HEADER_BYTES = 40
"""TCP's and IP's, without options (RFC 9293, RFC 791)."""


@dataclass(frozen=True)
class Narrowness:
    """Bits a second each way, the round trip in seconds, and the share of segments that are sent again."""

    bits_a_second: float = 32_000
    round_trip_seconds: float = 0.9
    sent_again_share: float = 0.2

    def faster(self, times: float) -> "Narrowness":
        """The same line in so many times less time."""
        faster_bits, shorter = self.bits_a_second * times, self.round_trip_seconds / times
        return Narrowness(faster_bits, shorter, self.sent_again_share)


@dataclass
class Direction:
    """One way of the line; what is sent later never arrives earlier, as TCP has it.

    A segment that gets lost is missed a round trip later, and takes its time on the line again. No window is
    modelled: the first of a connection is 10 segments (RFC 6928), and the line itself holds three.
    """

    line: Narrowness
    chance: random.Random
    _free_at: float = field(default=0.0, init=False)
    _arrived_at: float = field(default=0.0, init=False)

    def arrives_at(self, sent_at: float, length_bytes: int) -> float:
        """When a segment that is handed over at ``sent_at`` can be read at the other end; all in seconds."""
        takes = (length_bytes + _HEADER_BYTES) * 8 / self.line.bits_a_second
        self._free_at = max(sent_at, self._free_at) + takes
        arrives_at = self._free_at + self.line.round_trip_seconds / 2
        while self.chance.random() < self.line.sent_again_share:
            self._free_at += takes
            arrives_at += self.line.round_trip_seconds + takes
        self._arrived_at = max(self._arrived_at, arrives_at)
        return self._arrived_at


class NarrowLine(Listening):
    """Listens on ``port`` of loopback and passes every connection on to the server's."""

    def __init__(self, server_port: int, line: Narrowness, chance: random.Random) -> None:
        self._server_port, self._line, self._chance = server_port, line, chance
        super().__init__(self._join)

    def _join(self, near: socket.socket) -> None:
        # The client's own kernel said that it is connected; on the line that takes a round trip.
        connected_at = time.monotonic() + self._line.round_trip_seconds
        far = socket.create_connection(("127.0.0.1", self._server_port))
        for source, target in ((near, far), (far, near)):
            way = Direction(self._line, random.Random(self._chance.random()))
            _pass_on(source, target, way, connected_at)


def _pass_on(source: socket.socket, target: socket.socket, way: Direction, connected_at: float) -> None:
    """Segments of one direction, each when it is due; the end of what is said is passed on too."""
    under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

    def take() -> None:
        segment = b"begin"
        while segment:
            segment = _read(source)
            arrives_at = way.arrives_at(max(time.monotonic(), connected_at), len(segment))
            under_way.put((arrives_at, segment))

    def give() -> None:
        with suppress(OSError):
            while (due := under_way.get())[1]:
                time.sleep(max(0.0, due[0] - time.monotonic()))
                target.sendall(due[1])
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    for work in (take, give):
        _start(work)


def _start(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _read(source: socket.socket) -> bytes:
    """The next segment; nothing where there is none any more."""
    try:
        return source.recv(SEGMENT_BYTES)
    except OSError:
        return b""
