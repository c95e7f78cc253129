"""A kiosk of its own for a topic of the bench."""

from collections.abc import Iterator
from contextlib import contextmanager

from fresh_home import fresh_home
from running_kiosk import EventStream, RunningKiosk, running_kiosk


@contextmanager
def fresh_kiosk(config: str = "") -> Iterator[RunningKiosk]:
    """A running kiosk in a new home, with ``config`` as its kiosk.toml; gone at the end."""
    with fresh_home("kiosk.toml", config) as home, running_kiosk(home) as kiosk:
        yield kiosk


@contextmanager
def open_page(kiosk: RunningKiosk) -> Iterator[EventStream]:
    """The event stream of the staff phone's open page."""
    stream = EventStream(kiosk)
    try:
        yield stream
    finally:
        stream.close()
