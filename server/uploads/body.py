"""The body of a request, piece by piece as the network gives it, compared with its checksum first."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Protocol

from werkzeug.exceptions import ClientDisconnected

from server.disk import room_needed
from server.errors import ChecksumMismatch, UploadTooLong

PIECE_BYTES = 64 * 1024
"""The most that is read before it is made durable, and so the most to be sent again."""


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size_bytes: int, /) -> bytes:
        """At most so many; none at the end. Raises OSError where the connection broke."""


@dataclass(frozen=True)
class Checksum:
    """The digest that the body is to have, by an algorithm of hashlib's."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Body:
    """A body on its way; ``length`` as announced, None where it was not; ``checksum`` None for none."""

    stream: Stream
    length: int | None
    checksum: Checksum | None


@contextmanager
def arriving(body: Body, room_bytes: int, open_staging: Callable[[], IO[bytes]]) -> Iterator[Iterator[bytes]]:
    """The body's pieces. One with a checksum is staged whole and compared before the first is given.

    Raises UploadTooLong for more than ``room_bytes``, ChecksumMismatch, ClientDisconnected, StorageFull.
    """
    if body.length is not None and body.length > room_bytes:
        raise _too_long()
    if body.checksum is None:
        yield _pieces(body, room_bytes)
        return
    with room_needed(), open_staging() as file:
        _stage(body, body.checksum, room_bytes, file)
        yield iter(partial(file.read, PIECE_BYTES), b"")


def _pieces(body: Body, room_bytes: int) -> Iterator[bytes]:
    """A piece that goes beyond the room is not given at all; a body that ends too soon was cut off."""
    came_bytes = 0
    while piece := _read(body.stream):
        came_bytes += len(piece)
        if came_bytes > room_bytes:
            raise _too_long()
        yield piece
    if came_bytes < (body.length or 0):
        raise ClientDisconnected


def _read(stream: Stream) -> bytes:
    try:
        return stream.read(PIECE_BYTES)
    except OSError as error:
        raise ClientDisconnected from error


def _stage(body: Body, checksum: Checksum, room_bytes: int, file: IO[bytes]) -> None:
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False)
    for piece in _pieces(body, room_bytes):
        digest.update(piece)
        file.write(piece)
    if not hmac.compare_digest(digest.digest(), checksum.digest):
        raise ChecksumMismatch(
            "the body is not what its checksum says: nothing of it was kept, send it again"
        )
    file.seek(0)


def _too_long() -> UploadTooLong:
    return UploadTooLong("the body goes beyond the upload's length: nothing beyond it was kept")
