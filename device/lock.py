"""One process for each work in a home: two would take the same cases."""

import fcntl
from pathlib import Path
from typing import IO

from device.errors import AlreadyRunning


def hold(home: Path, name: str) -> IO[bytes]:
    """Hold ``HOME/NAME.lock`` until the returned file is closed or the process ends, however it does.

    Raises AlreadyRunning where another process holds it.
    """
    file = (home / f"{name}.lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(
            f"a kiosk runs in {home} already: stop it first, or name another --home"
        ) from None
    return file
