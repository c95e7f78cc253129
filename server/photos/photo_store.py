"""A place for photos' bytes: a folder here, a bucket elsewhere."""

import re
import uuid
from typing import Protocol

from server.errors import PhotoGone

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


class PhotoStore(Protocol):
    """Keeps bytes under names of ours; a name is written once and never with other bytes.

    What was written is read by whoever asks next, on any machine that shares the place.
    """

    def write(self, name: str, photo: bytes) -> None:
        """Keep the bytes; on return they survive a power cut.

        Raises StorageFull, with nothing half left, or Overloaded where the place cannot be reached.
        """

    def read(self, name: str) -> bytes:
        """The bytes as they were written. Raises PhotoGone, or Overloaded."""

    def remove(self, name: str) -> None:
        """Remove them for good; absent is no error, nor is a name of another place. Raises Overloaded."""


def new_name() -> str:
    """A name that was never used: ``ab/abcd...``, 32 random hexadecimal digits behind their first two."""
    digits = uuid.uuid4().hex
    return f"{digits[:2]}/{digits}"


def is_name(name: str) -> bool:
    """Whether it could come from ``new_name``."""
    return _NAME.fullmatch(name) is not None


def require_name(name: str) -> str:
    """The name itself. Raises ValueError for one that is not ours."""
    if not is_name(name):
        raise ValueError("a photo's name comes from new_name")
    return name


def gone() -> PhotoGone:
    """What is raised for bytes that are not there."""
    return PhotoGone("a photo's bytes are not in the photos' place: restore them from the backup")
