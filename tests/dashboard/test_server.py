"""The dashboard as a process of its own: real sockets, real signals."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from device.case import Role
from device.store import open_store

START_SECONDS = 15


class RunningDashboard:
    """``python -m dashboard`` over a home, with a staff phone's token."""

    def __init__(self, home):
        self.store = open_store(home)
        self.token = self.store.phones.add(Role.STAFF, "a phone").token
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            self.port = chosen.getsockname()[1]
        command = [sys.executable, "-m", "dashboard", "--home", str(home), "--simulate"]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def ask(self, path, body=None, **headers):
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        return urllib.request.urlopen(request, timeout=20)

    def wait(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                self.ask("/api/v1/cases").close()
            except urllib.error.URLError:
                time.sleep(0.02)
            else:
                return self
        raise AssertionError(self.process.stderr.read())

    def stop(self):
        """Seconds until a SIGTERM has ended it."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(10)
        return time.monotonic() - started


@pytest.fixture
def dashboard(tmp_path):
    running = RunningDashboard(tmp_path / "home")
    yield running.wait()
    running.process.kill()
    running.process.wait()
    running.process.stderr.close()
    running.store.close()


def test_it_stops_within_three_seconds_with_streams_open(dashboard):
    streams = [dashboard.ask("/api/v1/events"), dashboard.ask("/live.mjpeg"), dashboard.ask("/api/v1/events")]
    assert streams[0].readline() == b"retry: 1000\n"
    assert dashboard.stop() < 3
    for stream in streams:
        stream.close()
    assert dashboard.process.returncode == 0
    assert dashboard.store.processes.get("dashboard") is None


def test_a_change_by_another_process_reaches_a_stream(dashboard, photo):
    with dashboard.ask("/api/v1/events") as events:
        while events.readline() != b"event: state\n":
            pass
        case_id = dashboard.store.receive_photo(photo).id
        while events.readline() != b"event: case\n":
            pass
        assert json.loads(events.readline().removeprefix(b"data: "))["id"] == case_id


def test_a_body_that_is_too_large_is_read_so_that_the_answer_arrives(dashboard):
    body = b"x" * (31 * 1024 * 1024)
    with pytest.raises(urllib.error.HTTPError) as refused:
        dashboard.ask("/api/v1/photos", body, **{"Content-Type": "multipart/form-data; boundary=edge"})
    with refused.value as answer:
        assert answer.code == 413
        assert "20 MiB" in json.load(answer)["detail"]


def test_what_it_keeps_is_closed_to_others(dashboard, photo):
    body = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n' + photo
    form = {"Content-Type": "multipart/form-data; boundary=edge"}
    with dashboard.ask("/api/v1/photos", body + b"\r\n--edge--\r\n", **form) as answer:
        assert answer.status == 202
    (kept,) = dashboard.store.photos.folder.glob("*/*")
    assert kept.stat().st_mode & 0o007 == 0


def test_an_option_that_does_not_hold_ends_it_with_the_reason(tmp_path):
    command = [sys.executable, "-m", "dashboard", "--home", str(tmp_path), "--port", "99999"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode != 0
    assert "web.port" in ended.stderr


def test_a_database_from_the_future_ends_it_with_the_reason(tmp_path):
    connection = sqlite3.connect(tmp_path / "kiosk.sqlite3")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    command = [sys.executable, "-m", "dashboard", "--home", str(tmp_path), "--port", "18999"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, env=os.environ)
    assert ended.returncode != 0
    assert "update the program" in ended.stderr
