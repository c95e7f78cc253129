"""What the pages work with: the parts that ``create_app`` built, found through the current app."""

from dataclasses import dataclass
from functools import cached_property

from flask import Flask, current_app, g

from dashboard.invitations import Invitations
from dashboard.stream.feed import Feed
from dashboard.stream.streams import Streams
from dashboard.wrong_links import WrongLinks
from device.config import Config, Settings
from device.live import LiveReader
from device.store import Store
from device.store.current_settings import CurrentSettings
from models.conditions import Catalogue

_KEY = "skin-kiosk"


@dataclass(frozen=True)
class Parts:
    """The parts of one dashboard; ``settings`` are those it was started with."""

    settings: Settings
    store: Store
    live: LiveReader
    catalogue: Catalogue
    streams: Streams
    feed: Feed
    wrong_links: WrongLinks
    invitations: Invitations

    @cached_property
    def current(self) -> CurrentSettings:
        """The settings as they hold now, with what was set on the pages."""
        return CurrentSettings(self.settings, self.store.settings)

    def stop(self) -> None:
        """End every open stream and the feed."""
        self.streams.stopping.set()
        self.feed.join()

    def place_in(self, app: Flask) -> None:
        """Make these the parts of ``app``."""
        app.extensions[_KEY] = self


def parts_of(app: Flask) -> Parts:
    """The parts of ``app``."""
    parts: Parts = app.extensions[_KEY]
    return parts


def parts() -> Parts:
    """The parts of the app that answers now."""
    return parts_of(current_app)


def config_now() -> Config:
    """What holds now, looked up once a request; while the store fails, what was last known."""
    if "config_now" not in g:
        g.config_now = parts().current.config()
    config: Config = g.config_now
    return config
