"""How the command line speaks of cases, beside what all our commands say alike."""

from device.case import Case
from device.command_line import done, json_line, table

__all__ = ["done", "json_line", "table", "when"]


def when(case: Case) -> str:
    """When a case's photo was taken, by the clock of this machine; ``-`` before it has one."""
    if not case.captured_at:
        return "-"
    unsure = "" if case.time_trusted else " (clock not set)"
    return case.captured_at.astimezone().strftime("%Y-%m-%d %H:%M") + unsure
