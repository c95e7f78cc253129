"""Sockets that wait only so long: for a head, a body, a pause, a reader; plain and over TLS."""

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest
from certificates import make_certificate

from device.patience import Patience, PatientContext, PatientSocket, Waiting

HASTY = Patience(head_seconds=10, silence_seconds=0.3, body_seconds=10, answer_seconds=0.3, most_waiting=1)
ADDRESS = "192.0.2.1"


@pytest.fixture
def connect():
    """The client's end of a new connection, and the server's."""
    with ExitStack() as stack:

        def connect(waiting=None, **bounds):
            client, plain = socket.socketpair()
            stack.enter_context(client).settimeout(10)
            waiting = waiting or Waiting(replace(HASTY, **bounds))
            server = stack.enter_context(PatientSocket.instead_of(plain, (ADDRESS, 1), waiting))
            server.expect_head()
            return client, server

        yield connect


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def connect_by_tls(connect, certificate):
    """The same, once both have shaken hands; what both give back is to be closed."""
    with ExitStack() as stack:

        def connect_by_tls(**bounds):
            client, server = connect(**bounds)
            trusted = ssl.create_default_context(cafile=certificate[0])
            with ThreadPoolExecutor(1) as pool:
                shaken = pool.submit(trusted.wrap_socket, client, server_hostname="127.0.0.1")
                wrapped = PatientContext.with_certificate(*certificate).wrap_socket(server, server_side=True)
                wrapped.do_handshake()
                return stack.enter_context(shaken.result(10)), stack.enter_context(wrapped)

        yield connect_by_tls


def test_what_comes_in_time_is_read(connect):
    client, server = connect()
    client.sendall(b"GET /")
    assert server.says_something()
    assert server.recv(99) == b"GET /"


def test_who_says_nothing_is_taken_for_gone(connect):
    (_, server), (_, another) = connect(), connect()
    assert not server.says_something()
    with pytest.raises(ConnectionResetError):
        another.recv(99)


def test_a_head_whose_time_is_over_is_read_no_more_whatever_comes(connect):
    client, server = connect(head_seconds=0)
    client.sendall(b"x")
    with pytest.raises(ConnectionResetError):
        server.recv(1)


def test_a_body_has_a_time_of_its_own(connect):
    client, server = connect(head_seconds=0)
    server.expect_body(4)
    client.sendall(b"body")
    assert server.recv(99) == b"body"


def test_a_body_whose_time_is_over_is_read_no_more(connect):
    client, server = connect(body_seconds=0)
    server.expect_body(4)
    client.sendall(b"body")
    with pytest.raises(ConnectionResetError):
        server.recv(99)


@pytest.mark.parametrize(
    ("slowest", "length_bytes", "seconds"), [(None, 10**6, 60), (1000, 10**6, 1060), (1000, 0, 60)]
)
def test_a_long_body_has_the_time_that_it_takes_at_the_slowest_pace(slowest, length_bytes, seconds):
    patience = Patience(body_seconds=60, slowest_bytes_a_second=slowest)
    assert patience.body_within_seconds(length_bytes) == seconds


def test_of_one_address_only_so_many_may_hesitate(connect):
    waiting = Waiting(replace(HASTY, silence_seconds=60, head_seconds=60))
    _, server = connect(waiting)
    with waiting.place(ADDRESS), pytest.raises(ConnectionResetError, match="too many"):
        server.recv(99)


def test_who_speaks_at_once_hesitates_not(connect):
    waiting = Waiting(HASTY)
    client, server = connect(waiting)
    client.sendall(b"x")
    with waiting.place(ADDRESS):
        assert server.recv(99) == b"x"


def test_an_answer_that_nobody_takes_ends(connect):
    _, server = connect()
    with pytest.raises(ConnectionResetError):
        server.sendall(bytes(10_000_000))


def test_over_tls_both_hear_each_other(connect_by_tls):
    client, server = connect_by_tls()
    client.sendall(b"GET /")
    assert server.recv(99) == b"GET /"
    server.sendall(b"200")
    assert client.recv(99) == b"200"


def test_over_tls_who_says_nothing_is_taken_for_gone_and_may_be_told_so(connect_by_tls):
    client, server = connect_by_tls()
    with pytest.raises(ConnectionResetError):
        server.recv(99)
    server.sendall(b"408")
    assert client.recv(99) == b"408"


def test_a_handshake_is_not_waited_for_for_ever(connect, certificate):
    _, server = connect()
    context = PatientContext.with_certificate(*certificate)
    with context.wrap_socket(server, server_side=True) as wrapped, pytest.raises(ConnectionResetError):
        wrapped.do_handshake()
