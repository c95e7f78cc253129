"""What the server's views work with, built once by ``create_app``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app

from server.clock import Clock
from server.config import ServerConfig
from server.listeners import Listeners
from server.photos.photo_store import PhotoStore
from server.photos.removals import Removals
from server.queue.admission import Admission
from server.queue.jobs import JobQueue
from server.receipts import Receipts
from server.store.cases import Cases
from server.store.database import Database
from server.store.kiosks import Kiosks
from server.store.settling import Settling
from server.store.updates import KioskUpdates
from server.store.workers import Workers
from server.uploads.uploads import Uploads

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
    settling: Settling
    updates: KioskUpdates
    listeners: Listeners
    receipts: Receipts
    queue: JobQueue
    admission: Admission
    workers: Workers
    photos: PhotoStore
    removals: Removals
    uploads: Uploads
    chores: tuple[Callable[[], None], ...]
    """What somebody has to call again and again, in this order."""

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
