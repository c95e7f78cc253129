"""The ballast: room held back on the card, so that even on a full one cases can be erased."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

BALLAST_FILE = "ballast"
BALLAST_BYTES = 4_000_000
"""Room for SQLite's index of its WAL and for the WAL of many erasures: these need far below
1 MB each, the rest is for what other programs take meanwhile."""

LOW_BYTES = 1_000_000
"""With less room than this an erasure may not find the little that it writes."""


class Ballast:
    """A file of real blocks in the home, thrown off where the card is full and taken up again later."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._path = home / BALLAST_FILE

    def missing_bytes(self) -> int:
        """How much of the free room is owed to the ballast, and not there for photos."""
        return 0 if self._is_whole() else BALLAST_BYTES

    def keep(self) -> None:
        """Take the ballast up where it is missing and as much room again would be left.

        Where it cannot be made, nothing is: the kiosk works without.
        """
        if self._is_whole() or free_bytes(self._home) < 2 * BALLAST_BYTES:
            return
        try:
            with self._path.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, BALLAST_BYTES)  # zeros that no sparse file saves
        except OSError:
            self.release()

    def release_if_low(self) -> None:
        """Throw the ballast off where there is hardly any room."""
        if free_bytes(self._home) < LOW_BYTES:
            self.release()

    def release(self) -> None:
        """Throw the ballast off; a card that forbids it keeps it."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _is_whole(self) -> bool:
        try:
            return self._path.stat().st_size >= BALLAST_BYTES
        except OSError:
            return False


def free_bytes(folder: Path) -> int:
    """How much room the card of ``folder`` has for an ordinary user."""
    return shutil.disk_usage(folder).free
