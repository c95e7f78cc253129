"""Press after press: what a leak would make grow."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from figure import Figure
from fresh_kiosk import fresh_kiosk, open_page
from kernel import open_files, own_bytes, processes
from running_kiosk import EventStream, RunningKiosk

_REST_SECONDS = 3.5  # the device process forgets its face detector two seconds after it was used
_AT_ONCE = 8
MOST_WAL_MEGABYTES = 8
"""SQLite starts its WAL over at 4 MB where no reader is in the way."""


@dataclass(frozen=True)
class _Length:
    """How many presses, how often the processes are looked at, and how much they may grow meanwhile."""

    warm_up: int
    presses: int
    looks: int
    most_growth_megabytes: float


SHORT = _Length(100, 400, 3, 2)
"""Memory settles for thousands of presses, so this finds leaks from 5 kB a press only ..."""

LONG = _Length(1000, 9000, 9, 5)
"""... and this those from half a kilobyte."""


@dataclass(frozen=True)
class _Look:
    """The processes at one time, at rest."""

    own_bytes: dict[str, int]
    open_files: dict[str, int]
    wal_bytes: int


def figures(short: bool) -> Iterator[Figure]:
    length = SHORT if short else LONG
    with fresh_kiosk() as kiosk:
        _warm_up(kiosk, length.warm_up)
        looks = [_look(kiosk)]
        for number in range(length.looks):
            done, due = (length.presses * n // length.looks for n in (number, number + 1))
            _press(kiosk, due - done)
            looks.append(_look(kiosk))
            _tell(looks[-1], length.warm_up + due)
    yield from _memory(looks, length)
    yield _files(looks, length)
    wal = max(look.wal_bytes for look in looks) / 1e6
    yield Figure(f"the WAL at its largest in {length.presses:,} presses", wal, MOST_WAL_MEGABYTES, "MB")


def _memory(looks: list[_Look], length: _Length) -> Iterator[Figure]:
    first, last = looks[0], looks[-1]
    for name in first.own_bytes:
        grown = (last.own_bytes[name] - first.own_bytes[name]) / 1e6
        words = f"memory of {name}: growth in {length.presses:,} presses"
        yield Figure(words, grown, length.most_growth_megabytes, "MB")


def _files(looks: list[_Look], length: _Length) -> Figure:
    """The least of the later looks against the most of the earlier ones: the database's spare
    connections, up to four a process, come and go.
    """
    counts = [sum(look.open_files.values()) for look in looks]
    early, late = counts[: len(counts) // 2], counts[len(counts) // 2 :]
    return Figure(f"open files: growth in {length.presses:,} presses", min(late) - max(early), 0, "")


def _warm_up(kiosk: RunningKiosk, presses: int) -> None:
    """Until all that is made once is made: spare connections come with requests at the same time."""
    _press(kiosk, presses)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda _: kiosk.json("/api/v1/cases?limit=1"), range(4 * _AT_ONCE)))


def _press(kiosk: RunningKiosk, count: int) -> None:
    with open_page(kiosk) as stream:
        for _ in range(count):
            stream.wait_for(kiosk.press())
            _forget(stream)


def _forget(stream: EventStream) -> None:
    stream.events.clear()
    stream.finals.clear()


def _look(kiosk: RunningKiosk) -> _Look:
    """Once the kiosk looked for faces in every photo, and forgot its detector."""
    kiosk.wait_until_at_rest(kiosk.json("/api/v1/cases?limit=1")["cases"][0]["id"])
    time.sleep(_REST_SECONDS)
    found = processes(kiosk)
    return _Look(
        {name: own_bytes(pid) for name, pid in found.items()},
        {name: open_files(pid) for name, pid in found.items()},
        (kiosk.home / "kiosk.sqlite3-wal").stat().st_size,
    )


def _tell(look: _Look, presses: int) -> None:
    sizes = ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in look.own_bytes.items())
    print(
        f"{presses:,} presses: {sizes}; {look.open_files}; WAL {look.wal_bytes / 1e6:.1f} MB",
        file=sys.stderr,
        flush=True,
    )
