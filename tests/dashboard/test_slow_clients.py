"""Clients that hesitate or go wrong: nobody else waits for them. And a master that is killed."""

import json
import socket
import time
from pathlib import Path

HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


def test_half_sent_heads_hold_the_threads_only_so_long(start_dashboard):
    dashboard = start_dashboard(threads=4, head_seconds=1)
    slow = [dashboard.connect(HALF_A_HEAD) for _ in range(8)]
    started = time.monotonic()
    dashboard.ask("/api/v1/cases").close()
    assert time.monotonic() - started < 5
    for connection in slow:
        connection.close()


def test_a_head_that_trickles_is_cut_off(start_dashboard):
    connection = start_dashboard(head_seconds=1).connect(HALF_A_HEAD)
    connection.setblocking(False)
    deadline = time.monotonic() + 6
    while not is_closed(connection) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert is_closed(connection)
    connection.close()


def test_one_address_may_hold_some_threads_only(start_dashboard):
    dashboard = start_dashboard(threads=4, most_waiting=2)
    slow = [dashboard.connect(HALF_A_HEAD, "127.0.0.2") for _ in range(8)]
    time.sleep(0.5)
    started = time.monotonic()
    dashboard.ask("/api/v1/cases").close()
    assert time.monotonic() - started < 3
    for connection in slow:
        connection.close()


def test_streams_outlast_the_servers_patience(start_dashboard, photo):
    dashboard = start_dashboard(head_seconds=0.5, body_seconds=0.5, silence_seconds=0.5)
    with dashboard.ask("/api/v1/events") as events:
        time.sleep(1.5)
        dashboard.store.receive_photo(photo)
        while events.readline() != b"event: case\n":
            pass


def test_a_body_that_stops_is_refused(start_dashboard):
    head = b"POST /pair HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
    with start_dashboard(silence_seconds=0.5).connect(head) as connection:
        assert connection.recv(99).startswith(b"HTTP/1.1 400 ")


def test_a_body_in_broken_chunks_is_the_clients_mistake(dashboard):
    head = f"POST /api/v1/presses HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {dashboard.token}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"
    with dashboard.connect(head.encode()) as connection, connection.makefile("rb") as answer:
        assert answer.readline().startswith(b"HTTP/1.1 400 ")
        headers, body = answer.read().split(b"\r\n\r\n", 1)
    assert b"application/problem+json" in headers
    assert json.loads(body)["status"] == 400


def test_the_worker_dies_with_its_master(dashboard):
    stream, slow = dashboard.ask("/api/v1/events"), dashboard.connect(HALF_A_HEAD)
    master = dashboard.process.pid
    (worker,) = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    dashboard.process.kill()
    dashboard.process.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and is_alive(worker):
        time.sleep(0.05)
    assert not is_alive(worker)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", dashboard.port))
    for connection in (stream, slow):
        connection.close()


def is_closed(connection):
    """Say one byte more, and look whether the other side has gone."""
    try:
        connection.send(b"x")
        return connection.recv(99) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def is_alive(pid):
    """Whether the process runs; one that its new parent has not taken leave of does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
