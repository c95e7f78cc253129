"""How the command line speaks: JSON on stdout for programs, words for people."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click


def json_line(content: Any) -> None:
    """One JSON value on one line of stdout."""
    click.echo(json.dumps(content, ensure_ascii=False))


def done(as_json: bool, words: str, content: dict[str, Any]) -> None:
    """What was done: ``content`` for a program, ``words`` for people."""
    if as_json:
        json_line(content)
    else:
        click.echo(words, err=True)


def when(moment: datetime | None) -> str:
    """By the clock of this machine; ``-`` for never."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "-"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows under heads, on stdout; the first column is never cut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False)
    for number, head in enumerate(heads):
        drawn.add_column(head, no_wrap=number == 0)
    for row in rows:
        drawn.add_row(*(Text("".join(c if c.isprintable() else "?" for c in cell)) for cell in row))
    Console(soft_wrap=True).print(drawn)
