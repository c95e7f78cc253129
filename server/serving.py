"""The API's process: gunicorn with one process and many threads, configured in code."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.errors import AppImportError  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from device.patience import Patience, PatientContext, Waiting, begins, goes_on
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
_GRACE_SECONDS = 2
_PR_SET_PDEATHSIG = 1
_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - for gunicorn's own heartbeat only


class ApiWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which does not outlive its master and has its bounds with slow clients."""

    def init_process(self) -> None:
        """Ask for SIGTERM when the master dies, even of SIGKILL (prctl(2)); then serve."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if self._is_alone():  # it died before we asked
            sys.exit(0)
        self._waiting = Waiting(PATIENCE)
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Serve a connection's next request, unless its head does not come."""
        return super().handle(conn) if begins(conn, self._waiting) else False

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head came."""
        goes_on(conn, req)
        return super().handle_request(req, conn)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """End soon; without a master at once, for the next one is being started and wants the port."""
        if self._is_alone():
            os._exit(0)
        self._send_listeners_away()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """The same on Ctrl-C."""
        self._send_listeners_away()
        super().handle_quit(sig, frame)

    def _send_listeners_away(self) -> None:
        """They get an answer, not a connection that breaks."""
        if hasattr(self, "wsgi"):  # the signal may come before there is an app
            parts_of(self.wsgi).listeners.end()

    def _is_alone(self) -> bool:
        """Whether the master is gone."""
        return bool(os.getppid() != self.ppid)


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
            "workers": 1,
            "worker_class": ApiWorker,
            "threads": API_THREADS,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 5,
            "proc_name": "kiosk-server",
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._say_ready,
        }
        if self._place.certificate and self._place.key:
            wanted |= {"certfile": str(self._place.certificate), "keyfile": str(self._place.key)}
            context = PatientContext.with_certificate(self._place.certificate, self._place.key)
            wanted["ssl_context"] = lambda _config, _default: context
        if os.access(_MEMORY_FOLDER, os.W_OK):
            wanted["worker_tmp_dir"] = str(_MEMORY_FOLDER)
        for name, value in wanted.items():
            if name in self.cfg.settings:  # gunicorn before 25.1 has no control socket to switch off
                self.cfg.set(name, value)

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
