"""A campaign against one running kiosk: presses and uploads go on while its processes are killed."""

import random
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from faults.clients import Clients, Ledger
from faults.inspection import KeptHome, breaches
from faults.killer import Kill, Killer
from faults.kiosk_processes import processes_of, victims
from faults.lasting_stream import LastingStream, wait_for_finals
from running_kiosk import RunningKiosk, running_kiosk, wait_until

from device.store import Store, open_store

_WELL_AFTER_SECONDS = 1.0
_FINISH_SECONDS = 60.0
_BUTTON_SECONDS = 0.5
_LOOKS = 2  # a file that two looks found without a case is an orphan
_STOP_SECONDS = 5.0
_NEVER_SAID = ("Traceback", "Connection in use")
_ALL_ROLES = ["dashboard parent", "dashboard worker", "device", "sync"]


@dataclass(frozen=True)
class Outcome:
    """What a campaign did and found; ``breaches`` is empty where everything held."""

    kills: list[Kill]
    ledger: Ledger
    kept: KeptHome
    orphans: list[str]
    """Files of interrupted photos, which the kiosk's own looks removed in the end."""
    connections: list[int]
    breaches: list[str]


def attack(home: Path, kills: int, seed: int) -> Outcome:
    """Run a kiosk in ``home``, kill so many of its processes, let it recover, stop it, look."""
    with running_kiosk(home) as kiosk:
        store = open_store(home)
        try:
            return _attack(kiosk, store, kills, seed)
        finally:
            store.close()


def _attack(kiosk: RunningKiosk, store: Store, kills: int, seed: int) -> Outcome:
    streams = [LastingStream(kiosk), LastingStream(kiosk)]
    killer, clients = Killer(kiosk, store, random.Random(seed)), Clients(kiosk, seed)
    try:
        killer.kill(kills)
        killer.wait_until_all_are_back()
        time.sleep(_WELL_AFTER_SECONDS)
    finally:
        clients.close()
    _wait_until_finished(store)
    ledger = clients.ledger
    wait_for_finals(streams, {*ledger.presses, *ledger.uploads}, _FINISH_SECONDS)
    found = list(_wrong_with_processes(kiosk))
    killer.close()
    store.close()
    found += _stop(kiosk)
    for stream in streams:
        stream.close()
    orphans = _let_orphans_go(kiosk.home)
    kept = KeptHome(kiosk.home)
    found += breaches(kept, ledger, streams)
    return Outcome(killer.kills, ledger, kept, orphans, [stream.connections for stream in streams], found)


def _wait_until_finished(store: Store) -> None:
    """A press of the pin counts as made when the pin is let go; its case follows in a moment."""
    wait_until(lambda: not store.pin_presses.waiting(), _FINISH_SECONDS, "a press of the pin was never made")
    time.sleep(_BUTTON_SECONDS)
    wait_until(lambda: not store.cases.next_unfinished(), _FINISH_SECONDS, "some case was never finished")


def _wrong_with_processes(kiosk: RunningKiosk) -> list[str]:
    """``kiosk run`` itself has to run still, and each of its processes once."""
    if kiosk.process.poll() is not None:
        return [f"kiosk run ended with status {kiosk.process.returncode}"]
    alive = victims(kiosk.process.pid)
    found = [] if sorted(v.role for v in alive) == _ALL_ROLES else [f"these run: {alive}"]
    strangers = processes_of(kiosk.home) - {kiosk.process.pid, *(victim.pid for victim in alive)}
    return [*found, *(f"process {pid} was left behind" for pid in strangers)]


def _let_orphans_go(home: Path) -> list[str]:
    """Look for what killed captures and uploads left, as a running kiosk does from hour to hour."""
    kept = KeptHome(home)
    orphans = sorted(kept.photo_files() - kept.named_photos())
    store = open_store(home)
    for _ in range(_LOOKS):
        store.remove_orphans()
    store.close()
    return orphans


def _stop(kiosk: RunningKiosk) -> list[str]:
    seconds = kiosk.stop()
    found = [] if seconds < _STOP_SECONDS else [f"the stop took {seconds:.1f} s"]
    if kiosk.process.returncode != 0:
        found.append(f"kiosk run ended with status {kiosk.process.returncode}")
    found += [f"process {pid} outlived kiosk run" for pid in processes_of(kiosk.home)]
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", kiosk.port)) == 0:
            found.append("somebody still answers on the port")
    said = kiosk.errors.read_text()
    return found + [f"{words!r} on stderr" for words in _NEVER_SAID if words in said]
