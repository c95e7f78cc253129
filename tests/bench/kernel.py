"""The kiosk's processes as the kernel sees them: their memory and their open files."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from running_kiosk import RunningKiosk

_PROC = Path("/proc")
_KIBIBYTE = 1024
_MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ (\S+ \S+ \S+)")


def processes(kiosk: RunningKiosk) -> dict[str, int]:
    """The process ids of the kiosk's three processes by name, the web server's worker besides its parent;
    not ``kiosk run`` itself, which only starts them.
    """
    found: dict[str, int] = {}
    for pid in _children(kiosk.process.pid):
        words = (_PROC / str(pid) / "cmdline").read_bytes().decode().split("\0")
        name = words[words.index("run") + 1] if "run" in words else "dashboard"
        found[name] = pid
        for number, worker in enumerate(_children(pid)):
            found[f"{name}'s worker {number}"] = worker
    return found


def shared_out_bytes(pid: int) -> int:
    """The memory of a process, each shared page divided among those that share it (PSS)."""
    return _rollup(pid, "Pss")


def together_bytes(pids: Iterable[int]) -> int:
    """The memory of processes if nothing else ran on the computer: what they wrote themselves, and of
    each mapped file, once, the most that one of them has in memory.
    """
    of_files: Counter[str] = Counter()
    own = 0
    for pid in pids:
        own += _rollup(pid, "Pss_Anon")
        for file, resident in _file_mappings(pid):
            of_files[file] = max(of_files[file], resident)
    return own + of_files.total()


def own_bytes(pid: int) -> int:
    """The memory that a process has written itself (anonymous), with what it still shares with its parent."""
    return _rollup(pid, "Anonymous")


def worked_seconds(pid: int) -> float:
    """The processor time of a process and of the children that it has now, the kernel's for them too."""
    spent = (_spent_ticks(each) for each in (pid, *_children(pid)))
    return sum(spent) / os.sysconf("SC_CLK_TCK")


def open_files(pid: int) -> int:
    """How many file descriptors a process holds."""
    return len(os.listdir(_PROC / str(pid) / "fd"))  # noqa: PTH208 - no need of a path each


def _children(pid: int) -> list[int]:
    tasks = (_PROC / str(pid) / "task").iterdir()
    return sorted(int(child) for task in tasks for child in (task / "children").read_text().split())


def _spent_ticks(pid: int) -> int:
    """utime and stime of proc(5); the program's name before them may hold anything."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _rollup(pid: int, name: str) -> int:
    """One row of ``smaps_rollup``, see proc(5)."""
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * _KIBIBYTE
    raise SystemExit(f"the kernel does not say {name} of process {pid}")


def _file_mappings(pid: int) -> Iterator[tuple[str, int]]:
    """Offset, device and inode of each mapping, with the resident bytes that come from its file."""
    file, resident = "", 0
    for line in (_PROC / str(pid) / "smaps").read_text().splitlines():
        if mapping := _MAPPING.match(line):
            file = mapping[1]
        elif line.startswith("Rss:"):
            resident = int(line.split()[1])
        elif line.startswith("Anonymous:"):
            yield file, (resident - int(line.split()[1])) * _KIBIBYTE
