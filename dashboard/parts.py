"""What the pages work with: the parts that ``create_app`` built, found through the current app."""

from dataclasses import dataclass

from flask import Flask, current_app

from dashboard.feed import Feed
from dashboard.streams import Streams
from dashboard.wrong_links import WrongLinks
from device.config import Settings
from device.live import LiveReader
from device.store import Store
from models.conditions import Catalogue

_KEY = "skin-kiosk"


@dataclass(frozen=True)
class Parts:
    """The parts of one dashboard."""

    settings: Settings
    store: Store
    live: LiveReader
    catalogue: Catalogue
    streams: Streams
    feed: Feed
    wrong_links: WrongLinks

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
