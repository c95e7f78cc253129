"""What is wrong with the wall clock, in words: not set, set while the kiosk ran, or behind its own cases."""

from datetime import datetime, timedelta
from typing import Any

from device.clock import JUMP_SECONDS, Clock, Jumps, Moment
from device.store import Store

_NEWEST_CASES = 20
_NOT_SET = (
    "not synchronised, it says {now}: connect the kiosk to a network with time (NTP) or set it; "
    "cases keep their order and are corrected later"
)
_BEHIND = (
    "it says {now}, but a case is dated later: the clock is behind, or was ahead when that photo was "
    "taken; cases keep their order, check the date"
)
_JUMPED = (
    "it was set {way} by {distance} while the kiosk ran and says {now}; cases keep their order, check the "
    "date, and where it is right switch the kiosk off and on again"
)


class WallClock:
    """Looks after the wall clock of one kiosk; keep one for as long as the process runs."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self._clock = clock
        self._store = store
        self._jumps = Jumps()

    def report(self) -> dict[str, Any]:
        """Whether the wall clock is to be trusted, and what is wrong with it (empty where nothing is).

        Raises StoreError.
        """
        now = self._clock.moment()
        return {"trusted": now.trusted, "words": "; ".join(self._faults(now))}

    def _faults(self, now: Moment) -> list[str]:
        says, faults = _day(now.wall_at), []
        if not now.trusted:
            faults.append(_NOT_SET.format(now=says))
        off = self._jumps.seconds_off(now)
        if off:
            way, distance = "ahead" if off > 0 else "back", _distance(abs(off))
            faults.append(_JUMPED.format(way=way, distance=distance, now=says))
        newest = self._store.times.latest_of_newest(_NEWEST_CASES)
        if newest and newest > now.wall_at + timedelta(seconds=JUMP_SECONDS):
            faults.append(_BEHIND.format(now=says))
        return faults


def _day(wall_at: datetime) -> str:
    return f"{wall_at:%Y-%m-%d %H:%M} UTC"


def _distance(seconds: float) -> str:
    """A span as people say it."""
    for unit, length in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"
