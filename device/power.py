"""Switching the Pi off, without the right to do so.

The device process may not shut a computer down. It leaves a request in the runtime
folder; ``systemd/kiosk-poweroff.path`` sees it and lets systemd do the rest.
"""

from pathlib import Path

REQUEST_FILE = "poweroff"


def ask_for_power_off(runtime_folder: Path) -> None:
    """Leave the request. Raises OSError where the folder cannot be written."""
    runtime_folder.mkdir(parents=True, exist_ok=True)
    (runtime_folder / REQUEST_FILE).touch()
