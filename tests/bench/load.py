"""Fifty phones at once: how long their pages take, and whether a press still comes through as fast."""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from figure import Figure, p95
from fresh_kiosk import fresh_kiosk, open_page
from press import press_to_event
from running_kiosk import EventStream, RunningKiosk

from device.case import Role
from device.store import open_store

PHONES = 50
PERIOD_SECONDS = 2.0
_PHONES_PROGRAM = Path(__file__).with_name("many_phones.py")
_SETTLE_SECONDS = PERIOD_SECONDS
_PAUSE_SECONDS = (0.08, 0.12)
"""Between presses, by chance: a fixed one would keep step with the kiosk's own polling."""

_LAST_EVENTS_SECONDS = 1.0
_WARM_UP = 20


def figures(short: bool) -> Iterator[Figure]:
    """Presses of one staff phone, first alone, then beside fifty that follow and load pages."""
    count = 70 if short else 500
    with fresh_kiosk() as kiosk, open_page(kiosk) as stream:
        _press(kiosk, stream, _WARM_UP)
        idle = _press(kiosk, stream, count)
        with _many_phones(kiosk) as seen:
            loaded = _press(kiosk, stream, count)
    yield from _pages(seen)
    yield from _streams(seen, count)
    name = f"press to event beside {PHONES} phones to that alone, p95 of {count}"
    yield Figure(name, p95(loaded) / p95(idle), 1.5, "x")
    for words, spans in (("alone", idle), (f"beside {PHONES} phones", loaded)):
        yield Figure(f"  press to event {words}, p95 of {count}", p95(spans), None, "ms")
        yield Figure(f"  press to event {words}, median of {count}", statistics.median(spans), None, "ms")


def _pages(seen: dict[str, Any]) -> Iterator[Figure]:
    pages, errors = seen["pages"], seen["errors"]
    for error in errors[:5]:
        print(error, file=sys.stderr)
    words = f"{PHONES} phones, a page every {PERIOD_SECONDS:g} s each"
    yield Figure(f"{words}: p95", p95(pages), 100, "ms")
    yield Figure(f"  {words}: median", statistics.median(pages), None, "ms")
    yield Figure(f"{words}: errors", len(errors), 0, "")


def _streams(seen: dict[str, Any], presses: int) -> Iterator[Figure]:
    behind = [address for address, finals in seen["finals"].items() if finals != presses]
    yield Figure(f"event streams of {PHONES} that missed one of {presses} presses", len(behind), 0, "")


def _press(kiosk: RunningKiosk, stream: EventStream, count: int) -> list[float]:
    spans, chance = [], random.Random(7)
    for _ in range(count):
        spans.append(press_to_event(kiosk, stream)[0])
        time.sleep(chance.uniform(*_PAUSE_SECONDS))
    return spans


@contextmanager
def _many_phones(kiosk: RunningKiosk) -> Iterator[dict[str, Any]]:
    """Fifty phones at work; what they saw is there at the end."""
    seen: dict[str, Any] = {}
    process = subprocess.Popen(
        [sys.executable, str(_PHONES_PROGRAM), str(kiosk.port), str(PERIOD_SECONDS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"sessions": _sessions(kiosk), "paths": _paths(kiosk)}) + "\n")
        process.stdin.flush()
        process.stdout.readline()  # all streams are open
        time.sleep(_SETTLE_SECONDS)
        yield seen
        time.sleep(_LAST_EVENTS_SECONDS)
        seen |= json.loads(process.communicate(timeout=20)[0])
    finally:
        process.kill()
        process.communicate()


def _sessions(kiosk: RunningKiosk) -> list[str]:
    """Pair fifty phones, as their one-time links would."""
    store = open_store(kiosk.home)
    links = [store.phones.add(Role.STAFF, f"phone {number}").link for number in range(PHONES)]
    sessions = [store.phones.redeem(link) for link in links]
    store.close()
    return [session for session in sessions if session]


def _paths(kiosk: RunningKiosk) -> list[str]:
    newest = kiosk.json("/api/v1/cases?limit=1")["cases"][0]["id"]
    return ["/", "/cases", f"/cases/{newest}"]
