"""A home of its own for a topic of the bench."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def fresh_home(config_file: str, config: str = "") -> Iterator[Path]:
    """A new home with ``config`` in its ``config_file``; gone at the end."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "home"
        home.mkdir()
        (home / config_file).write_text(config)
        yield home
