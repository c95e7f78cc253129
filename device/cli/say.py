"""How the command line speaks: JSON on stdout for programs, words for people."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from device.case import Case


def json_line(content: Any) -> None:
    """One JSON value on one line of stdout; what is no text (a file's odd name) is escaped."""
    line = json.dumps(content, ensure_ascii=False)
    click.echo(line.encode("utf-8", "backslashreplace").decode())


def done(as_json: bool, words: str, content: dict[str, Any]) -> None:
    """What was done: ``content`` for a program, ``words`` for people."""
    if as_json:
        json_line(content)
    else:
        click.echo(words, err=True)


def when(case: Case) -> str:
    """When a case's photo was taken, by the clock of this machine; ``-`` before it has one."""
    if not case.captured_at:
        return "-"
    unsure = "" if case.time_trusted else " (clock not set)"
    return case.captured_at.astimezone().strftime("%Y-%m-%d %H:%M") + unsure


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows under heads, on stdout; the first column, an id, is never cut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False)
    for number, head in enumerate(heads):
        drawn.add_column(head, no_wrap=number == 0)
    for row in rows:
        # Text, not markup: some cells were typed by whoever paired a phone.
        drawn.add_row(*(Text("".join(c if c.isprintable() else "?" for c in cell)) for cell in row))
    Console(soft_wrap=True).print(drawn)
