"""Kills processes of a running kiosk at random moments, and notes when each part is back at work."""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException

from faults.kiosk_processes import Victim, victims
from running_kiosk import RunningKiosk, wait_until

from device.errors import StoreError
from device.store import PROCESS_NAMES, Store

_GAP_SECONDS = (0.2, 2.4)
_QUICK_GAP_SECONDS = (0.0, 0.3)
_QUICK_SHARE = 0.15
_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.01
_WEIGHTS = {"device": 2.0, "dashboard parent": 1.0, "dashboard worker": 1.0, "sync": 1.0}


@dataclass
class Kill:
    """One kill, and when its part was back at work (monotonic seconds).

    ``while_away`` says that it met the part before it was back from an earlier kill.
    """

    victim: Victim
    at: float
    while_away: bool
    back_at: float | None = None

    @property
    def away_seconds(self) -> float:
        """How long the part was away; for ever while it is not back."""
        return float("inf") if self.back_at is None else self.back_at - self.at


class Killer:
    """One hand with SIGKILL and one eye on the health rows."""

    def __init__(self, kiosk: RunningKiosk, store: Store, chance: random.Random) -> None:
        self.kills: list[Kill] = []
        self._kiosk = kiosk
        self._store = store
        self._chance = chance
        self._dead: set[int] = set()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def kill(self, count: int) -> None:
        """Kill so many processes, each at a random moment, whatever it is doing then."""
        for _ in range(count):
            quick = self._chance.random() < _QUICK_SHARE
            time.sleep(self._chance.uniform(*(_QUICK_GAP_SECONDS if quick else _GAP_SECONDS)))
            self.kill_one(self._choose())

    def kill_one(self, victim: Victim) -> None:
        """SIGKILL, now."""
        with self._lock:
            kill = Kill(victim, time.monotonic(), bool(self._away(victim.part)))
            self._dead |= {victim.pid, *victim.dies_too}
            self.kills.append(kill)
            with suppress(ProcessLookupError):
                os.kill(victim.pid, signal.SIGKILL)

    def wait_until_all_are_back(self) -> None:
        """Wait for every part that was killed. Raises AssertionError."""
        for part in PROCESS_NAMES:
            wait_until(lambda part=part: not self._away(part), _PATIENCE_SECONDS, f"{part} never came back")

    def close(self) -> None:
        """Look no more."""
        self._over.set()
        self._watcher.join()

    def _choose(self) -> Victim:
        found = wait_until(
            lambda: victims(self._kiosk.process.pid), _PATIENCE_SECONDS, "nothing is left to kill"
        )
        return self._chance.choices(found, [_WEIGHTS[victim.role] for victim in found])[0]

    def _away(self, part: str) -> list[Kill]:
        """The kills that the part is not back from."""
        return [kill for kill in self.kills if kill.victim.part == part and kill.back_at is None]

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            for part in PROCESS_NAMES:
                if self._away(part):
                    self._note_return(part)

    def _note_return(self, part: str) -> None:
        before = len(self.kills)
        is_back, now = self._is_at_work(part), time.monotonic()
        with self._lock:
            if is_back and len(self.kills) == before:  # else it may have died while we looked
                for kill in self._away(part):
                    kill.back_at = now

    def _is_at_work(self, part: str) -> bool:
        """Whether another process than those killed says that it is ready, and the pages answer."""
        try:
            health = self._store.processes.get(part)
        except StoreError:
            return False
        if health is None or not health.alive or health.pid in self._dead:
            return False
        return self._pages_answer() if part == "dashboard" else bool(health.report.get("ready", True))

    def _pages_answer(self) -> bool:
        with suppress(OSError, HTTPException):
            return self._kiosk.ask("GET", "/health")[0] == 200
        return False
