"""The API's process: gunicorn with one process and many threads, configured in code."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.errors import AppImportError  # type: ignore[import-untyped]

from device.patience import Patience, PatientContext
from device.patience.worker import PatientWorker, configure
from server.child import READY
from server.config import API_THREADS
from server.errors import ServerError
from server.parts import parts_of
from server.place import Place

PATIENCE = Patience(
    head_seconds=20,  # a bad line needs several for its TLS handshake
    body_seconds=60,
    slowest_bytes_a_second=1024,
    silence_seconds=30,
    answer_seconds=60,
    most_waiting=API_THREADS // 4,
)


class ApiWorker(PatientWorker):
    """Sends waiting kiosks away with an answer, not with a connection that breaks."""

    patience = PATIENCE

    def end_what_lasts(self) -> None:
        """Nobody waits for updates any longer."""
        if hasattr(self, "wsgi"):  # the signal may come before there is an app
            parts_of(self.wsgi).listeners.end()


class Serving(BaseApplication):  # type: ignore[misc]
    """The app is made in the worker, after the fork, by ``make_app``."""

    def __init__(self, place: Place, make_app: Callable[[], Flask]) -> None:
        self._place = place
        self._make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        wanted = {
            "bind": self._place.bind,
            "worker_class": ApiWorker,
            "threads": API_THREADS,
            "proc_name": "kiosk-server",
            "post_worker_init": self._say_ready,
        }
        if self._place.certificate and self._place.key:
            wanted |= {"certfile": str(self._place.certificate), "keyfile": str(self._place.key)}
            context = PatientContext.with_certificate(self._place.certificate, self._place.key)
            wanted["ssl_context"] = lambda _config, _default: context
        configure(self.cfg, wanted)

    def load(self) -> Any:
        """Make the app. Raises AppImportError, which gunicorn prints."""
        try:
            return self._make_app()
        except ServerError as error:
            raise AppImportError(str(error)) from error

    def _say_ready(self, worker: Any) -> None:
        """The port is open by now; whoever asks there gets what the app answers here.

        Raises AppImportError where that is no good.
        """
        if worker.wsgi.test_client().get("/health").status_code != 200:
            raise AppImportError("the database does not answer: see that it runs")
        print(f"{READY} {self._place.address}", flush=True)  # noqa: T201 - read by whoever started us
