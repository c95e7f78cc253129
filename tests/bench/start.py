"""How soon the kiosk is ready, and how soon it ends."""

from collections.abc import Iterator

from figure import Figure
from fresh_kiosk import fresh_kiosk


def figures(short: bool) -> Iterator[Figure]:
    with fresh_kiosk():
        pass  # warms the disk
    ready, stop = [], []
    for _ in range(1 if short else 5):
        with fresh_kiosk() as kiosk:
            ready.append(kiosk.ready_seconds)
            stop.append(kiosk.stop())
    yield Figure("ready after kiosk run, worst", max(ready), 3, "s", of_the_machine=True)
    yield Figure("stop after SIGTERM, worst", max(stop), 5, "s")
