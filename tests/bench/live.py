"""The live picture: how soon it shows what changed, and how often it changes."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from figure import Figure
from fresh_kiosk import fresh_kiosk
from running_kiosk import RunningKiosk, wait_until

SAMPLES = Path(__file__).parents[2] / "device" / "samples"


def figures(short: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copy(SAMPLES / "01.jpg", folder / "scene.jpg")
        with fresh_kiosk(f'[camera]\nfolder = "{folder}"\n') as kiosk:
            yield _changes(kiosk, folder, 4 if short else 20)
            yield Figure(
                "live pictures a second",
                _pictures_per_second(kiosk, 2 if short else 4),
                5,
                "/s",
                at_least=True,
            )


def _changes(kiosk: RunningKiosk, folder: Path, count: int) -> Figure:
    """A change before the (folder) camera to the changed live prediction."""
    scenes = sorted(SAMPLES.glob("*.jpg"))
    spans = []
    for number in range(count):
        before = _prediction(kiosk)
        unfinished = folder / "scene.part"
        shutil.copy(scenes[(number + 1) % len(scenes)], unfinished)
        started = time.monotonic()
        unfinished.replace(folder / "scene.jpg")
        wait_until(
            lambda before=before: _prediction(kiosk) != before, 10, "the live prediction never changed"
        )
        spans.append((time.monotonic() - started) * 1000)
    name = f"change before the camera to changed prediction, worst of {count} (paper: 1,237)"
    return Figure(name, max(spans), 1000, "ms")


def _prediction(kiosk: RunningKiosk) -> Any:
    with suppress(KeyError):
        return kiosk.json("/api/v1/live")["candidates"]
    return None


def _pictures_per_second(kiosk: RunningKiosk, seconds: float) -> float:
    picture, seen = kiosk.home / "run" / "live.jpg", set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _prediction(kiosk)
        seen.add(picture.stat().st_mtime_ns)
        time.sleep(0.005)
    return len(seen) / seconds
