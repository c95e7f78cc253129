"""The dashboard's process: ``python -m dashboard --home DIR``; gunicorn with one worker and many threads."""

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.errors import AppImportError  # type: ignore[import-untyped]

from dashboard import THREADS, create_app
from dashboard.parts import Parts, parts_of
from device.config import Settings, load_settings
from device.errors import KioskError
from device.patience.worker import PatientWorker, configure


class Worker(PatientWorker):
    """Ends its open streams when it is told to stop."""

    def run(self) -> None:
        """Serve until told to stop. Without a master nobody ends threads that a client holds."""
        super().run()
        if self.is_alone():
            os._exit(0)

    def end_what_lasts(self) -> None:
        """Streams end."""
        self.app.end_streams()


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn configured in code; the app is made in the worker, after the fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._parts: Parts | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        web = self._settings.config.web
        wanted = {
            "bind": f"[{web.host}]:{web.port}" if ":" in web.host else f"{web.host}:{web.port}",
            "worker_class": Worker,
            "threads": THREADS,
            "proc_name": "kiosk-dashboard",
            "pre_fork": _share_memory,
        }
        configure(self.cfg, wanted)

    def load(self) -> Any:
        """Make the app and start what it needs to run. Raises AppImportError, which gunicorn prints."""
        try:
            app = create_app(self._settings)
            self._parts = parts_of(app)
            self._parts.feed.start()
        except KioskError as error:
            raise AppImportError(str(error)) from error
        return app

    def end_streams(self) -> None:
        """End every open stream of this process."""
        if self._parts is not None:
            self._parts.streams.stopping.set()


def _share_memory(_master: Any, _worker: Any) -> None:
    """Before a fork: the worker's garbage collector would write into every object it inherits,
    and so copy pages that it could share with the master.
    """
    gc.collect()
    gc.freeze()


def main() -> None:
    """Read the options and serve until a signal comes."""
    try:
        settings = _settings(sys.argv[1:])
    except KioskError as error:
        sys.exit(f"dashboard: {error}")
    os.umask(0o007)  # gunicorn's own setting counts only for its sockets
    Server(settings).run()


def _settings(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("--home", type=Path, help="folder of cases, photos and keys")
    parser.add_argument("--config", type=Path, help="the configuration file")
    parser.add_argument("--simulate", action="store_true", help="camera, button and lights are simulated")
    parser.add_argument("--host", help="address to listen on")
    parser.add_argument("--port", type=int, help="port to listen on")
    given = parser.parse_args(arguments)
    web = {name: value for name in ("host", "port") if (value := getattr(given, name)) is not None}
    options: dict[str, Any] = {"web": web} if web else {}
    if given.simulate:
        options["simulate"] = True
    return load_settings(given.home, given.config, options)


if __name__ == "__main__":
    main()
