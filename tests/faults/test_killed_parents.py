"""Processes that start others, killed: what they started goes with them, and its place is free at once."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from faults.kiosk_processes import Victim, processes_of, victims
from running_kiosk import EventStream, RunningKiosk, running_kiosk, wait_until

AT_ONCE_SECONDS = 1.0


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[RunningKiosk]:
    """A kiosk with a page open, for which a worker that is asked to stop would wait."""
    with running_kiosk(tmp_path / "home") as running:
        page = EventStream(running)
        yield running
        with suppress(OSError):
            page.close()


def dashboard_parent(kiosk: RunningKiosk) -> Victim:
    (parent,) = (victim for victim in victims(kiosk.process.pid) if victim.role == "dashboard parent")
    return parent


def test_the_dashboards_worker_goes_with_its_parent_and_the_next_one_gets_the_port(
    kiosk: RunningKiosk,
) -> None:
    parent = dashboard_parent(kiosk)
    assert parent.dies_too
    os.kill(parent.pid, signal.SIGKILL)
    dead = {parent.pid, *parent.dies_too}
    wait_until(lambda: not dead & processes_of(kiosk.home), AT_ONCE_SECONDS, "the worker outlived its parent")
    wait_until(lambda: answers(kiosk), 30, "the dashboard did not come back")
    assert "Connection in use" not in kiosk.errors.read_text()
    assert dashboard_parent(kiosk).pid != parent.pid


def test_a_killed_kiosk_run_leaves_no_process_behind(kiosk: RunningKiosk) -> None:
    kiosk.process.kill()
    wait_until(lambda: not processes_of(kiosk.home), 10, "a process outlived kiosk run")


def answers(kiosk: RunningKiosk) -> bool:
    with suppress(OSError, HTTPException):
        return kiosk.ask("GET", "/health")[0] == 200
    return False
