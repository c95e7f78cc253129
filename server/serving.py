"""The API's process: gunicorn with one process and many threads, configured in code."""

import ctypes
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.errors import AppImportError  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from server.child import READY
from server.errors import ConfigInvalid, ServerError

_THREADS = 96
_GRACE_SECONDS = 2
_PR_SET_PDEATHSIG = 1
_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - for gunicorn's own heartbeat only


@dataclass(frozen=True)
class Place:
    """Where the API listens; with a certificate and its key (PEM files) by TLS, else both None."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def bind(self) -> str:
        """As gunicorn and addresses write it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """The URL of the API."""
        return f"{'https' if self.certificate else 'http'}://{self.bind}"

    def check(self) -> None:
        """Raises ConfigInvalid where nobody could listen there, or where the certificate does not hold."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host, self.port))
        except OSError as error:
            words = f"the server cannot listen on {self.bind} ({error.strerror})"
            raise ConfigInvalid(f"{words}: name another --port or --host") from error
        if self.certificate and self.key:
            _check_certificate(self.certificate, self.key)


class ApiWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, which does not outlive its master."""

    def init_process(self) -> None:
        """Ask for SIGTERM when the master dies, even of SIGKILL (prctl(2)); then serve."""
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != self.ppid:  # it died before we asked
            sys.exit(0)
        super().init_process()


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
            "threads": _THREADS,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 5,
            "proc_name": "kiosk-server",
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._say_ready,
        }
        if self._place.certificate:
            wanted |= {"certfile": str(self._place.certificate), "keyfile": str(self._place.key)}
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
        """The port is open by now; whoever asks there gets what the app answers here."""
        if worker.wsgi.test_client().get("/health").status_code == 200:
            print(f"{READY} {self._place.address}", flush=True)  # noqa: T201 - read by whoever started us


def _check_certificate(certificate: Path, key: Path) -> None:
    """gunicorn itself would find out at the first kiosk's first call."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except OSError as error:
        raise ConfigInvalid(f"the certificate and its key do not hold: {error}") from error
