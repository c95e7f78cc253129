"""What the commands of kiosk and server have in common: verbs by module, words and JSON, exit statuses.

JSON goes to stdout, words for people and progress to stderr. Exit status 0 success, 2 the input or the call
is wrong, 1 anything else.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


class Verbs(click.Group):
    """Verbs by module, imported when they are called: a quick command loads little."""

    def __init__(self, *given: Any, modules: Mapping[str, str], **named: Any) -> None:
        """``modules`` has each verb's module, in the order of the README."""
        super().__init__(*given, **named)
        self._modules = modules

    def list_commands(self, _: click.Context) -> list[str]:
        """The verbs in their order."""
        return list(self._modules)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, or None where there is none of that name."""
        if cmd_name not in self._modules:
            return None
        command = getattr(import_module(self._modules[cmd_name]), cmd_name)
        return command if isinstance(command, click.Command) else None


@dataclass(frozen=True)
class Faults:
    """A program's own errors: all of ``root`` are said in words; those of ``wrong_call`` are the caller's."""

    root: type[Exception]
    wrong_call: tuple[type[Exception], ...]


def run(command: click.Group, name: str, faults: Faults, arguments: list[str] | None) -> None:
    """Run the command called ``name`` and turn its errors into words and an exit status."""
    try:
        status: Any = command.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(1)
    except faults.root as error:
        click.echo(f"{name}: {error}", err=True)
        sys.exit(2 if isinstance(error, faults.wrong_call) else 1)
    except RuntimeError as error:  # a model that cannot be trusted (models.errors), not imported here
        if not _is_model_error(error):
            raise
        click.echo(f"{name}: {error}", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


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


def _is_model_error(error: RuntimeError) -> bool:
    from models.errors import ModelError

    return isinstance(error, ModelError)
