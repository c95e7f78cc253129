"""Options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from server.errors import ConfigInvalid
from server.place import Place

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)

_PLACE = (
    click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535)),
    click.option("--certificate", type=_FILE, help="The server's certificate (PEM): then it speaks TLS."),
    click.option("--key", type=_FILE, help="The certificate's private key (PEM)."),
)

model = click.option(
    "--model",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Another model's manifest in place of the configured one.",
)


def place(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Where to listen: ``host``, ``port``, ``certificate``, ``key``."""
    for option in reversed(_PLACE):
        verb = option(verb)
    return verb


def place_of(host: str, port: int, certificate: Path | None, key: Path | None) -> Place:
    """Where to listen. Raises ConfigInvalid where nobody could, or where the certificate does not hold."""
    if (certificate is None) != (key is None):
        raise ConfigInvalid("--certificate and --key go together: name both or neither")
    found = Place(host, port, certificate, key)
    found.check()
    return found


def place_arguments(found: Place) -> list[str]:
    """The same as arguments for a child."""
    tls = [f"--certificate={found.certificate}", f"--key={found.key}"] if found.certificate else []
    return [f"--host={found.host}", f"--port={found.port}", *tls]
