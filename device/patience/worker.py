"""gunicorn's threaded worker with patience, for the dashboard and the server; not imported by others."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from device.parent_death import end_with_parent
from device.patience.bounds import Patience, Waiting
from device.patience.sockets import begins, goes_on

_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - for the worker's heartbeat only, which needs no room on the card


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Waits for slow clients only so long, and does not outlive its master."""

    patience: ClassVar[Patience] = Patience()

    def init_process(self) -> None:
        """Ask for SIGTERM when the master dies; then serve."""
        end_with_parent()
        if self.is_alone():  # it died before we asked
            sys.exit(0)
        self._waiting = Waiting(self.patience)
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Serve a connection's next request, unless its head does not come."""
        return super().handle(conn) if begins(conn, self._waiting) else False

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head came."""
        goes_on(conn, req)
        return super().handle_request(req, conn)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """End what lasts first: gunicorn waits for open connections. Without a master leave at
        once: the next one is being started and wants the port.
        """
        if self.is_alone():
            for listener in self.sockets:
                listener.close()
            os._exit(0)
        self.end_what_lasts()
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """The same on Ctrl-C."""
        self.end_what_lasts()
        super().handle_quit(sig, frame)

    def end_what_lasts(self) -> None:
        """Let go of clients whose answers would go on."""
        raise NotImplementedError

    def is_alone(self) -> bool:
        """Whether the master is gone."""
        return bool(os.getppid() != self.ppid)


def configure(cfg: Config, wanted: Mapping[str, Any]) -> None:
    """Set ``wanted`` over what all of ours want of gunicorn: one process, its heartbeat in memory."""
    ours = {"workers": 1, "graceful_timeout": 2, "keepalive": 5, "loglevel": "warning"}
    ours |= {"control_socket_disable": True}
    if os.access(_MEMORY_FOLDER, os.W_OK):
        ours["worker_tmp_dir"] = str(_MEMORY_FOLDER)
    for name, value in (ours | dict(wanted)).items():
        if name in cfg.settings:  # gunicorn before 25.1 has no control socket to switch off
            cfg.set(name, value)
