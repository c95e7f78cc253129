"""What crosses from the device process to the pages without the store: the live
picture, its running prediction, and the panel as it is now.

Files in the runtime folder (a tmpfs on a Pi), renamed into place. The live picture
is written only while somebody touches ``watch`` beside it.
"""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

_PICTURE, _PREDICTION, _WATCH, _PANEL = "live.jpg", "live.json", "watch", "panel.json"
_WATCHED_SECONDS = 3.0


class LiveWriter:
    """The device process's end. Showing raises OSError where the folder does not take it:
    whoever shows decides whether to try again. No press and no case depends on these files.
    """

    def __init__(self, folder: Path) -> None:
        """Make ``folder`` and remove what an earlier run left there."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.clear()
        (folder / _PANEL).unlink(missing_ok=True)

    def is_watched(self) -> bool:
        """Whether somebody looked within the last three seconds."""
        return _age_seconds(self._folder / _WATCH) < _WATCHED_SECONDS

    def show_picture(self, jpeg: bytes, prediction: dict[str, Any]) -> None:
        """Publish one live picture and the running prediction for it. Raises OSError."""
        _replace(self._folder / _PREDICTION, json.dumps(prediction).encode())
        _replace(self._folder / _PICTURE, jpeg)

    def clear(self) -> None:
        """Remove the live picture and its prediction: nobody's skin stays on the card unwatched."""
        for path in (self._folder / _PICTURE, self._folder / _PREDICTION):
            for left in (path, _unfinished(path)):
                with suppress(OSError):
                    left.unlink(missing_ok=True)

    def show_panel(self, panel: dict[str, Any]) -> None:
        """Publish the lights, the button and the panel's words as they are. Raises OSError."""
        _replace(self._folder / _PANEL, json.dumps(panel).encode())


class LiveReader:
    """The pages' end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def watch(self) -> None:
        """Ask for the live picture for the next seconds; without a writer this does nothing."""
        with suppress(OSError):  # a full or read-only card: the page says that there is no picture
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / _WATCH).touch()

    def picture(self) -> tuple[float, bytes] | None:
        """The live picture and when it was written (file time); None where there is none."""
        path = self._folder / _PICTURE
        try:
            return path.stat().st_mtime, path.read_bytes()
        except OSError:
            return None

    def fresh_picture(self) -> tuple[float, bytes] | None:
        """The same, unless it is what an earlier watch left behind."""
        found = self.picture()
        return found if found and _distance_seconds(found[0]) < _WATCHED_SECONDS else None

    def prediction(self) -> dict[str, Any] | None:
        """The running prediction for the live picture; None where there is none, or it is old."""
        path = self._folder / _PREDICTION
        return _read_json(path) if _age_seconds(path) < _WATCHED_SECONDS else None

    def panel(self) -> dict[str, Any] | None:
        """The lights and the button as they are; None where no device process has said."""
        return _read_json(self._folder / _PANEL)

    def panel_changed_at(self) -> float:
        """When the panel last changed (file time); 0 where nobody has said."""
        try:
            return (self._folder / _PANEL).stat().st_mtime
        except OSError:
            return 0.0


def _replace(path: Path, content: bytes) -> None:
    unfinished = _unfinished(path)
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _read_json(path: Path) -> dict[str, Any] | None:
    """None where there is none, or what a power cut left of it."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return content


def _age_seconds(path: Path) -> float:
    """How long ago a file was written."""
    try:
        return _distance_seconds(path.stat().st_mtime)
    except OSError:
        return float("inf")


def _distance_seconds(written_at: float) -> float:
    """How far from now a file's time is, either way: a clock set back makes no old file new."""
    return abs(time.time() - written_at)
