"""A child says when it is ready, ends when it is asked to, and does not outlive its parent."""

import os
import signal
from pathlib import Path

import pytest
from running_kiosk import wait_until

from server.child import Child


@pytest.fixture
def start(monkeypatch, tmp_path):
    """Starts a script in the place of ``kiosk-server``."""
    (tmp_path / "server").mkdir()
    started = []

    def begin(script):
        (tmp_path / "server" / "__init__.py").touch()
        (tmp_path / "server" / "cli.py").write_text(script)
        started.append(Child(["a", "b"], {"PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}))
        return started[-1]

    yield begin
    for child in started:
        child.end_within(0)


def test_it_is_ready_once_it_says_so_in_a_whole_line(start, tmp_path):
    go = tmp_path / "go"
    child = start(
        f"import os, time\nprint('rea', end='', flush=True)\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.01)\n"
        f"print('dy now', flush=True)\ntime.sleep(60)\n"
    )
    assert not child.ready
    go.touch()
    assert wait_until(lambda: child.ready, 10, "it never got ready")
    assert child.status is None


def test_its_status_is_told(start):
    child = start("import sys\nsys.exit(2)\n")
    wait_until(lambda: child.status is not None, 10, "it never ended")
    assert child.status == 2
    assert not child.ready


def test_it_ends_on_sigterm_and_if_need_be_without_its_consent(start):
    quick = start("import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    wait_until(lambda: quick.ready, 10, "it never got ready")
    quick.ask_to_end()
    quick.end_within(10)
    assert quick.status == -signal.SIGTERM
    stubborn = start(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('ready', flush=True)\ntime.sleep(60)\n"
    )
    wait_until(lambda: stubborn.ready, 10, "it never got ready")
    stubborn.ask_to_end()
    stubborn.end_within(0.1)
    assert stubborn.status == -signal.SIGKILL


def test_it_does_not_outlive_its_parent(child, tmp_path):
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "__init__.py").touch()
    (tmp_path / "server" / "cli.py").write_text("import time\ntime.sleep(60)\n")
    parent = child.start(
        "import sys, time\nfrom server.child import Child\n"
        "made = Child([], {'PYTHONPATH': sys.argv[1], 'PYTHONSAFEPATH': '1'})\n"
        "print(made._process.pid, flush=True)\ntime.sleep(60)\n",
        tmp_path,
    )
    number = int(parent.stdout.readline())
    parent.kill()
    wait_until(lambda: not _runs(number), 10, "it outlived its parent")


def _runs(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
