"""The processes of a running kiosk, found by who started whom."""

from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Victim:
    """A process that may be killed; ``dies_too`` are those that must not outlive it."""

    part: str
    role: str
    pid: int
    dies_too: tuple[int, ...] = ()


def victims(kiosk_pid: int) -> list[Victim]:
    """Every living process of the three parts; the dashboard has a parent and a worker."""
    parents = _living_parents()
    found = []
    for pid in _children(parents, kiosk_pid):
        part = _part(pid)
        if part == "dashboard":
            workers = _children(parents, pid)
            found += [Victim(part, "dashboard parent", pid, tuple(workers))]
            found += [Victim(part, "dashboard worker", worker) for worker in workers]
        elif part:
            found.append(Victim(part, part, pid))
    return found


def processes_of(home: Path) -> set[int]:
    """Every living process of a kiosk in this home."""
    return {pid for pid in _living_parents() if {"-m", "--home", str(home)} <= set(_words(pid))}


def _children(parents: dict[int, int], pid: int) -> list[int]:
    return sorted(child for child, parent in parents.items() if parent == pid)


def _living_parents() -> dict[int, int]:
    """The parent of each process; a process that only waits for its parent's leave has died."""
    parents = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state not in "ZX":
            parents[int(folder.name)] = int(parent)
    return parents


def _part(pid: int) -> str | None:
    """Which part a child of the kiosk is; None while it is not yet its own program."""
    words = _words(pid)
    if "dashboard" in words:
        return "dashboard"
    after_run = words[words.index("run") + 1 :] if "run" in words else []
    return after_run[0] if after_run and after_run[0] in ("device", "sync") else None


def _words(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []
