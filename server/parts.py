"""What the server's views work with, built once by ``create_app``."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app

from server.clock import Clock
from server.config import ServerConfig
from server.receipts import Receipts
from server.store.cases import Cases
from server.store.database import Database
from server.store.kiosks import Kiosks
from server.store.updates import KioskUpdates

_KEY = "skin_kiosk_server"


@dataclass(frozen=True)
class Parts:
    """The parts; ``home`` holds keys, photos and, by default, the database."""

    home: Path
    config: ServerConfig
    clock: Clock
    database: Database
    kiosks: Kiosks
    cases: Cases
    updates: KioskUpdates
    receipts: Receipts

    def place_in(self, app: Flask) -> None:
        """Let the app's views find them."""
        app.extensions[_KEY] = self


def parts() -> Parts:
    """Those of the app that answers."""
    return parts_of(current_app._get_current_object())  # type: ignore[attr-defined]


def parts_of(app: Flask) -> Parts:
    """Those of ``app``."""
    found: Parts = app.extensions[_KEY]
    return found
