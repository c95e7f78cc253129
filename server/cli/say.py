"""How the command line speaks of times, beside what all our commands say alike."""

from datetime import datetime

from device.command_line import done, json_line, table

__all__ = ["done", "json_line", "table", "when"]


def when(moment: datetime | None) -> str:
    """By the clock of this machine; ``-`` for never."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "-"
