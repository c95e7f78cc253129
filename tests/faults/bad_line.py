"""A bad line between a kiosk and its server: a proxy of TCP whose connections fail in every way they do."""

import random
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from enum import StrEnum

from listening import Listening

_PIECE_BYTES = 4096
_SLOW_BYTES_A_SECOND = 5_000
_SLOW_SECONDS = 0.4
_BLACK_HOLE_SECONDS = 0.7
_MOST_BYTES_BEFORE_THE_END = 150_000
_RESET = struct.pack("ii", 1, 0)
_PAGE = b"<html>Please sign in.</html>\r\n"
_PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(_PAGE), _PAGE)


class Fault(StrEnum):
    """What becomes of a connection."""

    NONE = "none"
    RESET = "reset"
    CLOSE = "close"
    BLACK_HOLE = "black hole"
    SLOW = "slow"
    LOST_ANSWER = "lost answer"
    PORTAL = "captive portal"


class BadLine(Listening):
    """Listens on ``port`` of loopback and passes on to the server's, as luck will have it.

    ``share`` of the connections meet a fault, and the others end somewhere, until ``mend`` is called.
    """

    def __init__(self, server_port: int, chance: random.Random, share: float) -> None:
        self._server_port = server_port
        self._chance = chance
        self._share = share
        self.met: Counter[Fault] = Counter()
        super().__init__(self._draw_for)

    def mend(self) -> None:
        """From now on every connection holds."""
        self._share = 0.0

    def lead_to(self, server_port: int) -> None:
        """The server is at another port since."""
        self._server_port = server_port

    def _draw_for(self, near: socket.socket) -> None:
        fault = self._draw()
        self.met[fault] += 1
        threading.Thread(target=self._serve, args=(near, fault), daemon=True).start()

    def _draw(self) -> Fault:
        if self._chance.random() >= self._share:
            return Fault.NONE
        return self._chance.choice([fault for fault in Fault if fault is not Fault.NONE])

    def _serve(self, near: socket.socket, fault: Fault) -> None:
        with suppress(OSError), near:
            if fault is Fault.PORTAL:
                near.recv(_PIECE_BYTES)
                near.sendall(_PORTAL)
            elif fault is Fault.BLACK_HOLE:
                time.sleep(_BLACK_HOLE_SECONDS)
                _reset(near)
            else:
                self._pass_on(near, fault)

    def _pass_on(self, near: socket.socket, fault: Fault) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._server_port), timeout=5)
        except OSError:
            _reset(near)
            return
        with far:
            passage = _Passage(near, far, fault, self._limit_bytes())
            back = threading.Thread(target=passage.answers, daemon=True)
            back.start()
            passage.requests()
            back.join()

    def _limit_bytes(self) -> int:
        """How far a connection goes before its end, be it faulty or not; without one on a mended line."""
        return self._chance.randrange(1, _MOST_BYTES_BEFORE_THE_END) if self._share else 1 << 62


class _Passage:
    """One connection to the server and back; its fault comes after so many bytes of requests."""

    def __init__(self, near: socket.socket, far: socket.socket, fault: Fault, limit_bytes: int) -> None:
        self._near, self._far, self._fault, self._limit_bytes = near, far, fault, limit_bytes
        self._passed_bytes = 0

    def requests(self) -> None:
        """What the kiosk says, until the fault comes."""
        with suppress(OSError):
            while piece := self._near.recv(_PIECE_BYTES):
                left = self._limit_bytes - self._passed_bytes
                if self._fault is Fault.SLOW:
                    time.sleep(min(len(piece) / _SLOW_BYTES_A_SECOND, _SLOW_SECONDS))
                self._far.sendall(piece[:left] if self._fault is not Fault.LOST_ANSWER else piece)
                self._passed_bytes += len(piece)
                if len(piece) >= left and self._fault is not Fault.LOST_ANSWER:
                    self._end()
                    break
            self._far.shutdown(socket.SHUT_WR)

    def answers(self) -> None:
        """What the server says; a lost answer is read here and goes no further."""
        with suppress(OSError):
            while piece := self._far.recv(_PIECE_BYTES):
                if self._fault is Fault.LOST_ANSWER and self._passed_bytes >= self._limit_bytes:
                    _reset(self._near)
                    return
                self._near.sendall(piece)
        with suppress(OSError):
            self._near.shutdown(socket.SHUT_RDWR)

    def _end(self) -> None:
        if self._fault is Fault.RESET:
            _reset(self._near)
        else:
            self._near.shutdown(socket.SHUT_RDWR)


def _reset(near: socket.socket) -> None:
    """RST instead of FIN."""
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    near.close()
