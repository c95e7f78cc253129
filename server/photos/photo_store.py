"""A place for photos' bytes: a folder here, a bucket elsewhere."""

import uuid
from typing import Protocol


class PhotoStore(Protocol):
    """Keeps bytes under names of ours; a name is written once and never with other bytes."""

    def write(self, name: str, photo: bytes) -> None:
        """Keep the bytes; on return they survive a power cut. Raises StorageFull, with nothing half left."""

    def read(self, name: str) -> bytes:
        """The bytes as they were written. Raises PhotoGone."""

    def remove(self, name: str) -> None:
        """Remove them for good; absent is no error, nor is a name of another place."""


def new_name() -> str:
    """A name that was never used: ``ab/abcd...``, 32 random hexadecimal digits behind their first two."""
    digits = uuid.uuid4().hex
    return f"{digits[:2]}/{digits}"
