"""The dashboard as a process of its own: real sockets, real signals."""

import json
import os
import sqlite3
import subprocess
import sys
import urllib.error

import pytest


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
