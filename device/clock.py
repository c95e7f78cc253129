"""Time on a computer that may not know it.

Most Pis have no clock battery: after a power cut the wall clock starts in the
past. So a moment carries which boot it belongs to and how long after the boot it
was, besides a wall time and whether that was trusted.
"""

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

JUMP_SECONDS = 60.0
"""A wall clock that is off by less is set by nobody's hand."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_CLOCK_NOT_SYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


@dataclass(frozen=True)
class Moment:
    """When something happened.

    ``boot_seconds`` counts from the boot named ``boot_id``, sleep included;
    ``wall_at`` is aware UTC and only as good as ``trusted`` says.
    """

    boot_id: str
    boot_seconds: float
    wall_at: datetime
    trusted: bool

    def corrected_by(self, later: "Moment") -> "Moment":
        """This moment's wall time, told from a later trusted moment of the same boot."""
        elapsed = timedelta(seconds=later.boot_seconds - self.boot_seconds)
        return Moment(self.boot_id, self.boot_seconds, later.wall_at - elapsed, later.trusted)


class Jumps:
    """Notices that the wall clock was set while the kiosk ran.

    Between two moments of one boot the wall clock goes as far as the time since the
    boot, unless somebody set it. The first trusted moment is the one to compare with:
    that an untrusted clock is set right is no jump.
    """

    def __init__(self) -> None:
        self._first: Moment | None = None

    def seconds_off(self, now: Moment) -> float:
        """How far the wall clock was set since it was first trusted, ahead positive; 0 where it was not."""
        if self._first is None or self._first.boot_id != now.boot_id:
            self._first = now if now.trusted else None
            return 0.0
        right = self._first.wall_at + timedelta(seconds=now.boot_seconds - self._first.boot_seconds)
        off = (now.wall_at - right).total_seconds()
        return off if abs(off) >= JUMP_SECONDS else 0.0


class Clock(Protocol):
    """What the kiosk asks about time; tests pass one that they move by hand."""

    def seconds(self) -> float:
        """Seconds since the boot, never running backwards, the same in all processes."""
        ...

    def moment(self) -> Moment:
        """Now, with how far the wall clock is to be trusted."""
        ...


class SystemClock:
    """The clock of this machine (Linux)."""

    def __init__(self) -> None:
        self._boot_id = _BOOT_ID.read_text(encoding="ascii").strip()
        self._library = ctypes.CDLL(None)  # once, for each is a class of its own and every page asks

    def seconds(self) -> float:
        """Seconds since the boot (CLOCK_BOOTTIME)."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def moment(self) -> Moment:
        """Now; trusted once the kernel says that its clock is synchronised."""
        return Moment(self._boot_id, self.seconds(), datetime.now(UTC), self._is_synchronised())

    def _is_synchronised(self) -> bool:
        """Ask adjtimex(2) without changing anything: its state is TIME_ERROR until NTP has set the clock."""
        untouched = ctypes.create_string_buffer(512)  # struct timex with modes = 0
        state = self._library.adjtimex(untouched)
        return bool(0 <= state < _CLOCK_NOT_SYNCHRONISED)
