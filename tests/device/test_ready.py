"""The kiosk is ready when its health page says so, and never before."""

import socket
import threading

import pytest

from device.ready import is_ready


@pytest.fixture
def answer_with():
    """A server on loopback that answers each connection with these bytes; its address."""
    listeners = []

    def listen(answer):
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append((listener, threading.Thread(target=serve, args=(listener, answer))))
        listeners[-1][1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def serve(listener, answer):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(4096))
                if answer is None:
                    silent.wait(10)
                else:
                    connection.sendall(answer)

    asked, silent = [], threading.Event()
    listen.asked, listen.silent = asked, silent
    yield listen
    silent.set()
    for listener, thread in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def http(status, body=b"{}"):
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)


WITH_A_MODEL = b'{"ok": true, "model": {"name": "a model"}}'


def test_a_kiosk_whose_model_passed_is_ready(answer_with):
    assert is_ready(answer_with(http(b"200 OK", WITH_A_MODEL)))
    assert answer_with.asked[0].startswith(b"GET /health HTTP/1.1")


def test_a_kiosk_without_a_camera_is_ready_to_say_so(answer_with):
    assert is_ready(answer_with(http(b"503 Service Unavailable", WITH_A_MODEL)))


@pytest.mark.parametrize("body", [b'{"ok": false, "model": null}', b"{}", b"[]", b"null", b"<html>", b""])
def test_pages_without_a_model_are_not_ready(answer_with, body):
    assert not is_ready(answer_with(http(b"503 Service Unavailable", body)))


@pytest.mark.parametrize(
    "garbage", [b"", b"SSH-2.0-OpenSSH\r\n", b"\x00\xff" * 40, b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1"]
)
def test_what_is_no_web_server_is_not_ready(answer_with, garbage):
    assert not is_ready(answer_with(garbage))


def test_a_closed_port_is_not_ready():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert not is_ready(f"http://127.0.0.1:{port}")


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(answer_with, monkeypatch):
    monkeypatch.setattr("device.ready._TIMEOUT_SECONDS", 0.1)
    assert not is_ready(answer_with(None))


def test_a_kiosk_that_listens_everywhere_is_asked_on_loopback(answer_with):
    port = answer_with(http(b"200 OK", WITH_A_MODEL)).rpartition(":")[2]
    assert is_ready(f"http://0.0.0.0:{port}")


def test_a_name_that_does_not_resolve_is_not_ready():
    assert not is_ready("http://no-such-host.invalid:8080")
